import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { installedFolder } from '../../runtime/installed-folder.ts';
import { isUnreachable } from '../../runtime/unreachable.ts';
import { StoreAway } from '../../values/store-away.ts';

/** Waits and limits of a connection, in milliseconds. */
export const REDIS_WAITS = {
  /** A command without an answer is given up: the caller does not answer, and the NAS tries again. */
  commandMs: 3_000,
  connectMs: 5_000,
  /** Silence with commands in flight after which the connection is taken for dead. */
  socketMs: 5_000,
  /** A connection that is given up is cut when the other side has not closed it by then. */
  disconnectMs: 100,
  /** Longest pause between attempts to connect again. */
  reconnectMs: 500,
} as const;

/**
 * A connection that never sends a command twice and keeps none for later: what was not answered is rejected, and its
 * caller decides. It connects when it is told to.
 * @param reconnects whether it connects again by itself once it was connected.
 */
export function redisConnection(url: string, commandMs: number, reconnects: boolean): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: REDIS_WAITS.connectMs,
    commandTimeout: commandMs,
    socketTimeout: REDIS_WAITS.socketMs,
    disconnectTimeout: REDIS_WAITS.disconnectMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => (reconnects ? Math.min(50 * attempt, REDIS_WAITS.reconnectMs) : null),
    connectionName: 'mizan',
  });
  // Commands report their own failures; a listener keeps the loss of an idle connection from ending the program.
  redis.on('error', () => undefined);
  return redis;
}

/** First words of answers by which a server says that it cannot serve now, but may later. */
const AWAY_CODES: ReadonlySet<string> = new Set([
  'LOADING',
  'READONLY',
  'CLUSTERDOWN',
  'MISCONF',
  'OOM',
  'MASTERDOWN',
  'TRYAGAIN',
  'MOVED',
  'ASK',
  'NOREPLICAS',
  'BUSY',
]);

/** The first word of an error that the server answered. */
export function replyCode({ message }: Error): string {
  return message.slice(0, `${message} `.indexOf(' '));
}

/** Whether an error means that the server is away for now, and not that it refuses us or was asked for nonsense. */
export function isAway(error: unknown): boolean {
  if (isReply(error)) return AWAY_CODES.has(replyCode(error));
  const hasCode = typeof (error as { readonly code?: unknown }).code === 'string';
  return !hasCode || isUnreachable(error);
}

/** Resolves when the connection is ready, rejects at the first failure instead of trying for ever. */
export function connectOnce(connection: Redis, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(url);
    const failed = (error: Error) => {
      const sentence = `Redis at ${host} does not answer: ${error.message}`;
      reject(
        isAway(error) ? new StoreAway(sentence, { cause: error }) : new Error(sentence, { cause: error }),
      );
    };
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

/** Host and port of a URL as one text, by which a node is known. */
export function addressOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname.replace(/^\[|\]$/g, '')}:${port === '' ? 6379 : port}`;
}

/** The URL of another node: as that of the first, with its password and TLS, but with another host and port. */
export function urlOfNode(first: string, host: string, port: number): string {
  const url = new URL(first);
  url.hostname = host.includes(':') ? `[${host}]` : host;
  url.port = String(port);
  return url.toString();
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

/** Puts our functions into a server that was found safe, beside those of other versions of the program. */
export async function prepareRedis(redis: Redis): Promise<RedisVerdict> {
  const verdict = await judgeRedis(redis);
  if (verdict.refusals.length === 0) {
    const { name, text } = functionLibrary();
    // Loading needs memory, and a server without any left must still let its log be carried over.
    const there = (await redis.call('FUNCTION', 'LIST', 'LIBRARYNAME', name)) as unknown[];
    if (there.length === 0) await redis.call('FUNCTION', 'LOAD', 'REPLACE', text);
  }
  return verdict;
}

/** What a function is called in a server: programs of two versions may work beside each other. */
export function functionName(name: string): string {
  return `${functionLibrary().name}_${name}`;
}

/** True for an error that the server answered, false for one of the connection. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** True for a server that belongs to a cluster, by its `INFO`. */
export function isClusterNode(info: string): boolean {
  return infoField(info, 'cluster_enabled') === '1';
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

function infoField(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
}

/** What speaks against a server by its `INFO`. */
export function judgeInfo(info: string): string[] {
  const refusals: string[] = [];
  const version = infoField(info, 'redis_version');
  if (!(Number.parseInt(version, 10) >= 7))
    refusals.push(`Redis ${version} is too old: Redis 7 or newer is needed`);
  if (infoField(info, 'role') === 'slave') {
    refusals.push('Redis is a replica: REDIS_URL must be the server that takes writes');
  }
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

interface FunctionLibrary {
  readonly name: string;
  readonly text: string;
}

let library: FunctionLibrary | undefined;

/** The functions, under names that say which text they are of. */
function functionLibrary(): FunctionLibrary {
  if (library === undefined) {
    const folder = installedFolder(join('schemas', 'redis'));
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const written = `${read('mizan.lua')}\n${read('addresses.lua')}`;
    const name = `mizan_${createHash('sha256').update(written).digest('hex').slice(0, 8)}`;
    const text = written.replace('name=mizan', `name=${name}`).replaceAll("'mizan_", `'${name}_`);
    library = { name, text };
  }
  return library;
}
