import { expect, it } from 'vitest';
import {
  cardIn,
  integerIn,
  localMobile,
  postJson,
  referenceIn,
  rialIn,
} from '../../../../engine/payments/gateways/json-answer.ts';
import { startGatewayServer } from '../simulators/http-server.ts';

it('reads JSON of a refusal, and none of a broken gateway, a redirect or a page', async () => {
  const good = '{"code":100}';
  const cases: readonly [number, string, unknown][] = [
    [200, good, { code: 100 }],
    [422, good, { code: 100 }],
    [302, good, 'status 302'],
    [500, good, 'status 500'],
    [503, good, 'status 503'],
    [200, '<html>', 'status 200 with an answer that is no JSON object'],
    [200, '[1]', 'status 200 with an answer that is no JSON object'],
    [200, '', 'status 200 with an answer that is no JSON object'],
    [404, 'null', 'status 404 with an answer that is no JSON object'],
  ];
  for (const [status, body, expected] of cases) {
    const server = await startGatewayServer(() => ({ status, body }));
    expect(await postJson({ url: server.url, body: {}, timeoutMs: 2_000 })).toEqual(expected);
    await server.close();
  }
});

it('shows six and four digits of a card, and nothing of what is told otherwise', () => {
  for (const card of ['502229******5995', '5022291234565995', '50222912****5995', '502229xxxxxx5995']) {
    expect(cardIn(card)).toBe('502229******5995');
  }
  for (const card of ['62741****44', '502229', '', null, 5_022_291_234_565_995])
    expect(cardIn(card)).toBe('');
});

it('reads whole numbers in both spellings, and none that JSON has made inexact', () => {
  expect([integerIn(' -51 '), integerIn(100), integerIn('100')]).toEqual([-51, 100, 100]);
  for (const value of ['1e3', '', 1.5, 2 ** 53, '9007199254740993', null, true, [100], {}]) {
    expect(integerIn(value)).toBeUndefined();
  }
  expect([referenceIn('007'), referenceIn(0), referenceIn(-7)]).toEqual(['7', undefined, undefined]);
  expect([rialIn('1500'), rialIn(0), rialIn(-1)]).toEqual([1_500, 0, undefined]);
});

it('writes Iranian mobile numbers as gateways take them', () => {
  expect(localMobile('+989121234567')).toBe('09121234567');
  for (const other of ['', '+4915112345678', '09121234567', '+98212345678']) {
    expect(localMobile(other)).toBeUndefined();
  }
});
