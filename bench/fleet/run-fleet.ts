import { type Comparison, compare, type StoredUsage } from './compare.ts';
import { type Disturbance, plannedKills, type Stricken } from './disturbance.ts';
import { EventQueue } from './event-queue.ts';
import { Fleet } from './fleet.ts';
import type { SimOptions } from './options.ts';
import { closeSessions, runHours, type Simulation } from './simulation.ts';
import { Stage, type StageOptions } from './stage.ts';

/** A simulation with all that it stands on. */
export interface FleetRun extends Stricken, Simulation {
  readonly stage: Stage;
}

/** What may be done to a simulation beyond its options. */
export interface RunHooks {
  readonly stage?: Omit<StageOptions, 'servers' | 'engineScript'>;
  /** In place of the kills of the options. */
  readonly disturbances?: (run: Stricken) => readonly Disturbance[];
  /** After the virtual hours, before the sessions are stopped. */
  readonly beforeClosing?: (run: FleetRun) => Promise<void>;
  /** After the equation was found, with stores and engine's folder still there. */
  readonly afterAudit?: (run: FleetRun, stored: StoredUsage) => Promise<void>;
}

/** The equation, and what happened on the way. */
export interface FleetResult extends Comparison {
  /** All that is right when everything is right. */
  readonly isRight: boolean;
  readonly packets: number;
  readonly retransmissions: number;
  readonly sessions: number;
  readonly lostForEver: number;
  readonly reboots: number;
  readonly disconnects: number;
  readonly speedChanges: number;
  readonly engineStarts: number;
  /** What the first start took, on an empty folder, which makes the databases. */
  readonly firstStartMs: number;
  /** Longest time from a later start of the process until it served, and the most processor time that one took. */
  readonly slowestStartMs: number;
  readonly dearestStartMs: number;
}

/** Runs one simulation on fresh stores, audits it, and leaves nothing behind. Rejects when a record is never answered. */
export async function runFleet(
  options: SimOptions,
  progress: (line: string) => void,
  hooks: RunHooks = {},
): Promise<FleetResult> {
  const { servers, engineScript, keep } = options;
  const stage = await Stage.open({ ...hooks.stage, servers, engineScript });
  const queue = new EventQueue(options.start);
  const fleet = await Fleet.build(options, queue, stage.ports);
  try {
    const stricken = { queue, fleet, engine: stage.engine, servers: stage.servers };
    await stage.engine.start(options.start);
    await stage.engine.apply(fleet.document());
    const disturbances = (hooks.disturbances ?? ((given) => plannedKills(options, given)))(stricken);
    const run: FleetRun = { ...stricken, stage, options, disturbances, progress };
    await runHours(run);
    await hooks.beforeClosing?.(run);
    await closeSessions(run);
    const sessions = fleet.nas.flatMap((nas) => nas.sessions);
    const stored = await stage.audit();
    const comparison = compare({ lines: fleet.lines, sessions }, stored);
    await hooks.afterAudit?.(run, stored);
    return { ...comparison, ...summary(run), sessions: sessions.length, isRight: isRight(comparison) };
  } finally {
    fleet.close();
    await stage.close(keep);
  }
}

function summary({ fleet, engine }: FleetRun) {
  const { retransmissions, lostForEver, reboots, disconnects, speedChanges } = fleet.counts;
  const [first, ...later] = engine.starts;
  return {
    ...{
      packets: fleet.wire.counts.packets,
      retransmissions,
      lostForEver,
      reboots,
      disconnects,
      speedChanges,
    },
    engineStarts: engine.starts.length,
    firstStartMs: first?.realMs ?? 0,
    slowestStartMs: Math.max(0, ...later.map(({ realMs }) => realMs)),
    dearestStartMs: Math.max(0, ...later.map(({ processorMs }) => processorMs)),
  };
}

/** The whole equation holds, to the octet. */
function isRight({ diff, missingAcked, misdirected, misfiled }: Comparison): boolean {
  return diff === 0 && missingAcked === 0 && misdirected === 0 && misfiled === 0;
}
