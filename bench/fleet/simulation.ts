import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineProcess } from './engine-process.ts';
import type { EventQueue } from './event-queue.ts';
import type { Fleet } from './fleet.ts';
import type { SimOptions } from './options.ts';
import { Random } from './random.ts';

const STEP_SECONDS = 5;
const LONGEST_STEP_SECONDS = 60;
const CLOSING_SECONDS = 3600;
const LONGEST_KILL_DELAY_MS = 30;
const HOUR_SECONDS = 3600;

/** What drives a fleet against an engine. */
export interface Simulation {
  readonly options: SimOptions;
  readonly queue: EventQueue;
  readonly fleet: Fleet;
  readonly engine: EngineProcess;
  readonly progress: (line: string) => void;
}

/**
 * Runs the fleet through its virtual hours and the closing phase against an engine that is ready and knows the lines.
 * Rejects when some record stays unanswered for an hour of a faultless network.
 */
export async function runSimulation(simulation: Simulation): Promise<void> {
  const { options, queue, fleet } = simulation;
  const end = queue.now + Math.round(options.hours * HOUR_SECONDS);
  const random = new Random(`kills ${options.seed}`);
  const kills = killTimes(options, queue.now, random);
  fleet.begin();
  while (queue.now < end) {
    const before = queue.now;
    await step(simulation, end);
    if (fleet.wire.inFlight > 0 && queue.now >= (kills.at(-1) ?? end)) {
      kills.pop();
      await killAndRestart(simulation, random);
    }
    await fleet.wire.settle();
    reportHour(simulation, before);
  }
  fleet.finish();
  const last = queue.now + CLOSING_SECONDS;
  while (fleet.openReports > 0) {
    if (queue.now >= last) throw new Error(`${fleet.openReports} records stay unanswered`);
    await step(simulation, last);
    await fleet.wire.settle();
  }
}

/** Virtual time goes on by 5 s, or up to 60 s when nothing happens, and what is due is sent. */
async function step({ queue, engine }: Simulation, end: number): Promise<void> {
  const rest = Math.min(queue.nextAt, queue.now + LONGEST_STEP_SECONDS) - queue.now;
  const now = Math.min(end, queue.now + Math.max(STEP_SECONDS, Math.floor(rest)));
  await engine.moveClock(now);
  queue.runUntil(now);
}

/**
 * Kills the engine in the middle of a step's answers: at once, or when some of them have come, in half of the cases
 * a little later so that the stores' own work is hit as well. Then starts it again on the same data.
 */
async function killAndRestart({ queue, fleet, engine }: Simulation, random: Random): Promise<void> {
  const answers = random.integer(0, fleet.wire.inFlight);
  const delayMs = random.chance(0.5) ? random.integer(1, LONGEST_KILL_DELAY_MS) : 0;
  if (answers > 0) {
    const answered = new Promise<void>((resolve) => fleet.wire.onAnswers(answers, resolve));
    await Promise.race([answered, fleet.wire.settle()]);
  }
  if (delayMs > 0) await sleep(delayMs);
  await engine.kill();
  fleet.wire.cut();
  await engine.start(queue.now);
}

/** Seconds at which the engine dies, spread over the run by the seed. */
function killTimes({ kills, hours }: SimOptions, start: number, random: Random): number[] {
  const seconds = Math.round(hours * HOUR_SECONDS);
  return Array.from({ length: kills }, () => start + random.integer(1, seconds)).sort((a, b) => b - a);
}

function reportHour({ options, queue, fleet, progress }: Simulation, before: number): void {
  const hours = (second: number) => Math.floor((second - options.start) / HOUR_SECONDS);
  if (hours(queue.now) === hours(before)) return;
  const { counts, wire } = fleet;
  progress(
    `hour ${hours(queue.now)}: ${counts.sessions} sessions, ${wire.counts.packets} packets, ` +
      `${counts.retransmissions} retransmissions, ${wire.counts.silent} unanswered, ${fleet.openReports} open`,
  );
}
