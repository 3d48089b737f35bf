import type { Session } from '../accounting/session.ts';
import type { NasLearned } from '../nas/nas.ts';
import type { Instant } from '../values/instant.ts';
import type { AccessEvent, EngineEvent } from './engine-event.ts';
import type { SessionAccounting } from './session-accounting.ts';

/**
 * What must not be lost of a packet that was answered while the store was away: a record as it came, a login with the
 * slot that it took, what a packet has taught about its NAS, or history rows that belong to no line.
 */
export type JournalEntry =
  | SessionAccounting
  | {
      readonly about: 'login';
      readonly username: string;
      readonly session: Session;
      readonly event: AccessEvent;
    }
  | {
      readonly about: 'learned';
      readonly nas: string;
      readonly learned: NasLearned;
      readonly at: Instant;
    }
  | { readonly about: 'events'; readonly events: readonly EngineEvent[] };

/** An entry and the partition of the store that it is for; each partition has its order and its return. */
export interface RoutedEntry {
  readonly partition: number;
  readonly entry: JournalEntry;
}

/** An entry with its position; positions grow, and those of one partition are in the order of appending. */
export interface JournalledEntry {
  readonly position: number;
  readonly entry: JournalEntry;
}

/** The local journal of one process: on disk before its promises resolve, read again when the store is back. */
export interface Journal {
  /** Entries that are not yet in the store. */
  readonly size: number;
  /** Position of the newest entry, 0 before the first. */
  readonly last: number;
  /** Stores the entries, in their order, at the positions up to the one that is resolved to. */
  append(entries: readonly RoutedEntry[]): Promise<number>;
  /** Partitions that have entries. */
  partitions(): Promise<readonly number[]>;
  /** Oldest entries of a partition, at most `limit`. */
  read(partition: number, limit: number): Promise<readonly JournalledEntry[]>;
  /** Forgets a partition's entries up to and including `position`. */
  remove(partition: number, position: number): Promise<void>;
  close(): Promise<void>;
}

/** The username whose line the entry is about, `undefined` when it is about none. */
export function usernameOf(entry: JournalEntry): string | undefined {
  if (entry.about === 'session') return entry.record.username;
  return entry.about === 'login' ? entry.username : undefined;
}
