import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayAttempt, PaymentGateway, Requested } from '../../../../engine/payments/gateway.ts';
import { createSadad } from '../../../../engine/payments/gateways/sadad.ts';
import { rial } from '../../../../engine/values/rial.ts';
import {
  type Fault,
  type GatewayServer,
  type SimulatedCall,
  startGatewayServer,
} from '../simulators/http-server.ts';
import { SADAD_ACCOUNT, type SadadSimulator, startSadad } from '../simulators/sadad.ts';

/** 00:05:09 of 21 November in Tehran, still the 20th in UTC: what the simulator's clock shows. */
const NOW = Date.UTC(2026, 10, 20, 20, 35, 9);

let bank: SadadSimulator;
let gateway: PaymentGateway;
let hasty: PaymentGateway;

beforeAll(async () => {
  bank = await startSadad();
  const account = { ...SADAD_ACCOUNT, baseUrl: bank.baseUrl, now: () => NOW };
  gateway = createSadad({ ...account, timeoutMs: 10_000 });
  hasty = createSadad({ ...account, timeoutMs: 300 });
});
afterAll(() => bank.server.close());

/** Only a slow answer needs a short timeout; on a busy machine that could spoil other calls. */
const impatient = (fault: Fault) => (fault === 'slow' ? hasty : gateway);

let id = 1000;
beforeEach(() => {
  id += 1;
});
afterEach(() => {
  bank.repeatCode = 0;
  bank.say(undefined);
});

const payment = (description = 'شارژ') => ({
  ...{ id, amount: rial(500_000), description, callbackUrl: 'https://isp.example/pay/sadad' },
  mobile: '+989121234567',
});

async function open(): Promise<Extract<Requested, { outcome: 'redirect' }>> {
  const requested = await gateway.request(payment());
  if (requested.outcome !== 'redirect') throw new Error(JSON.stringify(requested));
  return requested;
}

