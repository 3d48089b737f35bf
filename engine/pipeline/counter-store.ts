import type { Plan } from '../catalog/plan.ts';
import type { NasLearned } from '../nas/nas.ts';
import type { Effect } from '../policy/effect.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';
import type { EngineEvent } from './engine-event.ts';

/**
 * A line's state and the number of commits ever made to it; 0 for a line that was never stored. A line that was
 * forgotten keeps its number, so that a writer who remembers its former life cannot overwrite its next one.
 */
export interface VersionedLine {
  readonly state: LineState | undefined;
  readonly version: number;
}

/** One line's change: taken only when the stored version is `expectedVersion`, which then becomes one more. */
export interface LineCommit {
  readonly username: string;
  readonly expectedVersion: number;
  /** `undefined` forgets the line. */
  readonly state: LineState | undefined;
  readonly events: readonly EngineEvent[];
  readonly effects: readonly Effect[];
  /** When the line must be looked at again even if no packet comes; `undefined` for never. */
  readonly wakeAt: Instant | undefined;
  /** The present of the rule that made the change; a planned moment that has come by then is moved to `wakeAt`. */
  readonly at: Instant;
}

/** ok, or what is stored now so that the rules can run again. */
export type CommitOutcome = { readonly ok: true } | { readonly ok: false; readonly stored: VersionedLine };

/** A NAS as the packet path stores it: the entry with its secrets sealed, and what was learned. */
export interface StoredNas {
  readonly name: string;
  /** `NasEntry` as JSON, sealed by `engine/runtime/secret-box.ts`. */
  readonly sealedEntry: string;
  readonly learned: NasLearned;
}

/** Plans and NAS entries: small, shared by all lines, kept in memory by every packet thread. */
export interface ReferenceData {
  readonly plans: readonly Plan[];
  readonly nas: readonly StoredNas[];
}

/** An entry of the event log with its position; positions grow and are never used twice. */
export interface LoggedEvent {
  readonly position: number;
  readonly event: EngineEvent;
}

/** An undelivered effect with its position in the effect log. */
export interface LoggedEffect {
  readonly position: number;
  readonly effect: Effect;
}

/**
 * What another user of the same store has changed: plans and NAS entries, effects waiting to be delivered, or a line,
 * which is not told where all users are threads of one process. missed: any of them may have changed unheard.
 */
export type StoreChange =
  | { readonly kind: 'reference' }
  | { readonly kind: 'effects' }
  | { readonly kind: 'line'; readonly username: string; readonly version: number }
  | { readonly kind: 'missed' };

/**
 * The counters: per line one versioned record, plus the log of events not yet sunk and of effects not yet delivered.
 * Every promise resolves only when the change is durable. A rejected promise means that nothing of the call is stored, or,
 * where a network lies between, that it is not known: what was remembered must be loaded again.
 */
export interface CounterStore {
  /** State of a line, read at once when the store is local. */
  load(username: string): VersionedLine | Promise<VersionedLine>;
  /** All lines of the batch in one durable step; each succeeds or conflicts by itself. Outcomes in the batch's order. */
  commit(batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]>;
  /** Adds events that belong to no line, such as rejects of unknown users. */
  append(events: readonly EngineEvent[]): Promise<void>;
  /** Usernames whose `wakeAt` has come, soonest first, at most `limit`. */
  dueLines(now: Instant, limit: number): Promise<readonly string[]>;
  /** All usernames in order, for rebuilds and reconciliation. */
  usernames(): AsyncIterable<string>;

  reference(): Promise<ReferenceData>;
  /** Replaces plans and NAS entries; `learned` of a NAS is merged upwards, never lowered. */
  putReference(data: ReferenceData): Promise<void>;
  /** Raises what is known about a NAS, and logs it. */
  learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void>;

  /** Oldest events after `position`, at most `limit`. */
  readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** Forgets events up to and including `position`. */
  trimEvents(position: number): Promise<void>;
  /** Position range of a batch that the sink has begun, so that a restart repeats the very same batch. */
  sinkMark(): Promise<SinkMark>;
  putSinkMark(mark: SinkMark): Promise<void>;

  readEffects(after: number, limit: number): Promise<readonly LoggedEffect[]>;
  removeEffects(positions: readonly number[]): Promise<void>;

  /** Calls `listener` on changes made by others through the same store; returns the way to stop. */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Entries waiting in the two logs, for metrics. */
  backlog(): Promise<{ readonly events: number; readonly effects: number }>;
  close(): Promise<void>;
}

/** Progress of the sink: everything through `sunkThrough` is done; `begun` is the range in work, if any. */
export interface SinkMark {
  readonly sunkThrough: number;
  readonly begun: { readonly first: number; readonly last: number } | undefined;
}
