import type { CounterStore, PartitionRebuild, ReferenceData } from '../pipeline/counter-store.ts';
import type { LineContext } from '../pipeline/line-change.ts';
import { missedUsage } from '../pipeline/missed-usage.ts';
import { rebuildLine, tombstonesSince } from '../pipeline/rebuild-line.ts';
import {
  type ClosedSince,
  type HistoryRow,
  type RecoveryHistory,
  type RecoveryLedger,
  type SessionMark,
  type SunkLine,
  type SunkSession,
  sumOfFigures,
} from '../subscribers/recovery.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import type { EventLedger } from './sink-targets.ts';

/** Where lost lines are read from. */
export interface RebuildSources {
  readonly counters: Pick<CounterStore, 'partitionOf'>;
  readonly ledger: RecoveryLedger & EventLedger;
  readonly history: RecoveryHistory;
}

/** A lost partition, taken out of use. */
export interface LostPartition {
  readonly partition: number;
  readonly rebuild: PartitionRebuild;
  /** No event in its log was newer. */
  readonly lastEvent: number;
}

/** The facts of one rebuild. */
export interface RebuildFacts {
  readonly now: Instant;
  readonly reference: ReferenceData;
  /** Newest moment of usage that the ledger has taken over, of the partition where that is longest ago. */
  readonly sunkUntil: Instant;
}

/** Lines read at once: what is in memory does not grow with their number. */
const PAGE = 1_000;

/** A row of the history can be this much older than the newest one that was sunk before it: packets come late. */
const LATE_MS = 2 * DAY_MS;

/** A page of lines as the ledger has it, and what the history knows of their newest sessions. */
interface Page {
  readonly lines: readonly SunkLine[];
  readonly marks: readonly SessionMark[];
}

/**
 * Puts all lines of the lost partitions into the counter store again, page by page: one is read and one worked
 * out while one is stored. Where the history is ahead of the ledger, the ledger is brought up to it first, as the
 * sink would have done. Resolves to the number of lines; rejects when a store does not answer, and may then be repeated from the start.
 */
export async function rebuildPartitions(
  sources: RebuildSources,
  lost: readonly LostPartition[],
  facts: RebuildFacts,
): Promise<number> {
  const byPartition = new Map(lost.map((entry) => [entry.partition, entry]));
  const context = lineContext(facts);
  const closed = tombstonesSince(facts.now);
  const since = facts.sunkUntil - LATE_MS;
  let total = 0;
  let reading = readPage(sources, 0, closed, since, facts.now);
  let storing: Promise<unknown> = Promise.resolve();
  for (;;) {
    const page = await reading;
    const last = page.lines.at(-1);
    if (last === undefined) break;
    reading = heardLater(readPage(sources, last.profile.lineId, closed, since, facts.now));
    const isBehind = await bringUp(sources, page, byPartition, since);
    const lines = isBehind ? await rereadPage(sources, page, closed, facts.now) : page.lines;
    const puts = [...Map.groupBy(lines, (line) => partitionOf(sources, line))].flatMap(([partition, own]) => {
      const rebuild = byPartition.get(partition)?.rebuild;
      return rebuild === undefined ? [] : [{ rebuild, lines: own.map((line) => rebuildLine(line, context)) }];
    });
    await storing;
    storing = heardLater(Promise.all(puts.map((put) => put.rebuild.putLines(put.lines))));
    for (const put of puts) total += put.lines.length;
  }
  await storing;
  return total;
}

/** The same promise, which is awaited in the next turn; should this turn fail, nobody else would hear of it. */
function heardLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

async function readPage(
  { ledger, history }: RebuildSources,
  after: number,
  closed: ClosedSince,
  since: Instant,
  now: Instant,
): Promise<Page> {
  const lines = await ledger.sunkLines(after, PAGE, closed, now);
  const first = lines[0]?.profile.lineId;
  const last = lines.at(-1)?.profile.lineId;
  if (first === undefined || last === undefined) return { lines, marks: [] };
  return { lines, marks: await history.sessionMarks(first, last, since) };
}

async function rereadPage(
  { ledger }: RebuildSources,
  { lines }: Page,
  closed: ClosedSince,
  now: Instant,
): Promise<readonly SunkLine[]> {
  const first = lines[0]!.profile.lineId;
  const again = await ledger.sunkLines(first - 1, lines.length, closed, now);
  const last = lines.at(-1)!.profile.lineId;
  return again.filter(({ profile }) => profile.lineId <= last);
}

function partitionOf({ counters }: RebuildSources, { profile }: SunkLine): number {
  return counters.partitionOf(profile.username);
}

/** Gives the ledger what the history alone has of these lines. True when there was anything. */
async function bringUp(
  sources: RebuildSources,
  { lines, marks }: Page,
  lost: ReadonlyMap<number, LostPartition>,
  since: Instant,
): Promise<boolean> {
  const shown = new Map<string, SunkSession>();
  for (const { profile, sessions } of lines) {
    for (const session of sessions) shown.set(nameOf(profile.lineId, session.key), session);
  }
  const suspects = marksAhead(marks, shown);
  if (suspects.length === 0) return false;
  // A page leaves out old tombstones: what it does not show may be known all the same.
  const stored = await sources.ledger.sunkSessions(suspects);
  const behind = marksAhead(
    suspects,
    new Map(stored.map((session) => [nameOf(session.lineId, session.key), session])),
  );
  const lineIds = new Set(behind.map(({ lineId }) => lineId));
  const rows = Map.groupBy(await sources.history.rowsSince([...lineIds], since), ({ lineId }) => lineId);
  let isBehind = false;
  for (const line of lines) {
    const own = rows.get(line.profile.lineId);
    const entry = lost.get(partitionOf(sources, line));
    if (own === undefined || entry === undefined) continue;
    isBehind = (await recordMissed(sources, line, own, entry)) || isBehind;
  }
  return isBehind;
}

function nameOf(lineId: number, sessionKey: string): string {
  return `${lineId}/${sessionKey}`;
}

/** Those of the marks that are beyond what is known of their sessions. */
function marksAhead(
  marks: readonly SessionMark[],
  known: ReadonlyMap<string, SunkSession>,
): readonly SessionMark[] {
  return marks.filter(({ lineId, sessionKey, lastAt, figuresSum }) => {
    const session = known.get(nameOf(lineId, sessionKey));
    return session === undefined || lastAt > session.updatedAt || figuresSum > sumOfFigures(session);
  });
}

async function recordMissed(
  { ledger }: RebuildSources,
  line: SunkLine,
  rows: readonly HistoryRow[],
  { partition, lastEvent }: LostPartition,
): Promise<boolean> {
  const { lineId } = line.profile;
  const keys = new Set(rows.map(({ key }) => key));
  const known = await ledger.sunkSessions([...keys].map((sessionKey) => ({ lineId, sessionKey })));
  const events = missedUsage(line, new Map(known.map((session) => [session.key, session])), rows);
  if (events.length === 0) return false;
  await ledger.recordEvents(
    events.map((event) => ({ position: lastEvent, event })),
    partition,
  );
  return true;
}

function lineContext({ now, reference }: RebuildFacts): LineContext {
  const plans = new Map(reference.plans.map((plan) => [plan.name, plan]));
  const boots = new Map(reference.nas.map(({ name, learned }) => [name, learned.boot]));
  return { now, plans: (name) => plans.get(name), bootOf: (nas) => boots.get(nas) ?? 0 };
}
