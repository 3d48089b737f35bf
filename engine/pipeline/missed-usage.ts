import { burn, byBurnOrder } from '../quota/burn.ts';
import type { Grant } from '../quota/grant.ts';
import type { HistoryRow, SunkLine, SunkSession } from '../subscribers/recovery.ts';
import { sumOfFigures } from '../subscribers/recovery.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import type { UsageEvent } from './engine-event.ts';

/**
 * What the history holds of a line and the ledger does not: the sink writes the history first, and a batch of which only
 * that was done is gone with the counters. Returns the events as the ledger should have been given them, one per session
 * that is ahead, with the consumption of grants worked out again: each row's octets are taken as they were when it was
 * written, from the grants valid where its stretch of time began.
 * @param known the ledger's state of every session that has rows.
 * @param rows of this line, those of a session in the order in which they were written.
 */
export function missedUsage(
  line: Pick<SunkLine, 'profile' | 'grants'>,
  known: ReadonlyMap<string, SunkSession>,
  rows: readonly HistoryRow[],
): readonly UsageEvent[] {
  const missed = new Map<string, HistoryRow>();
  for (const row of rows) {
    if (row.resume !== undefined && isAhead(row, known.get(row.key))) missed.set(row.key, row);
  }
  if (missed.size === 0) return [];
  const stretches = [...missed.values()].flatMap((last) => burnedStretches(last, known.get(last.key), rows));
  const { grants, touched } = burnAll(line.grants, stretches);
  const consumed = grants
    .filter(({ id }) => touched.has(id))
    .map(({ id, consumed }) => [id, consumed] as const);
  return [...missed.values()].map((row) => usageEventOf(line, row, consumed));
}

function isAhead(row: HistoryRow, known: SunkSession | undefined): boolean {
  if (known === undefined) return true;
  return row.updatedAt > known.updatedAt || sumOfFigures(row) > sumOfFigures(known);
}

/** Octets that were taken from grants, and when. */
interface BurnedStretch {
  readonly at: Instant;
  readonly taken: Octets;
}

/** What the session burned between what the ledger knows and its newest row, stretch by stretch. */
function burnedStretches(
  last: HistoryRow,
  known: SunkSession | undefined,
  rows: readonly HistoryRow[],
): readonly BurnedStretch[] {
  const stretches: BurnedStretch[] = [];
  let burned = known?.burnedOctets ?? 0;
  let from = known?.updatedAt ?? last.startedAt;
  for (const row of rows) {
    if (row.key !== last.key) continue;
    if (row.burnedOctets > burned && row.burnedOctets <= last.burnedOctets) {
      stretches.push({ at: from, taken: octets(row.burnedOctets - burned) });
      burned = row.burnedOctets;
    }
    from = Math.max(from, row.updatedAt);
  }
  return stretches;
}

function burnAll(
  bought: readonly Grant[],
  stretches: readonly BurnedStretch[],
): { readonly grants: readonly Grant[]; readonly touched: ReadonlySet<string> } {
  let grants = bought;
  const touched = new Set<string>();
  for (const { at, taken } of [...stretches].sort((left, right) => left.at - right.at)) {
    const burned = burn(grants, taken, at);
    const rest = burnAnywhere(burned.grants, burned.overshotOctets);
    grants = rest.grants;
    for (const id of [...burned.touched, ...rest.touched]) touched.add(id);
  }
  return { grants, touched };
}

/** Whatever the time: these octets are known to have been taken from some grant. */
function burnAnywhere(
  grants: readonly Grant[],
  amount: Octets,
): { readonly grants: readonly Grant[]; readonly touched: readonly string[] } {
  let left: number = amount;
  const burned = new Map<string, Grant>();
  for (const grant of [...grants].sort(byBurnOrder)) {
    const taken = Math.min(left, grant.octets - grant.consumed);
    if (taken === 0) continue;
    burned.set(grant.id, { ...grant, consumed: octets(grant.consumed + taken) });
    left -= taken;
  }
  return { grants: grants.map((grant) => burned.get(grant.id) ?? grant), touched: [...burned.keys()] };
}

function usageEventOf(
  { profile }: Pick<SunkLine, 'profile'>,
  row: HistoryRow,
  consumed: UsageEvent['consumed'],
): UsageEvent {
  const { key, updatedAt, lineId: _, ...facts } = row;
  return {
    ...facts,
    type: 'usage',
    at: updatedAt,
    lineId: profile.lineId,
    sessionKey: key,
    sessionTimeSeconds: Math.max(0, Math.floor((updatedAt - row.startedAt) / SECOND_MS)),
    consumed,
    anomalies: [],
  };
}