/** An attempt whose payer paid and came back. */
async function paidAttempt(amount?: number): Promise<GatewayAttempt> {
  const { token } = await open();
  const claim = gateway.readCallback(bank.pay(token, amount));
  return { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
}

const paid = (amount = 500_000) => ({
  ...{ outcome: 'paid', reference: String(325_000_000_000 + id), amount, card: '', fee: undefined },
});
const settledNow = () => bank.settled().filter(({ orderId }) => orderId === String(id));

describe('an honest payment', () => {
  test('is asked for with signature and Tehran time, paid, verified', async () => {
    const { token, redirect } = await open();
    const url = `${bank.baseUrl}/VPG/Purchase?Token=${encodeURIComponent(token)}`;
    expect(redirect).toEqual({ method: 'GET', url, fields: {} });
    expect(new URL(redirect.url).searchParams.get('Token')).toBe(token);
    expect(bank.payments.get(token)?.request).toMatchObject({
      ...{ Amount: 500_000, OrderId: String(id), AdditionalData: 'شارژ' },
      ...{ ReturnUrl: 'https://isp.example/pay/sadad', LocalDateTime: '11/21/2026 12:05:09 am' },
    });

    const claim = gateway.readCallback(bank.pay(token));
    expect(claim).toEqual({ token, paymentId: id, claim: 'paid', fields: { ResCode: '0' } });
    const attempt = { id, amount: rial(500_000), token, fields: claim?.fields ?? {} };
    expect(await gateway.verify(attempt)).toEqual(paid());
    const reference = paid().reference;
    expect(settledNow()).toEqual([{ orderId: String(id), reference, amount: 500_000 }]);
  });

  for (const repeatCode of [0, 100]) {
    test(`is paid with the same reference however often it is verified (${repeatCode}), also 50 times`, async () => {
      bank.repeatCode = repeatCode;
      const attempt = await paidAttempt();
      const all = await Promise.all(Array.from({ length: 50 }, () => gateway.verify(attempt)));
      expect(all).toEqual(Array.from({ length: 50 }, () => paid()));
      expect(await gateway.inquire({ ...attempt, fields: {} })).toEqual(paid());
      expect(settledNow()).toHaveLength(1);
    });
  }

  test('of another amount says that amount', async () => {
    expect(await gateway.verify(await paidAttempt(10_000))).toEqual(paid(10_000));
  });

  for (const [hour, text] of [
    [11, '11/21/2026 11:05:09 am'],
    [12, '11/21/2026 12:05:09 pm'],
    [13, '11/21/2026 1:05:09 pm'],
  ] as const) {
    test(`is asked for at ${hour} hours with the hour of a clock of twelve`, async () => {
      const at = createSadad({ ...SADAD_ACCOUNT, baseUrl: bank.baseUrl, now: () => NOW + hour * 3_600_000 });
      expect(await at.request(payment())).toMatchObject({ outcome: 'refused', code: '1018' });
      expect(JSON.parse(bank.server.calls.at(-1)?.body ?? '')).toMatchObject({ LocalDateTime: text });
    });
  }
});

describe('a lost answer', () => {
  for (const fault of ['slow', 'cut', 'garbage', 'error', 'deaf'] as const) {
    test(`to verify (${fault}) is unknown, and paid when asked again`, async () => {
      const attempt = await paidAttempt();
      bank.server.fail(fault);
      expect(await impatient(fault).verify(attempt)).toMatchObject({ outcome: 'unknown' });
      expect(await gateway.inquire(attempt)).toEqual(paid());
      expect(settledNow()).toHaveLength(1);
    });
  }

  test('to the request is unknown, and the number is used up', async () => {
    bank.server.fail('slow');
    expect(await hasty.request(payment())).toEqual({ outcome: 'unknown', reason: 'no answer within 300 ms' });
    expect(await gateway.request(payment())).toMatchObject({ outcome: 'refused', code: '1011' });
  });
});

describe('codes of the company', () => {
  test('of the request', async () => {
    const other = createSadad({ ...SADAD_ACCOUNT, terminalId: '1', baseUrl: bank.baseUrl, now: () => NOW });
    expect(await other.request(payment())).toMatchObject({ outcome: 'refused', code: '1037' });
    const key = Buffer.alloc(24, 7).toString('base64');
    const stranger = createSadad({ ...SADAD_ACCOUNT, key, baseUrl: bank.baseUrl, now: () => NOW });
    expect(await stranger.request(payment())).toEqual({
      ...{ outcome: 'refused', code: '1025', reason: 'signature is invalid' },
    });
  });

  test('of verify', async () => {
    const attempt = await paidAttempt();
    bank.payments.get(attempt.token)!.state = 'late';
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '101' });
    bank.payments.get(attempt.token)!.state = 'returned';
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'not-paid', code: '1105' });
    bank.payments.delete(attempt.token);
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: '-1' });
    bank.say('{"ResCode":4711}');
    expect(await gateway.verify(attempt)).toEqual({
      ...{ outcome: 'pending', code: '4711', reason: 'code is not documented' },
    });
  });

  test('success without reference or amount, or of another order, is unknown', async () => {
    const attempt = await paidAttempt();
    const answer = { ResCode: 0, RetrivalRefNo: '325000000001', Amount: 500_000, OrderId: id };
    for (const change of [
      { RetrivalRefNo: '' },
      { RetrivalRefNo: '0' },
      { Amount: null },
      { OrderId: id + 1 },
    ]) {
      bank.say(JSON.stringify({ ...answer, ...change }));
      expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'unknown' });
    }
    bank.say(JSON.stringify(answer));
    expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'paid', reference: '325000000001' });
  });
});

test('a key of 16 octets stands for one of 24, and any other is told without being shown', async () => {
  const half = Buffer.from('0123456789abcdef');
  const whole = Buffer.concat([half, half.subarray(0, 8)]);
  const bodies: unknown[] = [];
  for (const octets of [half, whole]) {
    const account = { ...SADAD_ACCOUNT, key: octets.toString('base64'), baseUrl: bank.baseUrl };
    await createSadad({ ...account, now: () => NOW }).request(payment());
    bodies.push(JSON.parse(bank.server.calls.at(-1)?.body ?? '').SignData);
  }
  expect(bodies[0]).toBe(bodies[1]);
  for (const key of ['', 'short', SADAD_ACCOUNT.key.slice(8)]) {
    const broken = createSadad({ ...SADAD_ACCOUNT, key, baseUrl: bank.baseUrl, now: () => NOW });
    const reason = 'the key in the settings is not base64 of 16 or 24 octets';
    expect(await broken.request(payment())).toEqual({ outcome: 'refused', code: '', reason });
    const attempt = { id, amount: rial(1), token: 'abcdef', fields: {} };
    expect(await broken.verify(attempt)).toEqual({ outcome: 'unknown', reason });
  }
});

