import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasRedis, RedisServer } from '../../bench/servers/redis-server.ts';
import { totalOctets } from '../../engine/accounting/count-octets.ts';
import {
  writeAccessRequest,
  writeAccountingOn,
  writeAccountingRequest,
} from '../../engine/demo/nas-packets.ts';
import { type PacketPath, startPacketPath } from '../../engine/packet-path.ts';
import type { CounterStore } from '../../engine/pipeline/counter-store.ts';
import type { LineState } from '../../engine/policy/line-state.ts';
import { AcctStatusType } from '../../engine/radius/attribute-type.ts';
import { Code } from '../../engine/radius/code.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import { systemClock } from '../../engine/runtime/clock.ts';
import { nasContext, passwordContext, SecretBox } from '../../engine/runtime/secret-box.ts';
import { startDictionaries } from '../../engine/runtime/start-dictionaries.ts';
import { LmdbCounterStore } from '../../engine/store/counters/lmdb-counter-store.ts';
import { LmdbTwin } from '../../engine/store/counters/lmdb-twin.ts';
import { openRedisCounters } from '../../engine/store/counters/redis-counter-store.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { answers, rawAttributes, UdpNas } from '../e2e/udp-nas.ts';
import { sampleNas } from './nas/nas-samples.ts';
import { type AwayStore, awayStore } from './pipeline/away-store.ts';
import { GB, grantOf, historyOf, lineOf, planOf } from './pipeline/samples.ts';

const SECRET = 'outage-secret';
const CLASS = 25;
const MASTER_KEY = Buffer.alloc(32, 7);
const box = new SecretBox(MASTER_KEY);
const dictionary = (() => {
  const started = startDictionaries('/nowhere');
  if (!started.ok) throw new Error(started.error);
  return started.value;
})();

let folder: string;
let path: PacketPath | undefined;
let nas: UdpNas;
let log: { level: number; msg: string }[];
let identifier = 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-path-'));
  nas = await UdpNas.open(SECRET, '127.0.0.1');
  log = [];
});
afterEach(async () => {
  await path?.stop();
  path = undefined;
  nas.close();
  rmSync(folder, { recursive: true });
});

async function start(counters: CounterStore): Promise<void> {
  path = await startPacketPath({
    counters,
    masterKey: MASTER_KEY,
    clock: systemClock,
    host: '127.0.0.1',
    authPort: 0,
    acctPort: 0,
    reusePort: false,
    log: pino({ level: 'info' }, { write: (line: string) => log.push(JSON.parse(line)) }),
    dictionary,
    journalFolder: join(folder, 'process'),
  });
}

const lineNamed = (username: string): LineState => {
  const now = Date.now();
  const sealedPassword = box.seal('pw', passwordContext(username));
  const grant = grantOf('g1', GB, { from: now - DAY_MS, until: now + DAY_MS });
  return lineOf([grant], { username, sealedPassword, expiresAt: now + DAY_MS, concurrentSessions: 1 });
};

async function fill(counters: CounterStore, usernames: readonly string[]): Promise<void> {
  const sealedEntry = box.seal(
    JSON.stringify({ ...sampleNas({ secret: SECRET }).entry, coaPort: nas.coaPort }),
    nasContext('n1'),
  );
  const { learned } = sampleNas({});
  await counters.putReference({ plans: [historyOf(planOf())], nas: [{ name: 'n1', sealedEntry, learned }] });
  for (const username of usernames) {
    const state = lineNamed(username);
    await counters.commit([
      { username, expectedVersion: 0, state, events: [], effects: [], wakeAt: undefined, at: 0 },
    ]);
  }
}

const fields = (username: string) => ({
  username,
  nasIdentifier: 'n1',
  nasPort: username.length,
  callingStationId: '',
  identifier: identifier++ % 256,
});

async function login(username: string, password = 'pw', withinMs = 2_000): Promise<Buffer | undefined> {
  const request = writeAccessRequest(
    {
      ...fields(username),
      authenticator: randomBytes(16),
      password,
      method: 'pap',
      messageAuthenticator: true,
    },
    prepareSecret(Buffer.from(SECRET)),
  );
  return nas.exchange(Buffer.from(request), path?.authPort ?? 0, withinMs);
}

const classOf = (accept: Buffer | undefined) =>
  rawAttributes(accept ?? Buffer.alloc(0)).find(({ type }) => type === CLASS)?.value ?? Buffer.alloc(0);

