import type { UsageEvent } from '../../pipeline/engine-event.ts';
import { SECOND_MS } from '../../values/instant.ts';

/**
 * Figures of a usage event that mostly follow from its others, so that a row holds only what they leave over: nothing, as a
 * rule, which packs to nothing. By law charged + free + quarantined = input + output and, where no hour weighs more or
 * less, burned + overshot = charged. Figures that break these come back as they were too: every sum here and in
 * ClickHouse is one of 64-bit integers that may wrap, and wraps back.
 */
export interface DerivedColumns {
  /** What `charged_octets` is compared with: what is charged by a plan that charges nothing, downloads, or all. */
  readonly charge_form: 'none' | 'output' | 'all';
  readonly charged_rest: number | string;
  readonly free_rest: number | string;
  readonly burned_rest: number | string;
  /** Seconds beyond those from `started_at` to `at`. */
  readonly session_time_rest: number;
}

/** The columns of an event, always in this order; an integer that a number cannot hold is text. */
export function derivedColumns(event: UsageEvent): DerivedColumns {
  const { inputOctets, outputOctets, chargedOctets, quarantinedOctets, overshotOctets } = event;
  const all = inputOctets + outputOctets;
  const charge_form = nearestForm(chargedOctets, outputOctets, all);
  const charged_rest =
    chargedOctets - (charge_form === 'output' ? outputOctets : charge_form === 'all' ? all : 0);
  const uncharged = all - chargedOctets - quarantinedOctets;
  const free_rest = event.freeOctets - uncharged;
  const covered = chargedOctets - overshotOctets;
  const burned_rest = event.burnedOctets - covered;
  const session_time_rest = event.sessionTimeSeconds - secondsOf(event);
  const isExact = [all, charged_rest, uncharged, free_rest, covered, burned_rest].every(Number.isSafeInteger);
  if (isExact) return { charge_form, charged_rest, free_rest, burned_rest, session_time_rest };
  return { charge_form, ...largeRests(event, charge_form), session_time_rest };
}

/** The form that leaves the least over. */
function nearestForm(charged: number, output: number, all: number): DerivedColumns['charge_form'] {
  const fromOutput = Math.abs(charged - output);
  const fromAll = Math.abs(charged - all);
  if (fromOutput <= fromAll) return fromOutput <= charged ? 'output' : 'none';
  return fromAll <= charged ? 'all' : 'none';
}

function secondsOf({ at, startedAt }: UsageEvent): number {
  return Math.max(0, Math.floor((at - startedAt) / SECOND_MS));
}

/** The same for figures whose sums are beyond 2^53. */
function largeRests(event: UsageEvent, form: DerivedColumns['charge_form']) {
  const output = BigInt(event.outputOctets);
  const all = BigInt(event.inputOctets) + output;
  const charged = BigInt(event.chargedOctets);
  const base = form === 'output' ? output : form === 'all' ? all : 0n;
  const uncharged = all - charged - BigInt(event.quarantinedOctets);
  const covered = charged - BigInt(event.overshotOctets);
  return {
    charged_rest: String(charged - base),
    free_rest: String(BigInt(event.freeOctets) - uncharged),
    burned_rest: String(BigInt(event.burnedOctets) - covered),
  };
}

const CHARGED = `(charged_rest
  + multiIf(charge_form = 'output', output_octets, charge_form = 'all', input_octets + output_octets, 0))`;

/**
 * The figures of `usage_event` as SQL over what it stores, by their names in `usage_session_day`. The table has aliases of
 * these names for people; the program does not use them, since a Distributed table may answer a query that has aliases
 * beside functions with wrong columns (ClickHouse #97899, #116333).
 */
export const EVENT_FIGURES: Readonly<Record<string, string>> = {
  input_octets: 'input_octets',
  output_octets: 'output_octets',
  charged_octets: `toUInt64(${CHARGED})`,
  free_octets: `toUInt64(input_octets + output_octets - ${CHARGED} - quarantined_octets + free_rest)`,
  quarantined_octets: 'quarantined_octets',
  burned_octets: `toUInt64(${CHARGED} - overshot_octets + burned_rest)`,
  overshot_octets: 'overshot_octets',
};
