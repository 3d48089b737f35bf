import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseBridge } from '../servers/clickhouse-bridge.ts';
import { PostgresServer } from '../servers/postgres-server.ts';
import { RedisServer } from '../servers/redis-server.ts';

const LOOK_EVERY_MS = 5;

/** The stores that can be servers, in the order of counters, ledger and history. */
export const STORE_NAMES = ['redis', 'postgres', 'clickhouse'] as const;

/** One of the stores. */
export type StoreName = (typeof STORE_NAMES)[number];

/** Redis, PostgreSQL and ClickHouse's interface, each a process of its own on a free port with its data in a temporary folder. */
export class Servers {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly clickhouse: ClickHouseBridge;

  private constructor(redis: RedisServer, postgres: PostgresServer, clickhouse: ClickHouseBridge) {
    this.redis = redis;
    this.postgres = postgres;
    this.clickhouse = clickhouse;
  }

  /** Starts all three, empty. Rejects when one does not start; those that did are removed then. */
  static async start(): Promise<Servers> {
    const starting = [RedisServer.start(), PostgresServer.start(), ClickHouseBridge.start()] as const;
    try {
      return new Servers(...(await Promise.all(starting)));
    } catch (error) {
      for (const server of await Promise.allSettled(starting)) {
        if (server.status === 'fulfilled') await server.value.remove();
      }
      throw error;
    }
  }

  /** The engine's settings that lead it to these servers. */
  environment(): Record<string, string> {
    return {
      REDIS_URL: this.redis.url,
      DATABASE_URL: this.postgres.url(),
      CLICKHOUSE_URL: `${this.clickhouse.url}?request_timeout=5000`,
    };
  }

  /** SIGKILL to all processes of the store; resolves when they are gone. */
  async kill(name: StoreName): Promise<void> {
    if (name === 'redis') await this.redis.kill();
    else if (name === 'clickhouse') await this.clickhouse.stop();
    else await killPostgres(this.postgres);
  }

  /** Starts a store that was killed on what it had written. */
  async restart(name: StoreName): Promise<void> {
    await this[name].restart();
  }

  /** Ends all and removes their data. */
  async remove(): Promise<void> {
    await Promise.all([this.redis.remove(), this.postgres.remove(), this.clickhouse.remove()]);
  }
}

/** PostgreSQL is a family of processes: the one whose number is in its folder, and all its children. */
async function killPostgres(postgres: PostgresServer): Promise<void> {
  const [row] = await postgres.query<{ file: string }>("SELECT pg_read_file('postmaster.pid') AS file");
  const parent = Number(row!.file.split('\n')[0]);
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  const family = [parent, ...children.filter((pid) => pid !== '').map(Number)];
  for (const pid of family) killIfRunning(pid);
  while (family.some(isRunning)) await sleep(LOOK_EVERY_MS);
  await postgres.stop();
}

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has seen its parent die and is gone already.
  }
}

/** A dead process whose parent has not asked for it yet runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
