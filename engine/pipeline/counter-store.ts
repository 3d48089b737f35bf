import type { AddressLeases } from '../addresses/address-leases.ts';
import type { StoredPool } from '../addresses/address-pool.ts';
import type { PlanHistory } from '../catalog/plan-history.ts';
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

/** Plans, NAS entries and pools: small, shared by all lines, kept in memory by every packet thread. */
export interface ReferenceData {
  readonly plans: readonly PlanHistory[];
  readonly nas: readonly StoredNas[];
  /** Absent where there never were any. */
  readonly pools?: readonly StoredPool[];
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
 * What another user of the same store has changed: plans and NAS entries, effects waiting to be delivered, a line
 * (which is not told where all users are threads of one process), or the ledger, whose changes wait to be projected.
 * missed: any of them may have changed unheard. rebuilt: the partition was lost and put together again from ledger and
 * history, so that what was acknowledged last may not be in it.
 */
export type StoreChange =
  | { readonly kind: 'reference' }
  | { readonly kind: 'effects' }
  | { readonly kind: 'ledger' }
  | { readonly kind: 'line'; readonly username: string; readonly version: number }
  | { readonly kind: 'missed' }
  | { readonly kind: 'rebuilt'; readonly partition: number };

/** The logs of one partition: events for the sink, and effects for the NAS. */
export interface LogPartition {
  readonly partition: number;
  /** Oldest events after `position`, at most `limit`. */
  readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** Forgets events up to and including `position`. */
  trimEvents(position: number): Promise<void>;
  /** Position range of a batch that the sink has begun, so that a restart repeats the very same batch. */
  sinkMark(): Promise<SinkMark>;
  putSinkMark(mark: SinkMark): Promise<void>;

  readEffects(after: number, limit: number): Promise<readonly LoggedEffect[]>;
  removeEffects(positions: readonly number[]): Promise<void>;

  /** Entries waiting in the two logs. */
  backlog(): Promise<{ readonly events: number; readonly effects: number }>;
}

/**
 * What a partition says of its own past. It is compared with what the ledger remembers of it: a store that was lost,
 * or that came back older than it had been, shows another epoch or a lower position.
 */
export interface PartitionPast {
  /** '' when the partition was never begun, was lost, or is being rebuilt: then it takes no commits. */
  readonly epoch: string;
  /** Position of the newest event ever logged in this epoch. */
  readonly lastEvent: number;
}

/** A line as a rebuild stores it. */
export interface RebuiltLine {
  readonly username: string;
  readonly state: LineState;
  readonly wakeAt: Instant | undefined;
}

/** Puts a lost partition together again. Until `finish` nobody else can commit to it. */
export interface PartitionRebuild {
  /** Stores lines, all of this partition, as they are and without events. */
  putLines(lines: readonly RebuiltLine[]): Promise<void>;
  /** Opens the partition to everybody under `epoch`; positions go on after `lastEvent`. */
  finish(epoch: string, lastEvent: number): Promise<void>;
}

/**
 * The counters: per line one versioned record, plus the log of events not yet sunk and of effects not yet delivered.
 * Every promise resolves only when the change is durable. A rejected promise means that nothing of the call is stored, or,
 * where a network lies between, that it is not known: what was remembered must be loaded again. A store that cannot be
 * reached or may not be used just now rejects with `StoreAway`. Lines are spread over
 * partitions, each with logs of its own; what belongs to no line is in partition 0.
 */
export interface CounterStore {
  /** State of a line, read at once when the store is local. */
  load(username: string): VersionedLine | Promise<VersionedLine>;
  /** All lines of the batch in one durable step per partition; each succeeds or conflicts by itself. Outcomes in the batch's order. */
  commit(batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]>;
  /** Adds events that belong to no line, such as rejects of unknown users. */
  append(events: readonly EngineEvent[]): Promise<void>;
  /** Usernames whose `wakeAt` has come, soonest first within a partition, at most `limit`. */
  dueLines(now: Instant, limit: number): Promise<readonly string[]>;
  /** All usernames, each once, for rebuilds and reconciliation. */
  usernames(): AsyncIterable<string>;

  reference(): Promise<ReferenceData>;
  /** Replaces plans, NAS entries and pools; `learned` of a NAS is merged upwards, never lowered. */
  putReference(data: ReferenceData): Promise<void>;
  /** Raises what is known about a NAS, and logs it. */
  learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void>;

  /** Who has which address of our pools. */
  readonly addresses: AddressLeases;

  /** Logs by partition; place in the list and number are the same. */
  readonly partitions: readonly LogPartition[];
  partitionOf(username: string): number;
  /** What each partition says of its past. */
  past(): Promise<readonly PartitionPast[]>;
  /** Forgets all lines and logs of a partition that was lost, and lets nobody else commit until it is put together again. */
  rebuild(partition: number): Promise<PartitionRebuild>;

  /**
   * Takes or prolongs a task that one program at a time shall do; false while another one holds it. A holder that does
   * not come back within five seconds has lost it. Tasks may be repeated without harm, so a lease only saves double work.
   */
  lease(task: string): Promise<boolean>;
  /** Gives a task back at once. */
  endLease(task: string): Promise<void>;

  /** Calls `listener` on changes made by others through the same store; returns the way to stop. */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Tells the others that the ledger has changes for them. */
  tellLedgerChanged(): Promise<void>;
  close(): Promise<void>;
}

/** Progress of the sink: everything through `sunkThrough` is done; `begun` is the range in work, if any. */
export interface SinkMark {
  readonly sunkThrough: number;
  readonly begun: { readonly first: number; readonly last: number } | undefined;
}