/** True when the record was acknowledged. */
async function report(
  username: string,
  seconds: number,
  octets: number,
  more: { statusType?: number; class?: Buffer } = {},
): Promise<boolean> {
  const request = Buffer.from(
    writeAccountingRequest(
      {
        ...fields(username),
        statusType: more.statusType ?? AcctStatusType.InterimUpdate,
        acctSessionId: `S-${username}`,
        framedIp: '',
        classes: more.class === undefined ? [] : [more.class],
        sessionTimeSeconds: seconds,
        inputOctets: 0,
        outputOctets: octets,
        gigawords: 'never',
        eventTimestampSeconds: Math.floor(Date.now() / 1_000),
      },
      prepareSecret(Buffer.from(SECRET)),
    ),
  );
  const reply = await nas.exchange(request, path?.acctPort ?? 0);
  return reply !== undefined && reply[0] === Code.AccountingResponse && answers(reply, request, SECRET);
}

const metric = async (name: string, label = '') => {
  const all = (await path?.metrics()) as { name: string; values: { value: number; labels: object }[] }[];
  const found = all.find((one) => one.name === name)?.values ?? [];
  return found
    .filter(({ labels }) => JSON.stringify(labels).includes(label))
    .reduce((sum, { value }) => sum + value, 0);
};
const isOver = () =>
  vi.waitFor(
    async () => {
      expect(await metric('mizan_journal_entries')).toBe(0);
      expect(log.at(-1)?.msg).toContain('counters are back');
    },
    { timeout: 15_000, interval: 50 },
  );
const used = (state: LineState | undefined) =>
  state?.sessions.map(({ key, counters }) => [key, totalOctets(counters).outputOctets]);

describe('the packet path while its counters are away', () => {
  let real: LmdbCounterStore;
  let away: AwayStore;
  beforeEach(async () => {
    real = new LmdbCounterStore(join(folder, 'counters'));
    away = awayStore(real);
    await fill(real, ['ali', 'sara', 'reza']);
    await start(away.store);
  });
  afterEach(async () => {
    away.mood = 'there';
    await path?.stop();
    path = undefined;
    await real.close();
  });

  it('acknowledges every record and decides logins of lines that it knows', async () => {
    expect((await login('ali'))?.[0]).toBe(Code.AccessAccept);
    expect(await report('sara', 60, 1_000)).toBe(true);
    away.mood = 'away';
    expect((await login('sara', 'wrong'))?.[0]).toBe(Code.AccessReject);
    expect(await login('reza', 'pw', 300)).toBeUndefined();
    expect(await metric('mizan_radius_packets_total', 'counters-away')).toBe(1);
    expect(await report('sara', 120, 2_000)).toBe(true);
    expect(await report('reza', 60, 500)).toBe(true);
    expect(await report('nobody', 60, 7)).toBe(true);
    expect([await metric('mizan_store_away'), await metric('mizan_journal_entries')]).toEqual([1, 4]);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    away.mood = 'there';
    await isOver();
    expect(await metric('mizan_store_away')).toBe(0);
    expect(used(real.load('sara').state)?.map(([, octets]) => octets)).toEqual([2_000]);
    expect(used(real.load('reza').state)?.map(([, octets]) => octets)).toEqual([500]);
    const events = (await real.partitions[0]!.readEvents(0, 99)).map(({ event }) => event);
    expect(events.filter((event) => event.type === 'usage' && event.username === 'nobody')).toMatchObject([
      { outputOctets: 7, anomalies: ['unknown-line'] },
    ]);
    expect(events.filter((event) => event.type === 'access' && event.outcome === 'reject')).toMatchObject([
      { username: 'sara', reason: 'wrong-password' },
    ]);
    expect(log.map(({ msg }) => msg.split(/[:,]/)[0])).toEqual([
      'the counters are away',
      'the counters are back',
    ]);
  });

  it('gives a session of the outage the key that its Class says, before and after', async () => {
    expect(await report('ali', 1, 0, { statusType: AcctStatusType.Stop })).toBe(true);
    away.mood = 'away';
    const accept = await login('ali');
    expect(accept?.[0]).toBe(Code.AccessAccept);
    const token = classOf(accept);
    const key = token.toString('hex', 7, 15);
    expect(await report('ali', 0, 0, { statusType: AcctStatusType.Start, class: token })).toBe(true);
    expect(await report('ali', 60, 900, { class: token })).toBe(true);
    expect((await login('ali', 'pw', 2_000))?.[0]).toBe(Code.AccessAccept);
    away.mood = 'there';
    await isOver();
    expect(await report('ali', 120, 1_000, { class: token })).toBe(true);
    expect(used(real.load('ali').state)).toContainEqual([key, 1_000]);
  });

  it('keeps a boot note, and makes it known when the counters are back', async () => {
    away.mood = 'away';
    const boot = Buffer.from(
      writeAccountingOn(9, AcctStatusType.AccountingOn, 'n1', prepareSecret(Buffer.from(SECRET))),
    );
    expect((await nas.exchange(boot, path?.acctPort ?? 0))?.[0]).toBe(Code.AccountingResponse);
    expect((await real.reference()).nas[0]?.learned.boot).toBe(0);
    away.mood = 'there';
    await isOver();
    expect((await real.reference()).nas[0]?.learned.boot).toBe(1);
  });

  it('starts while the counters are away, with NAS and lines from the local copy', async () => {
    expect(await report('sara', 60, 1_000)).toBe(true);
    away.mood = 'away';
    expect(await report('sara', 120, 2_000)).toBe(true);
    await path?.stop();
    path = undefined;
    const twin = new LmdbTwin(join(folder, 'process', 'twin'));
    expect(twin.reference()?.nas).toHaveLength(1);
    await twin.put('ali', real.load('ali'));
    await twin.close();
    await start(away.store);
    expect((await login('ali'))?.[0]).toBe(Code.AccessAccept);
    expect(await report('sara', 180, 3_000)).toBe(true);
    away.mood = 'there';
    await isOver();
    expect(used(real.load('sara').state)?.map(([, octets]) => octets)).toEqual([3_000]);
    expect(real.load('ali').state?.sessions).toHaveLength(1);
  });

  it('orders within a few milliseconds of the record what the record calls for', async () => {
    await path?.kick('ali');
    expect(await report('sara', 60, 5)).toBe(true);
    const before = performance.now();
    expect(await path?.kick('sara')).toBe(1);
    await vi.waitFor(() => expect(nas.requests).toHaveLength(1), { interval: 1 });
    expect((nas.requests[0]?.at ?? Number.NaN) - before).toBeLessThan(100);
  });
});

