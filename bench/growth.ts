import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineProcess, freePorts } from './fleet/engine-process.ts';
import { multiplyLines } from './growth/load-lines.ts';
import { sessionName } from './load/requests.ts';
import { endOnSignal } from './packets/end-on-signal.ts';
import { type LoadSettings, measure, sendOnce } from './packets/measure.ts';
import { mizanDocument } from './packets/mizan-document.ts';
import type { Peer } from './packets/peer.ts';
import { median } from './packets/ratios.ts';
import { hasRedis, RedisServer } from './servers/redis-server.ts';

const SECRET = 'a-long-secret-for-the-bench';
const ENGINE = join(import.meta.dirname, '../engine/main.js');
/** The rate with the most lines may fall to this share of that with the fewest. */
const AIM = 0.85;
const OCTETS_PER_LINE_AIM = 700;

type StoreName = 'lmdb' | 'redis';

/** A running engine with so many online lines, and what its counters take. */
interface GrownPeer {
  readonly peer: Peer;
  readonly lines: number;
  readonly counterOctetsPerLine: number;
}

/**
 * How the rate of Interim-Updates changes with the number of online lines, per counter store: engines with few, more and
 * many lines run side by side and are loaded in turn. One line of JSON per figure, the last one holds the ratios.
 */
async function main(): Promise<void> {
  endOnSignal();
  const { values } = parseArgs({
    options: {
      lines: { type: 'string', default: '10000,100000,1000000' },
      stores: { type: 'string', default: 'lmdb,redis' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      'warm-up': { type: 'string', default: '2' },
      'in-flight': { type: 'string', default: '512' },
    },
  });
  const load: Omit<LoadSettings, 'lines'> = {
    secret: SECRET,
    sessionsBeganAt: Date.now() - 60_000,
    warmUpMs: Number(values['warm-up']) * 1000,
    measureMs: Number(values.seconds) * 1000,
    inFlight: Number(values['in-flight']),
    generators: 1,
  };
  const sizes = values.lines.split(',').map(Number);
  const ratios: Record<string, object> = {};
  for (const store of values.stores.split(',') as StoreName[]) {
    if (store === 'redis' && !hasRedis()) {
      print({ store, skipped: 'this machine has no redis-server' });
      continue;
    }
    ratios[store] = await measureStore(store, sizes, Number(values.rounds), load);
  }
  print({ ratios });
}

async function measureStore(
  store: StoreName,
  sizes: readonly number[],
  rounds: number,
  load: Omit<LoadSettings, 'lines'>,
): Promise<object> {
  const grown: GrownPeer[] = [];
  try {
    for (const lines of sizes) {
      const begun = performance.now();
      grown.push(await startGrown(store, lines, load));
      const { counterOctetsPerLine } = grown.at(-1)!;
      const seconds = Math.round((performance.now() - begun) / 1000);
      print({ store, lines, counterOctetsPerLine, loadedInSeconds: seconds });
    }
    const rates = new Map<number, number[]>(sizes.map((lines) => [lines, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { peer, lines } of grown) {
        // Each round begins elsewhere: with many lines none has been reported since it was online.
        const figure = await measure(peer, 'interim', { ...load, lines, beginAt: round / rounds });
        rates.get(lines)!.push(figure.packetsPerSecond);
        print({ store, round, lines, ...figure });
      }
    }
    return summarize(store, grown, rates);
  } finally {
    for (const { peer } of grown) await peer.stop();
  }
}

function summarize(
  store: StoreName,
  grown: readonly GrownPeer[],
  rates: ReadonlyMap<number, readonly number[]>,
): object {
  const bySize = [...rates.values()];
  const [fewest, most] = [bySize[0]!, bySize.at(-1)!];
  // Round by round: what disturbs the machine in one round disturbs both.
  const ratio = Number(median(most.map((rate, round) => rate / fewest[round]!)).toFixed(3));
  const octets = grown.map(({ counterOctetsPerLine }) => counterOctetsPerLine);
  return {
    lines: [...rates.keys()],
    packetsPerSecond: bySize.map(median),
    mostOverFewest: { ratio, aim: `>= ${AIM}`, met: ratio >= AIM },
    counterOctetsPerLine: octets,
    ...(store === 'redis' && {
      redisOctetsPerLine: {
        most: Math.max(...octets),
        aim: `<= ${OCTETS_PER_LINE_AIM}`,
        met: Math.max(...octets) <= OCTETS_PER_LINE_AIM,
      },
    }),
  };
}

/** Everything is declared, every line has a session, and all of it is sunk when it resolves. */
async function startGrown(
  store: StoreName,
  lines: number,
  load: Omit<LoadSettings, 'lines'>,
): Promise<GrownPeer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mizan-growth-'));
  const redis = store === 'redis' ? await RedisServer.start() : undefined;
  const ports = await freePorts();
  const engine = new EngineProcess(ENGINE, dataDir, ports, { REDIS_URL: redis?.url ?? '' });
  await engine.start(undefined);
  await engine.apply(mizanDocument(SECRET, [sessionName(0)]));
  await engine.stop();
  const empty = await countersOctets(dataDir, redis);
  await multiplyLines(
    dataDir,
    redis === undefined ? { folder: join(dataDir, 'counters') } : { url: redis.url },
    lines,
  );
  await engine.start(undefined);
  const peer: Peer = {
    name: `mizan-${store}`,
    authPort: ports.auth,
    acctPort: ports.acct,
    isEcho: false,
    roots: { mizan: engine.pid!, ...(redis && { redis: redis.pid! }) },
    prepared: async () => {},
    recorded: async () => undefined,
    stop: async () => {
      await engine.kill();
      await redis?.remove();
      rmSync(dataDir, { recursive: true });
    },
  };
  await sendOnce(peer, 'start', { ...load, lines });
  if (redis !== undefined) await printRedisLine(redis, lines);
  const used = (await countersOctets(dataDir, redis)) - empty;
  return { peer, lines, counterOctetsPerLine: Math.round(used / lines) };
}

/** What all counters together take: `used_memory` of Redis, or the file of the embedded store. */
async function countersOctets(dataDir: string, redis: RedisServer | undefined): Promise<number> {
  if (redis === undefined) return statSync(join(dataDir, 'counters', 'data.mdb')).size;
  const info = String(await redis.call('INFO', 'memory'));
  return Number(/used_memory:(\d+)/.exec(info)?.[1]);
}

/** One line's own share, without what the keyspace costs. */
async function printRedisLine(redis: RedisServer, lines: number): Promise<void> {
  const key = `mz:{0}:line:${sessionName(lines >> 1)}`;
  print({
    key,
    memoryUsage: await redis.call('MEMORY', 'USAGE', key),
    encoding: await redis.call('OBJECT', 'ENCODING', key),
    fields: await redis.call('HLEN', key),
  });
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
