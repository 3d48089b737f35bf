import { describe, expect, it } from 'vitest';
import { readConfig } from '../../engine/config.ts';

describe('readConfig', () => {
  const defaults = {
    dataDir: './data',
    radius: { host: '::', authPort: 1812, acctPort: 1813 },
    http: { host: '127.0.0.1', port: 8080 },
    logLevel: 'info',
    demo: true,
  };

  it('has a default for everything, for variables set to nothing too', () => {
    expect(readConfig({})).toMatchObject({ ok: true, value: defaults });
    const names = [
      'DATA_DIR',
      'DATABASE_URL',
      'REDIS_URL',
      'CLICKHOUSE_URL',
      'RADIUS_HOST',
      'RADIUS_AUTH_PORT',
    ];
    const more = ['HTTP_HOST', 'HTTP_PORT', 'LOG_LEVEL', 'MIZAN_KEY', 'MIZAN_DEMO', 'MIZAN_TEST_CLOCK'];
    const empty = Object.fromEntries(
      [...names, ...more].map((name, index) => [name, index % 2 === 0 ? '' : ' ']),
    );
    expect(readConfig(empty)).toMatchObject({ ok: true, value: defaults });
  });

  it('reads what is set', () => {
    const read = readConfig({
      RADIUS_HOST: '0.0.0.0',
      RADIUS_AUTH_PORT: '0',
      DATABASE_URL: 'postgres://db/mizan',
      REDIS_URL: 'rediss://user:secret@counters:6380/2',
      CLICKHOUSE_URL: 'http://ch:8123',
      MIZAN_KEY: 'ab'.repeat(32),
      MIZAN_DEMO: '0',
      MIZAN_TEST_CLOCK: '2026-03-21T00:00:00+03:30',
    });
    expect(read).toMatchObject({
      value: {
        radius: { host: '0.0.0.0', authPort: 0 },
        databaseUrl: 'postgres://db/mizan',
        redisUrl: 'rediss://user:secret@counters:6380/2',
        clickhouseUrl: 'http://ch:8123',
        key: 'ab'.repeat(32),
        demo: false,
        testClockStart: Date.UTC(2026, 2, 20, 20, 30),
      },
    });
  });

  it('does everything by default, and a part of it when the roles say so', () => {
    expect(readConfig({})).toMatchObject({ value: { roles: new Set(['radius', 'api', 'worker']) } });
    const shared = { REDIS_URL: 'redis://a:7000,redis://b:7000', MIZAN_KEY: 'ab'.repeat(32) };
    const radius = readConfig({ ...shared, MIZAN_ROLES: 'radius', COUNTER_PARTITIONS: '16' });
    expect(radius).toMatchObject({
      value: { roles: new Set(['radius']), redisUrl: shared.REDIS_URL, counterPartitions: 16, demo: false },
    });
    const both = {
      ...shared,
      DATABASE_URL: 'postgres://db/m',
      CLICKHOUSE_URL: 'http://ch',
      MIZAN_ROLES: ' api, Worker ',
    };
    expect(readConfig(both)).toMatchObject({ value: { roles: new Set(['api', 'worker']) } });
  });

  it('names every server and key that a process with some of the roles lacks', () => {
    expect(readConfig({ MIZAN_ROLES: 'radius' })).toEqual({
      ok: false,
      error: [
        'REDIS_URL: must be set when MIZAN_ROLES is radius',
        'MIZAN_KEY: must be set when MIZAN_ROLES is radius',
      ],
    });
    const api = readConfig({ MIZAN_ROLES: 'api', REDIS_URL: 'redis://a', MIZAN_DEMO: '1' });
    expect(api.ok ? [] : api.error.map((line) => line.split(':')[0])).toEqual([
      'MIZAN_KEY',
      'DATABASE_URL',
      'CLICKHOUSE_URL',
      'MIZAN_DEMO',
    ]);
    for (const wrong of [
      { MIZAN_ROLES: 'radius,boss' },
      { COUNTER_PARTITIONS: '0' },
      { COUNTER_PARTITIONS: 'x' },
      { MIZAN_TOKEN: 'short' },
    ]) {
      const name = Object.keys(wrong)[0]!;
      const read = readConfig(wrong);
      expect(read.ok ? '' : read.error.join()).toContain(`${name}`);
    }
  });

  it("puts no demo into a store that may be somebody else's", () => {
    for (const variables of [{ REDIS_URL: 'redis://counters' }, { DATABASE_URL: 'postgres://db/mizan' }]) {
      expect(readConfig(variables)).toMatchObject({ value: { demo: false } });
      expect(readConfig({ ...variables, MIZAN_DEMO: '1' })).toMatchObject({ value: { demo: true } });
    }
  });

  const wrong = {
    DATABASE_URL: 'mysql://db',
    REDIS_URL: 'http://r',
    CLICKHOUSE_URL: 'ch',
    RADIUS_HOST: 'localhost',
    RADIUS_AUTH_PORT: '65536',
    RADIUS_ACCT_PORT: '0x10',
    HTTP_PORT: '-1',
    LOG_LEVEL: 'loud',
    MIZAN_KEY: 'secret',
    MIZAN_DEMO: 'yes',
    MIZAN_TEST_CLOCK: 'tomorrow',
  };

  it('names every wrong variable at once', () => {
    const read = readConfig(wrong);
    if (read.ok) throw new Error('was taken');
    expect(read.error.map((sentence) => sentence.split(':')[0]).toSorted()).toEqual(
      Object.keys(wrong).toSorted(),
    );
  });

  it.each(Object.entries(wrong))('refuses %s alone', (name, value) => {
    expect(readConfig({ [name]: value })).toMatchObject({
      ok: false,
      error: [expect.stringContaining(`${name}: `)],
    });
  });

  it('refuses a clock that can be moved in production', () => {
    const clock = { MIZAN_TEST_CLOCK: '2026-03-21T00:00:00Z' };
    expect(readConfig(clock).ok).toBe(true);
    expect(readConfig({ ...clock, NODE_ENV: 'production' })).toMatchObject({ ok: false });
  });

  it('knows where payers reach it, as an origin', () => {
    expect(readConfig({ PUBLIC_URL: 'https://isp.example/' })).toMatchObject({
      value: { publicUrl: 'https://isp.example', paymentGatewaysFile: undefined },
    });
    for (const text of [
      'isp.example',
      'ftp://isp.example',
      'https://isp.example/panel',
      'https://isp.example?a',
    ]) {
      expect(readConfig({ PUBLIC_URL: text })).toMatchObject({
        error: [expect.stringMatching(/^PUBLIC_URL: /)],
      });
    }
  });

  it('offers the bank where no money moves in the demo alone, and never in production', () => {
    const bank = (variables: Readonly<Record<string, string>>) => {
      const read = readConfig(variables);
      return read.ok ? read.value.sandboxBank : read.error;
    };
    expect(bank({})).toBe(true);
    expect(bank({ MIZAN_SANDBOX_BANK: '0' })).toBe(false);
    expect(bank({ MIZAN_DEMO: '0' })).toBe(false);
    expect(bank({ MIZAN_DEMO: '0', MIZAN_SANDBOX_BANK: '1' })).toBe(true);
    expect(bank({ DATABASE_URL: 'postgres://a/b' })).toBe(false);
    expect(bank({ NODE_ENV: 'production' })).toBe(false);
    expect(bank({ NODE_ENV: 'production', MIZAN_SANDBOX_BANK: '1' })).toEqual([
      'MIZAN_SANDBOX_BANK: payments that move no money are refused when NODE_ENV is production',
    ]);
  });
});
