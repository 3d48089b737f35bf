import { NAS_KINDS } from '../fleet/nas-kind.ts';
import type { SimOptions } from '../fleet/options.ts';
import type { FleetResult } from '../fleet/run-fleet.ts';

const DAY_SECONDS = 86_400;

/** What every fault is run with. */
export interface FaultContext {
  readonly seed: number;
  /** Multiplies kills, fleets and durations; 1 is what the published figures were measured with. */
  readonly scale: number;
  readonly progress: (line: string) => void;
}

/** Whether the fault was survived as it must be, and what was measured; `diff` is octets by which the books disagree. */
export interface FaultOutcome {
  readonly pass: boolean;
  readonly diff: number;
  readonly [measured: string]: unknown;
}

/** One fault of the table. */
export interface Fault {
  readonly row: number;
  readonly fault: string;
  run(context: FaultContext): Promise<FaultOutcome>;
}

/** Options of a simulation for a fault: a quiet network and embedded stores unless `over` says otherwise. */
export function simOptions({ seed }: FaultContext, over: Partial<SimOptions>): SimOptions {
  return {
    seed,
    lines: 100,
    hours: 6,
    faults: { loss: 0, dup: 0, reorder: 0 },
    kills: 0,
    servers: false,
    storeKills: 0,
    kinds: NAS_KINDS,
    start: (Math.floor(Date.now() / 1000 / DAY_SECONDS) - 1) * DAY_SECONDS,
    engineScript: undefined,
    keep: false,
    ...over,
  };
}

/** The part of a simulation's result that every fault publishes. */
export function bookFigures({ diff, missingAcked, misdirected, misfiled, octets, ...rest }: FleetResult) {
  const { packets, sessions, perLineMismatches } = rest;
  const wrong = perLineMismatches.length === 0 ? {} : { perLineMismatches };
  return {
    ...{ diff, missingAcked, misdirected, misfiled, packets, sessions },
    ...{ octets: octets.generator, overshot: octets.overshot, quarantined: octets.quarantined, ...wrong },
  };
}

/** At least one, and `count` by the scale. */
export function scaled({ scale }: FaultContext, count: number): number {
  return Math.max(1, Math.round(count * scale));
}
