import type { PlanLookup } from '../catalog/plan-history.ts';
import type { HistoryRow } from '../subscribers/recovery.ts';
import { HOUR_MS, type Instant } from '../values/instant.ts';
import type { ChangedPlans } from './changed-plan.ts';
import { grantsAt, wantedBurns } from './line-past.ts';
import type { LinePast, PastHistory, PastLedger } from './past-stores.ts';
import { type LineReplay, replayLine } from './replay-line.ts';
import type { ServiceTrack } from './service-track.ts';

/** What is asked: these plans over this range. */
export interface WhatIfQuestion {
  readonly changed: ChangedPlans;
  readonly plans: PlanLookup;
  readonly from: Instant;
  readonly to: Instant;
}

/** Lines that had less than full speed for some time: as it was, and as it would have been. */
export interface Affected {
  readonly were: number;
  readonly wouldBe: number;
}

/** What changed plans would have done within a range. */
export interface WhatIf {
  readonly plans: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly lines: number;
  readonly records: number;
  readonly slowed: Affected;
  readonly captive: Affected;
  readonly cut: Affected;
  /** Octets that flowed at less than full speed. */
  readonly octetsBelowFullSpeed: Affected;
  /** Lines that would have had less than they had for a longer time. */
  readonly worseOff: number;
  /** Lines that would have had it for a shorter time. */
  readonly betterOff: number;
  readonly burnedOctets: number;
  readonly wouldBurnOctets: number;
  /**
   * The proof: the plans as they were, replayed, against what the history says was burned; sum of all differences, and the
   * lines that have one.
   */
  readonly proof: { readonly differenceOctets: number; readonly differingLines: number };
  /** Lines whose quota would have had other periods: nothing of those counts as burned at `from`. */
  readonly startedFull: number;
  readonly mostAffected: readonly LineReplay[];
}

/** Lines of one page: what they have used in two days is held in memory at a time. */
const LINES_AT_ONCE = 50;
const MOST_AFFECTED = 20;
/** A running session has a row at every midnight, so that one of this long before a range shows where it stood. */
const ROWS_BEFORE_MS = 26 * HOUR_MS;

/**
 * Replays all lines of the changed plans, page by page, reading only. `onPage` is told the lines so far after each page; it
 * may throw to end the run.
 */
export async function runWhatIf(
  question: WhatIfQuestion,
  ledger: PastLedger,
  history: PastHistory,
  onPage: (lines: number) => Promise<void>,
): Promise<WhatIf> {
  const { changed, from } = question;
  const names = [...changed.keys()];
  let sum = emptySum(question);
  for (let after = 0; ; ) {
    const pasts = await ledger.linePastsOf(names, from, after, LINES_AT_ONCE);
    if (pasts.length === 0) return sum;
    after = pasts.at(-1)!.profile.lineId;
    for (const replay of await replayPage(pasts, question, history)) sum = addReplay(sum, replay);
    await onPage(sum.lines);
  }
}

async function replayPage(
  pasts: readonly LinePast[],
  { changed, plans, from, to }: WhatIfQuestion,
  history: PastHistory,
): Promise<readonly LineReplay[]> {
  const wanted = pasts.map((past) => wantedBurns(past, from));
  const ids = pasts.map(({ profile }) => profile.lineId);
  const [points, rows] = await Promise.all([
    history.burnPoints(wanted),
    history.rowsBetween(ids, from - ROWS_BEFORE_MS, to),
  ]);
  const pointsOf = Map.groupBy(points, ({ lineId }) => lineId);
  const rowsOf: ReadonlyMap<number, readonly HistoryRow[]> = Map.groupBy(rows, ({ lineId }) => lineId);
  return pasts.map((past, index) => {
    const { lineId } = past.profile;
    const grants = grantsAt(past, wanted[index]!, pointsOf.get(lineId) ?? [], from);
    return replayLine({ past, grants, rows: rowsOf.get(lineId) ?? [], plans, changed, from, to });
  });
}

function emptySum({ changed, from, to }: WhatIfQuestion): WhatIf {
  const none: Affected = { were: 0, wouldBe: 0 };
  return {
    ...{ plans: [...changed.keys()], from, to, lines: 0, records: 0 },
    ...{ slowed: none, captive: none, cut: none, octetsBelowFullSpeed: none, worseOff: 0, betterOff: 0 },
    ...{ burnedOctets: 0, wouldBurnOctets: 0, startedFull: 0, mostAffected: [] },
    proof: { differenceOctets: 0, differingLines: 0 },
  };
}

function addReplay(sum: WhatIf, replay: LineReplay): WhatIf {
  const { was, would } = replay;
  const count = ({ were, wouldBe }: Affected, ms: (track: ServiceTrack) => number): Affected => ({
    were: were + (ms(was) > 0 ? 1 : 0),
    wouldBe: wouldBe + (ms(would) > 0 ? 1 : 0),
  });
  const longer = belowMs(would) - belowMs(was);
  const difference = Math.abs(replay.replayedOctets - replay.burnedOctets);
  return {
    ...sum,
    lines: sum.lines + 1,
    records: sum.records + replay.records,
    slowed: count(sum.slowed, ({ slowedMs }) => slowedMs),
    captive: count(sum.captive, ({ captiveMs }) => captiveMs),
    cut: count(sum.cut, ({ cutMs }) => cutMs),
    octetsBelowFullSpeed: {
      were: sum.octetsBelowFullSpeed.were + was.octetsBelowFullSpeed,
      wouldBe: sum.octetsBelowFullSpeed.wouldBe + would.octetsBelowFullSpeed,
    },
    worseOff: sum.worseOff + (longer > 0 ? 1 : 0),
    betterOff: sum.betterOff + (longer < 0 ? 1 : 0),
    burnedOctets: sum.burnedOctets + replay.burnedOctets,
    wouldBurnOctets: sum.wouldBurnOctets + replay.wouldBurnOctets,
    proof: {
      differenceOctets: sum.proof.differenceOctets + difference,
      differingLines: sum.proof.differingLines + (difference > 0 ? 1 : 0),
    },
    startedFull: sum.startedFull + (replay.startsFull ? 1 : 0),
    mostAffected: isAffected(replay)
      ? [...sum.mostAffected, replay].sort(byEffect).slice(0, MOST_AFFECTED)
      : sum.mostAffected,
  };
}

function belowMs({ slowedMs, captiveMs, cutMs }: ServiceTrack): number {
  return slowedMs + captiveMs + cutMs;
}

function changeMs({ was, would }: LineReplay): number {
  return (
    Math.abs(would.slowedMs - was.slowedMs) +
    Math.abs(would.captiveMs - was.captiveMs) +
    Math.abs(would.cutMs - was.cutMs)
  );
}

function isAffected(replay: LineReplay): boolean {
  return changeMs(replay) > 0 || replay.wouldBurnOctets !== replay.burnedOctets;
}

/** The longest change of service first, then the greatest change of what is burned. */
function byEffect(left: LineReplay, right: LineReplay): number {
  const burned = (each: LineReplay) => Math.abs(each.wouldBurnOctets - each.burnedOctets);
  return changeMs(right) - changeMs(left) || burned(right) - burned(left);
}
