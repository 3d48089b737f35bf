import type { Disturbance } from './disturbance.ts';
import type { EngineProcess } from './engine-process.ts';
import type { EventQueue } from './event-queue.ts';
import type { Fleet } from './fleet.ts';
import type { SimOptions } from './options.ts';

const STEP_SECONDS = 5;
const LONGEST_STEP_SECONDS = 60;
const CLOSING_SECONDS = 3600;
const HOUR_SECONDS = 3600;

/** What drives a fleet against an engine. */
export interface Simulation {
  readonly options: SimOptions;
  readonly queue: EventQueue;
  readonly fleet: Fleet;
  readonly engine: EngineProcess;
  /** What befalls engine and stores, one after the other. */
  readonly disturbances: readonly Disturbance[];
  readonly progress: (line: string) => void;
}

/**
 * Runs the fleet through its virtual hours, and longer if some disturbance has not come by then. Each disturbance meets
 * the engine while answers are on their way. Rejects when the engine cannot be reached.
 */
export async function runHours(simulation: Simulation): Promise<void> {
  const { options, queue, fleet } = simulation;
  const end = queue.now + Math.round(options.hours * HOUR_SECONDS);
  const coming = [...simulation.disturbances];
  fleet.begin();
  while (queue.now < end || coming.length > 0) {
    const before = queue.now;
    await step(simulation, Math.max(end, queue.now + LONGEST_STEP_SECONDS));
    if (fleet.wire.inFlight > 0 && coming[0]?.isDue(queue.now)) await coming.shift()!.run();
    await fleet.wire.settle();
    reportHour(simulation, before);
  }
}

/**
 * The closing phase: every session stops over a faultless network. Rejects when some record stays unanswered for an hour
 * of it.
 */
export async function closeSessions(simulation: Simulation): Promise<void> {
  const { queue, fleet } = simulation;
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

function reportHour({ options, queue, fleet, progress }: Simulation, before: number): void {
  const hours = (second: number) => Math.floor((second - options.start) / HOUR_SECONDS);
  if (hours(queue.now) === hours(before)) return;
  const { counts, wire } = fleet;
  progress(
    `hour ${hours(queue.now)}: ${counts.sessions} sessions, ${wire.counts.packets} packets, ` +
      `${counts.retransmissions} retransmissions, ${wire.counts.silent} unanswered, ${fleet.openReports} open`,
  );
}
