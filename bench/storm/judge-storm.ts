import type { Dialled, Octets, StormLine } from './storm-line.ts';

/** What a store holds of one session. */
export interface StoredSession extends Octets {
  readonly username: string;
  readonly acctSessionId: string;
  /** Rows that say that it is closed, in the history; 0 or 1 in the session list, which has one row each. */
  readonly closings: number;
  /** All causes that any row gives, '' for none. */
  readonly causes: readonly string[];
}

/** Sessions that the counters hold of a line. */
export interface HeldSessions {
  readonly open: readonly { readonly acctSessionId: string; readonly state: string }[];
  readonly closed: readonly { readonly acctSessionId: string; readonly cause: string }[];
}

/** All stores after the storm. */
export interface StoredStorm {
  readonly history: readonly StoredSession[];
  readonly ledger: readonly StoredSession[];
  readonly counters: ReadonlyMap<string, HeldSessions>;
  /** Octets taken from grants in all, by the ledger, and by the sessions in the history. */
  readonly consumed: number;
  readonly burned: number;
  /** Rejects in the history of logins. */
  readonly rejects: number;
}

/** What must hold of the stores: `closedOnce` and `liveOnce` are all sessions, the rest is 0. */
export interface StormVerdict {
  /** Lines whose session from before the reboot is closed by one row, in all three stores, by the cause of a take-over. */
  readonly closedOnce: number;
  /** Lines whose session of after the reboot is live, and their only open one, in all three stores. */
  readonly liveOnce: number;
  /** Sessions in history or session list that no BRAS ever had, or that are there twice. */
  readonly unknownSessions: number;
  readonly rejects: number;
  /** Σ |reported − history| + |reported − session list| over all sessions, and |burned − consumed|, in octets. */
  readonly diff: number;
  readonly causes: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

const EXAMPLES = 5;
const CAUSE = 'taken-over';

/** Compares the stores with what the BRAS reported. Pure: both sides were read before. */
export function judgeStorm(lines: readonly StormLine[], stored: StoredStorm): StormVerdict {
  const history = bySession(stored.history);
  const ledger = bySession(stored.ledger);
  const causes: Record<string, number> = {};
  const examples: string[] = [];
  let [closedOnce, liveOnce, diff, known] = [0, 0, Math.abs(stored.burned - stored.consumed), 0];
  for (const { username, sessions } of lines) {
    const held = stored.counters.get(username);
    for (const [index, { acctSessionId, reported }] of sessions.entries()) {
      const rows = [history, ledger].map((store) => store.get(keyOf(username, acctSessionId)) ?? []);
      known += rows[0]!.length > 0 ? 1 : 0;
      for (const found of rows) diff += offBy(reported, found);
      const isLast = index === sessions.length - 1;
      const isRight = isLast ? isLive(acctSessionId, rows, held) : isClosed(acctSessionId, rows, held);
      if (isLast) liveOnce += isRight ? 1 : 0;
      else closedOnce += isRight ? 1 : 0;
      const cause = isLast ? undefined : rows[0]![0]?.causes.join('+');
      if (cause !== undefined) causes[cause] = (causes[cause] ?? 0) + 1;
      if (!isRight && examples.length < EXAMPLES) {
        examples.push(JSON.stringify({ username, acctSessionId, isLast, rows, held }));
      }
    }
  }
  const unknownSessions = Math.max(stored.history.length, stored.ledger.length) - known;
  return { closedOnce, liveOnce, unknownSessions, rejects: stored.rejects, diff, causes, examples };
}

function isClosed(id: string, rows: readonly StoredSession[][], held: HeldSessions | undefined): boolean {
  const tombstones = held?.closed.filter(({ acctSessionId }) => acctSessionId === id) ?? [];
  const isInStores = rows.every(
    ([row, ...more]) =>
      more.length === 0 && row?.closings === 1 && row.causes.length === 1 && row.causes[0] === CAUSE,
  );
  return isInStores && tombstones.length === 1 && tombstones[0]!.cause === CAUSE;
}

function isLive(id: string, rows: readonly StoredSession[][], held: HeldSessions | undefined): boolean {
  const isInStores = rows.every(
    ([row, ...more]) => more.length === 0 && row?.closings === 0 && row.causes.length === 0,
  );
  const open = held?.open ?? [];
  return isInStores && open.length === 1 && open[0]!.acctSessionId === id && open[0]!.state === 'live';
}

function offBy(reported: Octets, found: readonly StoredSession[]): number {
  const input = found.reduce((sum, row) => sum + row.input, 0);
  const output = found.reduce((sum, row) => sum + row.output, 0);
  return Math.abs(reported.input - input) + Math.abs(reported.output - output);
}

function bySession(sessions: readonly StoredSession[]): ReadonlyMap<string, StoredSession[]> {
  return Map.groupBy(sessions, ({ username, acctSessionId }) => keyOf(username, acctSessionId));
}

function keyOf(username: string, acctSessionId: string): string {
  return `${username} ${acctSessionId}`;
}

/** How the diallings went, together. */
export interface DialFigures {
  readonly online: number;
  readonly rejected: number;
  readonly unanswered: number;
  /** Access-Requests, and Starts, that took 1, 2, 3… datagrams. */
  readonly accessTries: readonly number[];
  readonly startTries: readonly number[];
  readonly loginMs: Percentiles;
  readonly requestMs: Percentiles;
}

/** Milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Adds up the diallings of a storm in which a request has at most `tries` tries. */
export function dialFigures(dialled: readonly Dialled[], tries: number): DialFigures {
  const accessTries: number[] = new Array(tries).fill(0);
  const startTries: number[] = new Array(tries).fill(0);
  for (const one of dialled) {
    accessTries[one.accessTries - 1]! += 1;
    if (one.startTries > 0) startTries[one.startTries - 1]! += 1;
  }
  const having = (outcome: Dialled['outcome']) => dialled.filter((one) => one.outcome === outcome).length;
  return {
    online: having('online'),
    rejected: having('rejected'),
    unanswered: having('access-unanswered') + having('start-unanswered'),
    accessTries,
    startTries,
    loginMs: percentiles(dialled.map(({ loginMs }) => loginMs)),
    requestMs: percentiles(dialled.map(({ requestMs }) => requestMs)),
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
