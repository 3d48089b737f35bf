import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Comparison, compare, type StoredUsage } from '../fleet/compare.ts';
import type { PlanDocument } from '../fleet/plans.ts';
import { Stage, type StageOptions } from '../fleet/stage.ts';
import type { FaultOutcome } from './fault.ts';
import { quantile, type SteadyCounts, SteadyLoad, type SteadyOptions } from './steady-load.ts';

const FINISH_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 250;

/** A plan whose volume does not end. */
export const ENDLESS: PlanDocument = {
  name: 'endless',
  days: 30,
  quota: { octets: 2 ** 50, charge: 'both' },
  speed: { downKbps: 20_000, upKbps: 2_000 },
  exhausted: 'disconnect',
  interimSeconds: 60,
};

/** An engine on servers under a load in real time. */
export interface SteadyRun {
  readonly stage: Stage;
  readonly load: SteadyLoad;
}

/** What is to be done with it. */
export interface SteadyPlay {
  readonly stage?: Omit<StageOptions, 'servers'>;
  readonly load: Omit<SteadyOptions, 'acctPorts'>;
  /** Accounting port of another engine, which every second try goes to. */
  readonly secondPort?: number;
  /** When the engine serves and knows the lines. */
  readonly beforeLoad?: (stage: Stage) => Promise<void>;
  /** Between the start of the load and its end. */
  readonly play: (run: SteadyRun) => Promise<void>;
  /** When everything was acknowledged and carried over, and the engine has ended. */
  readonly afterAudit?: (run: SteadyRun, stored: StoredUsage) => Promise<void>;
}

/** Runs a load on fresh servers on the machine's clock, audits it, and leaves nothing behind. */
export async function runSteady(steady: SteadyPlay): Promise<FaultOutcome> {
  const { play, afterAudit, beforeLoad, secondPort } = steady;
  const stage = await Stage.open({ ...steady.stage, servers: true });
  const acctPorts = secondPort === undefined ? [stage.ports.acct] : [stage.ports.acct, secondPort];
  const load = await SteadyLoad.open({ ...steady.load, acctPorts });
  try {
    await stage.engine.start(undefined);
    await stage.engine.apply(load.document());
    await beforeLoad?.(stage);
    load.start();
    await play({ stage, load });
    await load.finish(FINISH_WITHIN_MS);
    const stored = await stage.audit();
    await afterAudit?.({ stage, load }, stored);
    return steadyFigures(compare(load.truth(), stored));
  } finally {
    load.close();
    await stage.close();
  }
}

function steadyFigures({ octets, perLineMismatches, misfiled: _, ...books }: Comparison): FaultOutcome {
  const wrong = perLineMismatches.length === 0 ? {} : { perLineMismatches };
  const pass = books.diff === 0 && books.missingAcked === 0 && books.misdirected === 0;
  const { generator, overshot, quarantined } = octets;
  return { pass, ...books, octets: generator, overshot, quarantined, ...wrong };
}

/** Rates and latencies of some seconds. */
export function describeCounts(counts: SteadyCounts, ms: number) {
  const { latencies, acknowledged, retries, disconnects } = counts;
  return {
    acksPerSecond: Math.round((acknowledged * 1000) / ms),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    retries,
    disconnects,
  };
}

/** Waits so long and resolves to the most memory that the engine had, in MiB. */
export async function watchMemory({ engine }: Stage, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let most = 0;
  while (performance.now() < end) {
    most = Math.max(most, residentMib(engine.pid));
    await sleep(LOOK_EVERY_MS);
  }
  return most;
}

function residentMib(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}