describe.skipIf(!hasRedis())('the packet path while its Redis', () => {
  const usernames = Array.from({ length: 20 }, (_, number) => `redis${number}`);
  let redis: RedisServer;
  let counters: CounterStore;
  let octets: number;
  beforeEach(async () => {
    octets = 0;
    redis = await RedisServer.start();
    counters = await openRedisCounters({ url: redis.url, warn: () => {} });
    await (await counters.rebuild(0)).finish('first', 0);
    await fill(counters, usernames);
    await start(counters);
  });
  afterEach(async () => {
    await path?.stop();
    path = undefined;
    await counters.close();
    await redis.remove();
  });

  /** One record of every line, all of them acknowledged. */
  const all = async () => {
    octets += 1_000;
    const seconds = octets / 100;
    const acknowledged = await Promise.all(usernames.map((username) => report(username, seconds, octets)));
    expect(acknowledged.every(Boolean)).toBe(true);
  };
  const expectExact = async () => {
    for (const username of usernames) {
      const { state } = await counters.load(username);
      expect(used(state)?.map(([, counted]) => counted)).toEqual([octets]);
      expect(state?.grants[0]?.consumed).toBe(octets);
    }
  };

  it('is killed and started again: all is acknowledged, and every record is there afterwards', async () => {
    await all();
    for (let outage = 0; outage < 3; outage++) {
      const killed = redis.kill();
      await all();
      await killed;
      for (let round = 0; round < 5; round++) await all();
      expect((await login('redis1', 'wrong'))?.[0]).toBe(Code.AccessReject);
      const back = redis.restart();
      for (let round = 0; round < 5; round++) await all();
      await back;
      await isOver();
      await all();
      await expectExact();
    }
    expect(log.filter(({ level }) => level >= 50)).toEqual([]);
    expect(log).toHaveLength(6);
  }, 60_000);

  it('loses everything and is put together again from what was sunk before', async () => {
    await all();
    const sunk = await Promise.all(
      usernames.map(async (username) => ({
        username,
        state: (await counters.load(username)).state ?? lineNamed(username),
        wakeAt: undefined,
      })),
    );
    for (let round = 0; round < 5; round++) await all();
    await redis.call('FLUSHALL');
    for (let round = 0; round < 3; round++) await all();
    expect(await metric('mizan_store_away')).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const rebuild = await counters.rebuild(0);
    await rebuild.putLines(sunk);
    await rebuild.finish('second', 1_000);
    await isOver();
    await all();
    await expectExact();
    expect(log.map(({ msg }) => msg.split(/[:;,]/)[0])).toEqual([
      'the counters are away',
      'the counters were rebuilt',
      'the counters are back',
    ]);
  }, 60_000);
});
