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
});
