import type { ReferenceData, VersionedLine } from './counter-store.ts';

/**
 * A local copy of what the counters said last, some minutes old, for a process that is started while they are away or
 * is asked for a line that it has not seen. A copy that cannot be read is one that is not there.
 */
export interface LineTwin {
  line(username: string): VersionedLine | undefined;
  has(username: string): boolean;
  /** The copy is of this version. */
  isOf(username: string, version: number): boolean;
  /** Copies the line, or forgets it when it has no state; resolves when stored, which holds nothing up meanwhile. */
  put(username: string, line: VersionedLine): Promise<void>;
  /** Usernames after `after`, in order, at most `limit`. */
  usernames(after: string, limit: number): readonly string[];
  reference(): ReferenceData | undefined;
  putReference(data: ReferenceData): Promise<void>;
  close(): Promise<void>;
}
