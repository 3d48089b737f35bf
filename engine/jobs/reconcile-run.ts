import type { CounterStore } from '../pipeline/counter-store.ts';
import type { LineState } from '../policy/line-state.ts';
import type {
  Difference,
  LineSessions,
  ReconcileHistory,
  ReconcileLedger,
  Reconciliation,
} from '../subscribers/reconcile.ts';
import { reconcileLine } from '../subscribers/reconcile-line.ts';
import type { Instant } from '../values/instant.ts';

/** What a run reads; it writes nothing. */
export interface ReconcileSources {
  readonly counters: Pick<CounterStore, 'load' | 'usernames'>;
  readonly ledger: ReconcileLedger;
  readonly history: ReconcileHistory;
  /** Resolves when all that was in the event log when it was called has reached history and ledger. */
  sunk(): Promise<void>;
  now(): Instant;
}

/** Lines read at once: one query per store for each such page. */
const PAGE = 500;
/** How often a line is looked at that keeps changing. */
const LOOKS = 5;
/** Looks at a line at rest that must show a difference: a replica of the history may be a moment behind. */
const PROOFS = 2;
/** Differences kept of a run. */
const DIFFERENCES_KEPT = 100;

/** A run's findings so far. */
interface Tally {
  lines: number;
  judged: number;
  busy: number;
  unreconciledOctets: number;
  differingLines: number;
  readonly differences: Difference[];
}

/** A line as it was looked at. */
interface Look {
  readonly username: string;
  readonly version: number;
  readonly differences: readonly Difference[];
}

/**
 * Compares every line of the ledger, by number as the history lies sorted, then those that only the counters know.
 * Lines that agree at first sight are done. What looks different may only be on its way: those lines are gathered and
 * looked at again when the sink has caught up with the moment of their first reading.
 */
export async function reconcileAll(sources: ReconcileSources, signal: AbortSignal): Promise<Reconciliation> {
  const startedAt = sources.now();
  const tally: Tally = {
    lines: 0,
    judged: 0,
    busy: 0,
    unreconciledOctets: 0,
    differingLines: 0,
    differences: [],
  };
  let doubtful: string[] = [];
  for await (const page of pagesOf(sources)) {
    signal.throwIfAborted();
    tally.lines += page.length;
    for (const { username, differences } of await lookAt(sources, page)) {
      if (differences.length === 0) tally.judged += 1;
      else doubtful.push(username);
    }
    if (doubtful.length < PAGE) continue;
    await settle(sources, doubtful, tally, signal);
    doubtful = [];
  }
  await settle(sources, doubtful, tally, signal);
  return { startedAt, finishedAt: sources.now(), ...tally };
}

async function* pagesOf({ ledger, counters }: ReconcileSources): AsyncGenerator<readonly string[]> {
  let page = await ledger.linesAfter(0, PAGE);
  while (page.length > 0) {
    yield page.map(({ username }) => username);
    page = await ledger.linesAfter(page.at(-1)!.lineId, PAGE);
  }
  let some: string[] = [];
  const strangers = async (): Promise<readonly string[]> => {
    const known = await ledger.lineIds(some);
    return some.filter((username) => !known.has(username));
  };
  for await (const username of counters.usernames()) {
    some.push(username);
    if (some.length < PAGE) continue;
    yield await strangers();
    some = [];
  }
  yield await strangers();
}

/**
 * Looks at lines until each is known to agree, to differ or to be busy. A line differs when it did so twice at rest: it
 * was read from the counters, the sink caught up, ledger and history were read, and by then the line had not changed and
 * was not waiting for its projection.
 */
async function settle(
  sources: ReconcileSources,
  usernames: readonly string[],
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const proofs = new Map<string, number>();
  let open = usernames;
  for (let count = 1; count <= LOOKS && open.length > 0; count += 1) {
    const looks = await lookAt(sources, open, () => unlessAborted(sources.sunk(), signal));
    const restless = await restlessOf(sources, looks);
    signal.throwIfAborted();
    open = looks.flatMap(({ username, differences }) => {
      if (differences.length > 0) {
        if (restless.has(username)) return [username];
        const shown = (proofs.get(username) ?? 0) + 1;
        proofs.set(username, shown);
        if (shown < PROOFS) return [username];
      }
      judge(tally, differences);
      return [];
    });
  }
  tally.busy += open.length;
}

function judge(tally: Tally, differences: readonly Difference[]): void {
  tally.judged += 1;
  if (differences.length === 0) return;
  tally.differingLines += 1;
  for (const difference of differences) {
    tally.unreconciledOctets = Math.min(
      tally.unreconciledOctets + difference.octets,
      Number.MAX_SAFE_INTEGER,
    );
    if (tally.differences.length < DIFFERENCES_KEPT) tally.differences.push(difference);
  }
}

/** Reads the lines from the counters, then, after `between`, from ledger and history, and compares. */
async function lookAt(
  { counters, ledger, history, now }: ReconcileSources,
  usernames: readonly string[],
  between?: () => Promise<void>,
): Promise<readonly Look[]> {
  if (usernames.length === 0) return [];
  const loaded = await Promise.all(usernames.map((username) => counters.load(username)));
  await between?.();
  const ids = await ledger.lineIds(usernames);
  const lines = usernames.map((username, index): LineSessions => {
    const state = loaded[index]?.state;
    return { lineId: ids.get(username) ?? state?.profile.lineId ?? 0, sessionKeys: keysOf(state) };
  });
  const [balances, remembered] = await Promise.all([
    ledger.ledgerBalances(lines),
    history.historyBalances(lines),
  ]);
  return usernames.map((username, index) => {
    const { state, version } = loaded[index]!;
    const { lineId } = lines[index]!;
    // Gone from both since its name was read; number 0 is that of all strangers.
    if (lineId === 0) return { username, version, differences: [] };
    const read = { ledger: balances[index]!, history: remembered[index]!, now: now() };
    const stores = { username, lineId, state, ...read };
    return { username, version, differences: reconcileLine(stores) };
  });
}

function keysOf(state: LineState | undefined): readonly string[] {
  return state === undefined ? [] : state.sessions.map(({ key }) => key);
}

/** Lines that have changed since the look, or whose change in the ledger may not be in the counters yet. */
async function restlessOf(
  { counters, ledger }: ReconcileSources,
  looks: readonly Look[],
): Promise<ReadonlySet<string>> {
  const restless = new Set(await ledger.unprojected(looks.map(({ username }) => username)));
  const loaded = await Promise.all(looks.map(({ username }) => counters.load(username)));
  looks.forEach(({ username, version }, index) => {
    if (loaded[index]!.version !== version) restless.add(username);
  });
  return restless;
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
