/** Keys of one partition; all carry one hash tag, so that a batch is one step on a Redis Cluster too. */
export interface PartitionKeys {
  /** What the key of a line's hash begins with; the username follows. */
  readonly line: string;
  readonly meta: string;
  readonly gone: string;
  readonly due: string;
  readonly events: string;
  readonly effects: string;
  readonly sink: string;
}

/** The keys of a partition. */
export function partitionKeys(partition: number): PartitionKeys {
  const prefix = `mz:{${partition}}:`;
  return {
    line: `${prefix}line:`,
    meta: `${prefix}meta`,
    gone: `${prefix}gone`,
    due: `${prefix}due`,
    events: `${prefix}events`,
    effects: `${prefix}effects`,
    sink: `${prefix}sink`,
  };
}

/** Plans and NAS entries; what belongs to no line is in partition 0. */
export const REFERENCE_KEY = 'mz:{0}:reference';

/** Pattern of the lines' keys of all partitions; the username begins after the second colon behind the tag. */
export const ANY_LINE = 'mz:{*}:line:*';

/** The key that holds who does a task. */
export function leaseKey(task: string): string {
  return `mz:{0}:lease:${task}`;
}

/** Channels: a few messages about everything, and a message per commit about lines. */
export const REDIS_CHANNELS = { changes: 'mz:{0}:changes', lines: 'mz:{0}:lines' } as const;
