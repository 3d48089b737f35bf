import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, RedisServer } from '../../../../bench/servers/redis-server.ts';
import {
  addressOf,
  judgeInfo,
  judgeSettings,
  urlOfNode,
} from '../../../../engine/store/counters/redis-connection.ts';
import { openRedisCounters } from '../../../../engine/store/counters/redis-counter-store.ts';
import { StoreAway } from '../../../../engine/values/store-away.ts';

const SAFE = {
  appendonly: 'yes',
  appendfsync: 'always',
  'no-appendfsync-on-rewrite': 'no',
  'maxmemory-policy': 'noeviction',
};
const settings = (changed: object) => new Map(Object.entries<string>({ ...SAFE, ...changed }));
const info = (version: string, more = 'role:master\r\ncluster_enabled:0') =>
  `# Server\r\nredis_version:${version}\r\n${more}\r\n`;

describe('the judgement of a server', () => {
  it('lets a safe one pass', () => {
    expect(judgeSettings(settings({}))).toEqual([]);
    expect(judgeInfo(info('7.0.15'))).toEqual([]);
    expect(judgeInfo(info('10.1.0'))).toEqual([]);
  });

  it.each([
    ['appendonly', 'no'],
    ['appendfsync', 'everysec'],
    ['no-appendfsync-on-rewrite', 'yes'],
    ['maxmemory-policy', 'allkeys-lru'],
  ])('names %s %s in one sentence', (name, value) => {
    const [sentence, ...more] = judgeSettings(settings({ [name]: value }));
    expect(sentence).toContain(`Redis runs with ${name} ${value}, it must be ${name} `);
    expect(more).toEqual([]);
  });

  it('refuses what is too old and a replica, not a node of a cluster', () => {
    expect(judgeInfo(info('6.2.14'))).toEqual(['Redis 6.2.14 is too old: Redis 7 or newer is needed']);
    expect(judgeInfo(info('7.2.0', 'role:slave'))).toEqual([expect.stringContaining('is a replica')]);
    expect(judgeInfo(info('7.2.0', 'role:master\r\ncluster_enabled:1'))).toEqual([]);
  });
});

describe('the URL of another node', () => {
  it.each([
    ['10.0.0.1', 'rediss://me:p%40w@10.0.0.1:7001/?family=4', '10.0.0.1:7001'],
    ['::1', 'rediss://me:p%40w@[::1]:7001/?family=4', '::1:7001'],
    ['node-2.example', 'rediss://me:p%40w@node-2.example:7001/?family=4', 'node-2.example:7001'],
  ])('keeps TLS, password and options: %s', (host, url, address) => {
    expect(urlOfNode('rediss://me:p%40w@first:7000/?family=4', host, 7001)).toBe(url);
    expect(addressOf(url)).toBe(address);
  });

  it('has the usual port where none is named', () => {
    expect(addressOf('redis://first')).toBe('first:6379');
  });
});

describe.skipIf(!hasRedis())('opening', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start({ appendfsync: 'everysec', 'maxmemory-policy': 'allkeys-lru' });
  });
  afterAll(() => server.remove());
  const warn = (sentence: string) => warnings.push(sentence);
  const warnings: string[] = [];

  it('is refused by an unsafe server, with a sentence for each setting', async () => {
    const refused = openRedisCounters({ url: server.url, warn });
    await expect(refused).rejects.toThrow(/appendfsync everysec.*\n.*maxmemory-policy allkeys-lru/);
    expect(warnings).toEqual([]);
  });

  it('warns where the settings may not be read', async () => {
    await server.call('ACL', 'SETUSER', 'mizan', 'on', '>pw', '~*', '&*', '+@all', '-config');
    const store = await openRedisCounters({ url: server.url.replace('//', '//mizan:pw@'), warn });
    await store.close();
    expect(warnings).toEqual([expect.stringContaining('does not let its settings be read')]);
  });

  it('is refused to a list of servers that are no cluster', async () => {
    const refused = openRedisCounters({ url: `${server.url}, redis://127.0.0.1:1`, warn });
    await expect(refused).rejects.toThrow('REDIS_URL names several servers, but they are no Redis Cluster');
  });

  it('fails with a sentence where nobody answers, without the password', async () => {
    const refused = openRedisCounters({ url: 'redis://me:secret@127.0.0.1:1', warn });
    await expect(refused).rejects.toThrow(/^Redis at 127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/);
    await expect(refused).rejects.toBeInstanceOf(StoreAway);
  });

  it('fails for good with a wrong password', async () => {
    await server.call('ACL', 'SETUSER', 'other', 'on', '>right', '~*', '&*', '+@all');
    const refused = openRedisCounters({ url: server.url.replace('//', '//other:wrong@'), warn });
    await expect(refused).rejects.toThrow('WRONGPASS');
    await expect(refused).rejects.not.toBeInstanceOf(StoreAway);
  });
});
