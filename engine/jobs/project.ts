import type { CounterStore, ReferenceData } from '../pipeline/counter-store.ts';
import { nasContext, type SecretBox } from '../runtime/secret-box.ts';
import type { LedgerStore, LineProjection, PendingProjection } from '../subscribers/ledger-store.ts';
import type { Instant } from '../values/instant.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createRepeater, type JobLog } from './repeat.ts';

/** Where a line's projection goes: merged into its record in the counter store. */
export interface LineProjectionTarget {
  /**
   * Takes the line as the ledger knows it, `undefined` when it knows no such line; resolves when that is durable.
   * A projection with an older revision than the stored one changes nothing.
   */
  applyLine(username: string, projection: LineProjection | undefined): Promise<void>;
}

/** What the projector works on. */
export interface ProjectorParts {
  readonly ledger: Pick<
    LedgerStore,
    'pendingProjections' | 'lineProjections' | 'reference' | 'completeProjections'
  >;
  readonly lines: LineProjectionTarget;
  readonly counters: Pick<CounterStore, 'putReference'>;
  readonly secrets: SecretBox;
  /** Whether this program is the one that projects; asked before every run. */
  readonly mayRun?: () => Promise<boolean>;
  readonly log: JobLog;
  now(): Instant;
}

/** Carries changes of the ledger into the counter store. */
export interface Projector {
  /**
   * Carries over what is pending and resolves to the number of changes. Rejects when a store does not answer;
   * what was carried over by then is carried over again, which changes nothing.
   */
  runOnce(): Promise<number>;
  /** Looks for changes every `intervalMs` until `stop`, with growing pauses while a store is down. */
  start(intervalMs: number): void;
  /** Looks at once: something was just changed. */
  wake(): void;
  stop(): Promise<void>;
}

/** Changes read at once. */
const PAGE = 1_000;

/** Lines under way at once, so that the counter store can make several durable in one step. */
const LINES_AT_ONCE = 32;

/** The outbox is read until it is empty; reference data goes first, since lines name plans. */
export function createProjector(parts: ProjectorParts): Projector {
  const runOnce = oneAtATime(async () => {
    if (parts.mayRun !== undefined && !(await parts.mayRun())) return 0;
    let total = 0;
    for (let size = PAGE; size === PAGE; total += size) size = await projectPage(parts);
    return total;
  });
  const projectAll = async (): Promise<boolean> => {
    await runOnce();
    return false;
  };
  const repeater = createRepeater('projection', projectAll, parts.log);
  return { runOnce, start: repeater.start, wake: repeater.wake, stop: repeater.stop };
}

async function projectPage(parts: ProjectorParts): Promise<number> {
  const { ledger, lines, counters } = parts;
  const pending = await ledger.pendingProjections(PAGE);
  if (pending.some(({ kind }) => kind === 'reference')) {
    await counters.putReference(await referenceData(parts));
  }
  const usernames = usernamesOf(pending);
  const projections = await ledger.lineProjections(usernames, parts.now());
  for (let start = 0; start < usernames.length; start += LINES_AT_ONCE) {
    const some = usernames.slice(start, start + LINES_AT_ONCE);
    await Promise.all(some.map((username) => lines.applyLine(username, projections.get(username))));
  }
  await ledger.completeProjections(pending.map(({ id }) => id));
  return pending.length;
}

/** Each line once, however often it has changed: its projection is what it is now. */
function usernamesOf(pending: readonly PendingProjection[]): readonly string[] {
  return [...new Set(pending.flatMap(({ kind, key }) => (kind === 'line' ? [key] : [])))];
}

/** Plans and NAS as the counter store takes them. */
export async function referenceData({
  ledger,
  secrets,
}: {
  readonly ledger: Pick<LedgerStore, 'reference'>;
  readonly secrets: SecretBox;
}): Promise<ReferenceData> {
  const { plans, nas, pools = [] } = await ledger.reference();
  return {
    plans,
    ...(pools.length > 0 ? { pools } : {}),
    nas: nas.map(({ entry, learned }) => ({
      name: entry.name,
      sealedEntry: secrets.seal(JSON.stringify(entry), nasContext(entry.name)),
      learned,
    })),
  };
}