test('a payer who turned back or forged a callback has not paid so far', async () => {
  const { token } = await open();
  const claim = gateway.readCallback(bank.fail(token));
  expect(claim).toEqual({ token, paymentId: id, claim: 'failed', fields: { ResCode: '-1' } });
  const forged = gateway.readCallback({ Token: token, OrderId: 'x', ResCode: '0' });
  expect(forged).toEqual({ token, claim: 'paid', fields: { ResCode: '0' } });
  const attempt = { id, amount: rial(500_000), token, fields: forged?.fields ?? {} };
  expect(await gateway.verify(attempt)).toMatchObject({ outcome: 'pending', code: '-1' });
  expect(settledNow()).toEqual([]);
  for (const parameters of [{}, { token }, { ResCode: '0' }, { token: '<b>', ResCode: '0' }]) {
    expect(gateway.readCallback(parameters as Record<string, string>)).toBeUndefined();
  }
});

test('there is no reversal', async () => {
  const calls = bank.server.calls.length;
  expect(await gateway.reverse(await paidAttempt())).toMatchObject({ outcome: 'refused' });
  expect(bank.server.calls.length).toBe(calls + 1);
});

test('a description cannot write JSON or the signed text', async () => {
  await gateway.request(payment(`","Amount":1,"x":";1;\uD800`));
  expect([...bank.payments.values()].at(-1)).toMatchObject({ orderId: String(id), amount: 500_000 });
});

describe('whatever the company answers', () => {
  let server: GatewayServer;
  let answers: (call: SimulatedCall) => { status?: number; body: string };
  let wild: PaymentGateway;
  beforeAll(async () => {
    server = await startGatewayServer((call) => answers(call));
    wild = createSadad({ ...SADAD_ACCOUNT, baseUrl: server.url, timeoutMs: 10_000, now: () => NOW });
  });
  afterAll(() => server.close());

  const attempt = { id: 7, amount: rial(10_000), token: 'abcdef', fields: {} };
  const answer = fc.record(
    {
      ResCode: fc.constantFrom(0, 100, -1, 101, '0', null, 0.5, true, [0]),
      RetrivalRefNo: fc.constantFrom('12', 12, '', 'x', null, '0', '-1'),
      Amount: fc.constantFrom(10_000, '9', -1, null),
      OrderId: fc.constantFrom(7, '7', 8, null),
    },
    { requiredKeys: [] },
  );

  test('nothing throws, and paid is said only after verify told it with reference and amount', async () => {
    await fc.assert(
      fc.asyncProperty(answer, async (said) => {
        answers = () => ({ body: JSON.stringify(said) });
        for (const result of [await wild.verify(attempt), await wild.inquire(attempt)]) {
          if (result.outcome !== 'paid') continue;
          expect(['0', '100']).toContain(String(said.ResCode));
          expect(result).toMatchObject({ reference: '12', amount: Number(said.Amount) });
        }
        await wild.request(payment());
      }),
      { numRuns: 150 },
    );
  });

  test('any octets are read, and no reason holds the key', async () => {
    const quoting = fc.constant(JSON.stringify({ ResCode: 'x', Description: SADAD_ACCOUNT.key }));
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      quoting,
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.constantFrom(200, 200, 302, 404, 500), async (body, status) => {
        answers = () => ({ status, body });
        const all = [await wild.request(payment()), await wild.verify(attempt)];
        expect(all.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
        expect(JSON.stringify(all)).not.toContain(SADAD_ACCOUNT.key);
      }),
      { numRuns: 50 },
    );
  });
});
