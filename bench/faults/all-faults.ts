import { EMBEDDED_PROMISES, KILLED_ENGINE } from './engine-faults.ts';
import type { Fault } from './fault.ts';
import { CLICKHOUSE_ACK_LOST, CLICKHOUSE_SILENT, CLICKHOUSE_TOKEN_FORGOTTEN } from './history-faults.ts';
import { CLICKHOUSE_ACKS_LOST } from './lost-answers.ts';
import { BAD_NETWORK, LAST_OCTETS, REUSED_IDS } from './network-faults.ts';
import { SLOW_REDIS } from './redis-faults.ts';
import { REPLAY_AT_ONCE, REPLAY_LATE } from './replay-faults.ts';
import { FRESH_RETRIES, SECOND_ENGINE } from './retry-faults.ts';
import { POSTGRES_DOWN, POSTGRES_KILLED, POSTGRES_STORM, REDIS_DOWN } from './store-faults.ts';
import { REDIS_DISK_LOST, REDIS_FLUSHED } from './wiped-redis.ts';

/** Every fault that is played here, in the order of the table. */
export const ALL_FAULTS: readonly Fault[] = [
  KILLED_ENGINE,
  REDIS_DOWN,
  SLOW_REDIS,
  REDIS_FLUSHED,
  REDIS_DISK_LOST,
  CLICKHOUSE_SILENT,
  CLICKHOUSE_ACK_LOST,
  CLICKHOUSE_ACKS_LOST,
  CLICKHOUSE_TOKEN_FORGOTTEN,
  POSTGRES_DOWN,
  POSTGRES_KILLED,
  POSTGRES_STORM,
  BAD_NETWORK,
  FRESH_RETRIES,
  SECOND_ENGINE,
  REUSED_IDS,
  LAST_OCTETS,
  REPLAY_AT_ONCE,
  REPLAY_LATE,
  EMBEDDED_PROMISES,
];
