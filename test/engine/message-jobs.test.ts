import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Config, readConfig } from '../../engine/config.ts';
import { configuredSms, MessageJobs } from '../../engine/message-jobs.ts';
import { metricsText } from '../../engine/process-metrics.ts';
import { TestClock } from '../../engine/runtime/clock.ts';
import { openLedger } from '../../engine/store/ledger/open-ledger.ts';
import { GB, NOON, OrderWorld } from '../conformance/order-world.ts';
import { secrets } from './store/ledger/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-sms-'));
afterAll(() => rmSync(folder, { recursive: true }));

function configOf(variables: Readonly<Record<string, string>>): Config {
  const read = readConfig(variables);
  if (!read.ok) throw new Error(read.error.join());
  return read.value;
}

const silent = { warn: () => {} };

describe('the provider of messages', () => {
  it('is missed aloud in production by whoever sends, and nowhere else', () => {
    const production = { NODE_ENV: 'production' };
    const shared = {
      ...production,
      DATABASE_URL: 'postgres://db/m',
      REDIS_URL: 'redis://r',
      MIZAN_KEY: 'ab'.repeat(32),
    };
    const warningsOf = (variables: Readonly<Record<string, string>>) => {
      const warn = vi.fn();
      configuredSms(configOf(variables), { warn });
      return warn.mock.calls;
    };
    expect(warningsOf(production)).toEqual([
      [{ setting: 'KAVENEGAR_KEY_FILE' }, expect.stringContaining('messages reach nobody')],
    ]);
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ ...shared, MIZAN_ROLES: 'radius' })).toEqual([]);
    expect(warningsOf({ ...production, KAVENEGAR_KEY_FILE: join(folder, 'none') })).toEqual([]);
  });

  it('is the sandbox, or Kavenegar by a key that its owner alone may read', () => {
    expect(configuredSms(configOf({}), silent)).toMatchObject({ value: { name: 'sandbox' } });
    const file = join(folder, 'key');
    const config = configOf({ KAVENEGAR_KEY_FILE: file, SMS_SENDER: '10004346' });
    expect(configuredSms(config, silent)).toEqual({
      ok: false,
      error: `KAVENEGAR_KEY_FILE: ${file} cannot be read: ENOENT`,
    });
    writeFileSync(file, ' \n', { mode: 0o600 });
    expect(configuredSms(config, silent)).toEqual({
      ok: false,
      error: `KAVENEGAR_KEY_FILE: ${file} is empty`,
    });
    writeFileSync(file, 'a-key\n');
    expect(configuredSms(config, silent)).toMatchObject({ value: { name: 'kavenegar' } });
    chmodSync(file, 0o644);
    const refused = configuredSms(config, silent);
    expect(refused).toMatchObject({ ok: false, error: expect.stringContaining('may be read by others') });
    expect(JSON.stringify(refused)).not.toContain('a-key');
    expect(readConfig({ SMS_SENDER: 'me' })).toMatchObject({ ok: false });
  });
});

describe('the jobs of messages', () => {
  it('send what orders queue and what volumes call for, and publish how it ended', async () => {
    const world = await OrderWorld.begin(await openLedger({ folder: join(folder, 'pg') }, secrets));
    const { ledger } = world;
    const customer = await world.customer('u1');
    await world.pay(await world.place('u1', 'm5'));
    const [grant] = await world.grants('u1', NOON);
    await world.consume('u1', grant!.id, 4.5 * GB);
    const provider = configuredSms(configOf({}), silent);
    if (!provider.ok) throw new Error(provider.error);
    const clock = new TestClock(NOON + 1_000);
    const log = { warn: vi.fn() } as never;
    const jobs = new MessageJobs({ ledger, provider: provider.value, clock, log });
    jobs.start();
    const filter = { limit: 10, offset: 0, receivedOnly: true };
    await vi.waitFor(async () => {
      const { messages } = await ledger.messages.ofCustomer(customer, filter);
      expect(messages.map(({ content }) => content.kind).toSorted()).toEqual([
        'purchase-applied',
        'volume-85',
      ]);
    }, 10_000);
    await jobs.stop();
    expect(await metricsText(undefined, undefined, NOON)).toContain('mizan_messages_total{end="accepted"} 2');
    expect((await ledger.messages.newest({ state: 'delivered', limit: 1 }))[0]).toMatchObject({ customer });
    expect(await ledger.messages.newest({ state: 'failed', limit: 1 })).toEqual([]);
    await ledger.close();
  });
});
