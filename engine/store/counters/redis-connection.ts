import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { installedFolder } from '../../runtime/installed-folder.ts';

/** Waits and limits of a connection, in milliseconds. */
export const REDIS_WAITS = {
  /** A command without an answer is given up: the caller does not answer, and the NAS tries again. */
  commandMs: 3_000,
  connectMs: 5_000,
  /** Silence with commands in flight after which the connection is taken for dead. */
  socketMs: 5_000,
  /** Longest pause between attempts to connect again. */
  reconnectMs: 500,
} as const;

/**
 * A connection that never sends a command twice and keeps none for later: what was not answered is rejected, and its
 * caller decides. It connects again by itself, but not yet the first time: see `prepareRedis`.
 */
export function redisConnection(url: string, commandMs: number): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: REDIS_WAITS.connectMs,
    commandTimeout: commandMs,
    socketTimeout: REDIS_WAITS.socketMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(50 * attempt, REDIS_WAITS.reconnectMs),
    connectionName: 'mizan',
  });
  // Commands report their own failures; a listener keeps the loss of an idle connection from ending the program.
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves when the connection is ready, rejects at the first failure instead of trying for ever. */
export function connectOnce(connection: Redis, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(url);
    const failed = (error: Error) => reject(new Error(`Redis at ${host} does not answer: ${error.message}`));
    connection.once('error', failed);
    connection
      .connect()
      .then(() => {
        connection.off('error', failed);
        resolve();
      })
      .catch(failed);
  });
}

/** Why the server may not hold counters, sentence by sentence, and what could not be found out. */
export interface RedisVerdict {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/** Settings under which an answer of Redis means that the change is on disk, and why each of them. */
const NEEDED_SETTINGS: readonly (readonly [name: string, needed: string, why: string])[] = [
  ['appendonly', 'yes', 'without the append-only file a restart loses what was acknowledged'],
  ['appendfsync', 'always', 'otherwise Redis answers before the change is on disk'],
  ['no-appendfsync-on-rewrite', 'no', 'otherwise nothing is flushed while the append-only file is rewritten'],
  ['maxmemory-policy', 'noeviction', 'otherwise a full memory throws counters away'],
];

/** Puts our functions into a server that was found safe, in place of an older version of them. */
export async function prepareRedis(redis: Redis): Promise<RedisVerdict> {
  const verdict = await judgeRedis(redis);
  if (verdict.refusals.length === 0) await redis.call('FUNCTION', 'LOAD', 'REPLACE', functionLibrary());
  return verdict;
}

async function judgeRedis(redis: Redis): Promise<RedisVerdict> {
  const info = await redis.info();
  const refusals = judgeInfo(info);
  if (refusals.length > 0) return { refusals, warnings: [] };
  const names = NEEDED_SETTINGS.map(([name]) => name);
  let answer: unknown;
  try {
    answer = await redis.call('CONFIG', 'GET', ...names);
  } catch (error) {
    if (!isReply(error)) throw error;
    const wanted = NEEDED_SETTINGS.map(([name, needed]) => `${name} ${needed}`).join(', ');
    const warning = `Redis does not let its settings be read (CONFIG GET); it must run with ${wanted}`;
    return { refusals: [], warnings: [warning] };
  }
  return { refusals: judgeSettings(readSettings(answer)), warnings: [] };
}

/** What speaks against a server by its `INFO`. */
export function judgeInfo(info: string): string[] {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const refusals: string[] = [];
  const version = field('redis_version');
  if (!(Number.parseInt(version, 10) >= 7))
    refusals.push(`Redis ${version} is too old: Redis 7 or newer is needed`);
  if (field('cluster_enabled') === '1') {
    refusals.push('Redis Cluster is not supported by this version: REDIS_URL must be a single server');
  }
  if (field('role') === 'slave')
    refusals.push('REDIS_URL is a replica: it must be the server that takes writes');
  return refusals;
}

/** What speaks against a server by its settings. */
export function judgeSettings(settings: ReadonlyMap<string, string>): string[] {
  return NEEDED_SETTINGS.filter(([name, needed]) => settings.get(name) !== needed).map(
    ([name, needed, why]) =>
      `Redis runs with ${name} ${settings.get(name) ?? '(unknown)'}, it must be ${name} ${needed}: ${why}`,
  );
}

/** `CONFIG GET` answers a list in the older protocol and a map in the newer one. */
function readSettings(answer: unknown): ReadonlyMap<string, string> {
  if (answer instanceof Map) return answer as ReadonlyMap<string, string>;
  if (!Array.isArray(answer)) return new Map(Object.entries(answer as Record<string, string>));
  const settings = new Map<string, string>();
  for (let index = 0; index < answer.length; index += 2) {
    settings.set(String(answer[index]), String(answer[index + 1]));
  }
  return settings;
}

/** True for an error that the server answered, false for one of the connection. */
function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

function functionLibrary(): string {
  return readFileSync(join(installedFolder(join('schemas', 'redis')), 'mizan.lua'), 'utf8');
}
