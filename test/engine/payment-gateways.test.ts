import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readGateways } from '../../engine/payment-gateways.ts';
import { systemClock } from '../../engine/runtime/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-gateways-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'gateways.json');
function read(content: unknown, mode = 0o600) {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(path, mode);
  const gateways = readGateways(path, systemClock);
  return gateways.ok ? gateways.value.map(({ name }) => name) : gateways.error.replaceAll(path, 'FILE');
}

const ALL = {
  sadad: { merchantId: '1', terminalId: '2', key: 'a2V5' },
  zarinpal: { merchantId: '0'.repeat(36) },
  mellat: {
    terminalId: '1234',
    userName: 'u',
    password: 'p',
    baseUrl: 'http://127.0.0.1:9/',
    timeoutMs: 2_000,
  },
  saman: { terminalId: '2015', baseUrl: 'https://sep.example' },
  zibal: { merchant: 'm' },
};

it('reads every gateway, in the order of the file', () => {
  expect(readGateways(undefined, systemClock)).toEqual({ ok: true, value: [] });
  expect(read(ALL)).toEqual(Object.keys(ALL));
  expect(read({})).toEqual([]);
});

it('refuses a file that others may read, that is not there, or that is not JSON', () => {
  expect(read(ALL, 0o640)).toBe(
    'PAYMENT_GATEWAYS_FILE: FILE may be read by others; it holds credentials (chmod 600)',
  );
  expect(read('{"zibal"')).toBe('PAYMENT_GATEWAYS_FILE: FILE is not JSON');
  const none = readGateways(join(folder, 'none'), systemClock);
  expect(none).toMatchObject({ error: expect.stringMatching(/cannot be read: ENOENT$/) });
});

it('tells every fault with its place, and never a value', () => {
  const wrong = {
    ...{ zarinpal: { merchantId: 'hunter2' }, mellat: { terminalId: 'hunter2', userName: 'u' } },
    ...{
      saman: { terminalId: '1', baseUrl: 'http://sep.example', secret: 'hunter2' },
      melli: {},
      zibal: { merchant: 'm', baseUrl: 'hunter2' },
    },
  };
  const told = read(wrong) as string;
  for (const place of [
    'zarinpal.merchantId',
    'mellat.terminalId',
    'mellat.password',
    'saman.baseUrl',
    'zibal.baseUrl',
    'melli',
  ]) {
    expect(told).toContain(place);
  }
  expect(told).not.toContain('hunter2');
});
