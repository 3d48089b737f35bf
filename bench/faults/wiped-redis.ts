import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Disturbance } from '../fleet/disturbance.ts';
import { NAS_KINDS } from '../fleet/nas-kind.ts';
import { FAST_PLANS } from '../fleet/plans.ts';
import { type FleetResult, runFleet } from '../fleet/run-fleet.ts';
import type { Servers } from '../fleet/servers.ts';
import {
  bookFigures,
  type Fault,
  type FaultContext,
  type FaultOutcome,
  scaled,
  simOptions,
} from './fault.ts';

const HOUR_SECONDS = 3_600;
const REBUILT_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;
const DRAIN_WITHIN_MS = 60_000;
const UNSUNK_SECONDS = 30;
/** Real time of a step, 5 virtual seconds, while Redis is not back. */
const SLOW_STEP_MS = 250;
const LINE_KEYS = 'mz:{*}:line:*';

const GRANTS = `
  SELECT line.username, "grant".id, "grant".consumed_octets::text AS consumed, "grant".octets::text AS octets
  FROM "grant" JOIN line ON line.id = "grant".line_id`;

/** Row 6: everything in Redis is gone while the sessions are online. */
function wiped(fault: string, wipe: (servers: Servers) => Promise<unknown>): Fault {
  return { row: 6, fault, run: (context) => playWipe(context, wipe) };
}

/** Row 6 as a command. */
export const REDIS_FLUSHED = wiped('FLUSHALL of Redis with all sessions live', ({ redis }) =>
  redis.call('FLUSHALL'),
);

/** Row 6 as a lost disk. */
export const REDIS_DISK_LOST = wiped('Redis killed and back with an empty disk', async (servers) => {
  const [, folder] = (await servers.redis.call('CONFIG', 'GET', 'dir')) as [string, string];
  await servers.kill('redis');
  await rm(join(folder, 'appendonlydir'), { recursive: true, force: true });
  await servers.restart('redis');
});

async function playWipe(
  context: FaultContext,
  wipe: (servers: Servers) => Promise<unknown>,
): Promise<FaultOutcome> {
  const lines = scaled(context, 1_000);
  let rebuiltMs: number | undefined;
  let cutBefore = 0;
  let wrongGrants: readonly string[] = ['not compared'];
  const options = simOptions(context, {
    servers: true,
    lines,
    hours: 2,
    kinds: NAS_KINDS.filter(({ name }) => name === 'mikrotik' || name === 'stamped'),
    shape: {
      plans: FAST_PLANS.filter(({ name }) => name === 'large' || name === 'both-ways'),
      concurrentSessions: 1,
      medianHoursBetweenReboots: 1_000,
    },
  });
  const result = await runFleet(options, context.progress, {
    disturbances({ servers, fleet, engine }): Disturbance[] {
      let waiting = true;
      // The engine keeps the records of its last two minutes in memory for such a loss. Virtual time would pass them in a
      // moment: the sink, which works in real time, catches up first, what comes after that is lost with Redis, and time
      // goes slowly until the counters are back.
      const calm: Disturbance = {
        isDue: (now) => now >= options.start + HOUR_SECONDS - UNSUNK_SECONDS,
        run: () => engine.drained(DRAIN_WITHIN_MS),
      };
      const first: Disturbance = {
        isDue: (now) => now >= options.start + HOUR_SECONDS,
        async run() {
          cutBefore = fleet.counts.disconnects + fleet.counts.speedChanges;
          await wipe(servers!);
          untilRebuilt(servers!, lines).then((ms) => {
            rebuiltMs = ms;
            waiting = false;
          });
        },
      };
      const slow: Disturbance = {
        isDue: () => true,
        run: () => (waiting ? sleep(SLOW_STEP_MS) : Promise.resolve()),
      };
      return [calm, first, ...Array.from({ length: REBUILT_WITHIN_MS / SLOW_STEP_MS }, () => slow)];
    },
    afterAudit: async ({ servers }) => {
      wrongGrants = await compareGrants(servers!);
    },
  });
  return judge(result, { rebuiltMs, wrongGrants, falseCutOffs: cuts(result) - cutBefore });
}

function cuts({ disconnects, speedChanges }: FleetResult): number {
  return disconnects + speedChanges;
}

function judge(
  result: FleetResult,
  found: { rebuiltMs: number | undefined; wrongGrants: readonly string[]; falseCutOffs: number },
): FaultOutcome {
  const { rebuiltMs, wrongGrants, falseCutOffs } = found;
  const pass = result.isRight && rebuiltMs !== undefined && wrongGrants.length === 0 && falseCutOffs === 0;
  const examples = wrongGrants.slice(0, 3);
  return { pass, ...bookFigures(result), rebuiltMs, falseCutOffs, wrongGrants: wrongGrants.length, examples };
}

/** Milliseconds until Redis has all lines again, `undefined` when it has not in a minute. */
async function untilRebuilt({ redis }: Servers, lines: number): Promise<number | undefined> {
  const began = performance.now();
  while (performance.now() - began < REBUILT_WITHIN_MS) {
    const keys = (await redis.call('KEYS', LINE_KEYS).catch(() => [])) as string[];
    if (keys.length >= lines) return Math.round(performance.now() - began);
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

/** Grants whose consumption in the counters is not the ledger's, as sentences; both sides were drained before. */
async function compareGrants({ redis, postgres }: Servers): Promise<string[]> {
  const held = new Map<string, string>();
  for (const key of (await redis.call('KEYS', LINE_KEYS)) as string[]) {
    const username = key.slice(key.indexOf(':line:') + ':line:'.length);
    const flat = (await redis.call('HGETALL', key)) as string[];
    for (let at = 0; at < flat.length; at += 2) {
      const grant = /^(g\d+)\.used$/.exec(flat[at]!)?.[1];
      if (grant === undefined) continue;
      const id = flat[flat.indexOf(grant) + 1]!.split(' ')[0]!;
      held.set(JSON.stringify([username, id]), flat[at + 1]!);
    }
  }
  const rows = await postgres.query<Record<'username' | 'id' | 'consumed' | 'octets', string>>(GRANTS);
  return rows.flatMap(({ username, id, consumed, octets }) => {
    const used = held.get(JSON.stringify([username, id]));
    const right = `${consumed}/${octets}`;
    return used === right ? [] : [`${username} ${id}: counters ${used ?? 'nothing'}, ledger ${right}`];
  });
}
