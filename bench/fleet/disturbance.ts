import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineProcess } from './engine-process.ts';
import type { EventQueue } from './event-queue.ts';
import type { Fleet } from './fleet.ts';
import type { SimOptions } from './options.ts';
import { Random } from './random.ts';
import { type Servers, STORE_NAMES, type StoreName } from './servers.ts';

const LONGEST_KILL_DELAY_MS = 30;
const LONGEST_STORE_ABSENCE_MS = 1_500;
const HOUR_SECONDS = 3600;

/** Something that befalls engine or stores in the middle of a step's answers. */
export interface Disturbance {
  /** True when its moment has come; asked from virtual second to virtual second. */
  isDue(now: number): boolean;
  run(): Promise<void>;
}

/** What disturbances act on. */
export interface Stricken {
  readonly queue: EventQueue;
  readonly fleet: Fleet;
  readonly engine: EngineProcess;
  readonly servers: Servers | undefined;
}

/** The kills that the options ask for, at instants spread over the run by the seed. */
export function plannedKills(options: SimOptions, stricken: Stricken): Disturbance[] {
  const random = new Random(`kills ${options.seed}`);
  const seconds = Math.round(options.hours * HOUR_SECONDS);
  const at = () => options.start + random.integer(1, seconds);
  const engineKills = Array.from({ length: options.kills }, () => ({
    at: at(),
    run: () => killEngine(stricken, random),
  }));
  const storeKills = Array.from({ length: options.storeKills }, () => ({
    at: at(),
    run: () => killStore(stricken, random),
  }));
  return [...engineKills, ...storeKills]
    .sort((one, other) => one.at - other.at)
    .map(({ at: due, run }) => ({ isDue: (now) => now >= due, run }));
}

/** A store is taken away at a virtual second and comes back after so many real milliseconds. */
export function outage(at: number, realMs: number, begin: () => Promise<void>, end: () => Promise<void>) {
  let began = Number.POSITIVE_INFINITY;
  const first: Disturbance = {
    isDue: (now) => now >= at,
    async run() {
      await begin();
      began = performance.now();
    },
  };
  return [first, { isDue: () => performance.now() - began >= realMs, run: end }] satisfies Disturbance[];
}

/**
 * Kills the engine in the middle of a step's answers: at once, or when some of them have come, in half of the cases
 * a little later so that the stores' own work is hit as well. Then starts it again on the same data.
 */
async function killEngine({ queue, fleet, engine }: Stricken, random: Random): Promise<void> {
  await someAnswers(fleet, random);
  if (random.chance(0.5)) await sleep(random.integer(1, LONGEST_KILL_DELAY_MS));
  await engine.kill();
  fleet.wire.cut();
  await engine.start(queue.now);
}

/** Kills one of the servers among the answers of a step and starts it again on its data within a second and a half. */
async function killStore({ fleet, servers }: Stricken, random: Random): Promise<void> {
  const name: StoreName = random.pick(STORE_NAMES);
  await someAnswers(fleet, random);
  await servers!.kill(name);
  await sleep(random.integer(0, LONGEST_STORE_ABSENCE_MS));
  await servers!.restart(name);
}

async function someAnswers({ wire }: Fleet, random: Random): Promise<void> {
  const answers = random.integer(0, wire.inFlight);
  if (answers === 0) return;
  const answered = new Promise<void>((resolve) => wire.onAnswers(answers, resolve));
  await Promise.race([answered, wire.settle()]);
}
