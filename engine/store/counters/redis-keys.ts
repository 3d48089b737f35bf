/** All keys carry one hash tag, so that a batch is one step on a Redis Cluster too. There is one partition, 0. */
const PREFIX = 'mz:{0}:';

/** What the key of a line's hash begins with; the username follows. */
export const LINE_PREFIX = `${PREFIX}line:`;

/** Keys of everything that is not a line. */
export const REDIS_KEYS = {
  meta: `${PREFIX}meta`,
  gone: `${PREFIX}gone`,
  due: `${PREFIX}due`,
  events: `${PREFIX}events`,
  effects: `${PREFIX}effects`,
  reference: `${PREFIX}reference`,
  sink: `${PREFIX}sink`,
} as const;

/** Channels: a few messages about everything, and a message per commit about lines. */
export const REDIS_CHANNELS = { changes: `${PREFIX}changes`, lines: `${PREFIX}lines` } as const;
