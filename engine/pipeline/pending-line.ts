import type { LineState } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';
import type { LineCommit, VersionedLine } from './counter-store.ts';
import type { EngineEvent } from './engine-event.ts';
import type { LineRule } from './line-rule.ts';
import type { Substitutable } from './stand-in.ts';

/** A rule and its caller, who is told when all that the rule looked at and changed is durable. */
export interface Waiter {
  readonly rule: LineRule<unknown>;
  /** `undefined` for rules that the stand-in does not run: their callers try again later. */
  readonly packet: Substitutable | undefined;
  readonly at: Instant;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  result: unknown;
  retries: number;
}

/** A line with the changes that its next commit stores. */
export interface PendingLine {
  readonly baseVersion: number;
  /** What it builds on, as it is stored. */
  readonly base: LineState | undefined;
  state: LineState | undefined;
  events: EngineEvent[];
  effects: LineCommit['effects'][number][];
  wakeAt: Instant | undefined;
  at: Instant;
  readonly waiters: Waiter[];
}

/** A waiter whose rule has not run yet. */
export function newWaiter(parts: Omit<Waiter, 'result' | 'retries'>): Waiter {
  const { rule, packet, at, resolve, reject } = parts;
  return { rule, packet, at, resolve, reject, result: undefined, retries: 0 };
}

/** A line that nothing was added to yet. */
export function newPendingLine(base: VersionedLine | undefined, at: Instant): PendingLine {
  const baseVersion = base?.version ?? 0;
  return {
    base: base?.state,
    baseVersion,
    state: undefined,
    events: [],
    effects: [],
    wakeAt: undefined,
    at,
    waiters: [],
  };
}

/** What the store holds once the commit of `line` is durable. */
export function landed(line: PendingLine): VersionedLine {
  return { state: line.state, version: line.baseVersion + 1 };
}

/** The waiter with what its rule resulted in. */
export function keepResult(waiter: Waiter, result: unknown): Waiter {
  waiter.result = result;
  return waiter;
}

/** The commit of everything that was added to the line. */
export function toCommit(username: string, line: PendingLine): LineCommit {
  return {
    username,
    expectedVersion: line.baseVersion,
    state: line.state,
    events: line.events,
    effects: line.effects,
    wakeAt: line.wakeAt,
    at: line.at,
  };
}

/** Takes the first lines out of `pending`, at most `limit`, in their order. */
export function takeBatch(
  pending: Map<string, PendingLine>,
  limit: number,
): ReadonlyMap<string, PendingLine> {
  const batch = new Map<string, PendingLine>();
  for (const [username, line] of pending) {
    if (batch.size === limit) break;
    batch.set(username, line);
    pending.delete(username);
  }
  return batch;
}
