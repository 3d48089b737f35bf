import type { Redis } from 'ioredis';
import type { NasLearned } from '../../nas/nas.ts';
import type {
  CommitOutcome,
  CounterStore,
  LineCommit,
  LogPartition,
  PartitionPast,
  PartitionRebuild,
  ReferenceData,
  StoreChange,
  VersionedLine,
} from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import type { LineState } from '../../policy/line-state.ts';
import { randomOctets } from '../../runtime/random.ts';
import type { Instant } from '../../values/instant.ts';
import { packEvent } from './pack-event.ts';
import { raiseLearned } from './raise-learned.ts';
import { RedisChanges } from './redis-changes.ts';
import { connectOnce, prepareRedis, REDIS_WAITS, redisConnection } from './redis-connection.ts';
import { LINE_PREFIX, REDIS_CHANNELS, REDIS_KEYS } from './redis-keys.ts';
import { fieldChanges, readLineFields } from './redis-line-fields.ts';
import { RedisLog } from './redis-log.ts';
import { changeReference, readReference } from './redis-reference.ts';

/** How the store is opened. */
export interface RedisCountersOptions {
  readonly url: string;
  /** Told, sentence by sentence, what could not be made sure of. */
  readonly warn: (sentence: string) => void;
  /** Time after which a command without an answer is rejected, in milliseconds. */
  readonly commandTimeoutMs?: number;
}

/** Lines of one function call: Redis serves nobody else meanwhile. */
const CALL_LINES = 200;
const KNOWN_LINES = 200_000;
const SCAN_PAGE = 1_000;

const OK: CommitOutcome = { ok: true };

/**
 * Opens the counters in Redis: two connections, one of them for what others tell. Rejects with a text for the operator
 * when the server does not answer or its settings would lose what was acknowledged.
 */
export async function openRedisCounters(options: RedisCountersOptions): Promise<CounterStore> {
  const commandMs = options.commandTimeoutMs ?? REDIS_WAITS.commandMs;
  const connections = [
    redisConnection(options.url, commandMs),
    redisConnection(options.url, commandMs),
  ] as const;
  const [redis, listening] = connections;
  try {
    await Promise.all(connections.map((connection) => connectOnce(connection, options.url)));
    const { refusals, warnings } = await prepareRedis(redis);
    if (refusals.length > 0) throw new Error(refusals.join('\n'));
    for (const warning of warnings) options.warn(warning);
    const self = randomOctets(8).toString('hex');
    const changes = new RedisChanges(listening, self);
    await changes.subscribe();
    return new RedisCounterStore(redis, changes, self, options.warn);
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
}

/**
 * The counter store in Redis: one function call per batch (`schemas/redis/mizan.lua`), which Redis answers when the
 * append-only file is on disk. A rejected call may have been stored when the answer was lost on its way; whoever
 * meets that loads again.
 */
class RedisCounterStore implements CounterStore {
  private readonly redis: Redis;
  private readonly changes: RedisChanges;
  private readonly self: string;
  readonly partitions: readonly LogPartition[] = [new RedisLog(0, () => this.server)];
  /** What the hash of a line is known to hold, so that only what differs is written. The states are the engine's own. */
  private readonly known = new Map<string, VersionedLine>();
  /** Why the server may not be used just now; empty when it may. */
  private refusals: readonly string[] = [];

  constructor(redis: Redis, changes: RedisChanges, self: string, warn: (sentence: string) => void) {
    this.redis = redis;
    this.changes = changes;
    this.self = self;
    // Another server may stand there afterwards, or the same one with other settings.
    redis.on('close', () => {
      this.known.clear();
      this.refusals = ['Redis was lost and is not back yet'];
    });
    redis.on('ready', () => {
      prepareRedis(redis)
        .then(({ refusals }) => {
          this.refusals = refusals;
          for (const refusal of refusals) warn(refusal);
        })
        .catch(() => redis.disconnect(true));
    });
  }

  /** @throws Error while the server may not be used. */
  private get server(): Redis {
    if (this.refusals.length > 0) throw new Error(this.refusals.join('\n'));
    return this.redis;
  }

  async load(username: string): Promise<VersionedLine> {
    const keys = [LINE_PREFIX + username, REDIS_KEYS.gone];
    const answer = (await this.server.call('FCALL_RO', 'mizan_load', 2, ...keys, username)) as string[];
    return this.read(username, answer);
  }

  async commit(batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]> {
    const calls: Promise<CommitOutcome[]>[] = [];
    for (let from = 0; from < batch.length; from += CALL_LINES) {
      calls.push(this.commitCall(batch.slice(from, from + CALL_LINES)));
    }
    // Every call is waited for, also when one fails: its lines must not be loaded while others are still on the way.
    const settled = await Promise.allSettled(calls);
    return settled.flatMap((call) => {
      if (call.status === 'rejected') throw call.reason;
      return call.value;
    });
  }

  private async commitCall(lines: readonly LineCommit[]): Promise<CommitOutcome[]> {
    const keys: string[] = [
      REDIS_KEYS.meta,
      REDIS_KEYS.gone,
      REDIS_KEYS.due,
      REDIS_KEYS.events,
      REDIS_KEYS.effects,
    ];
    const listening = this.changes.isListening ? '1' : '0';
    const args = [this.self, REDIS_CHANNELS.changes, REDIS_CHANNELS.lines, listening];
    for (const line of lines) {
      keys.push(LINE_PREFIX + line.username);
      this.addLine(args, line);
    }
    try {
      const answers = await this.write('mizan_commit', keys, args);
      return (answers as (number | string[])[]).map((answer, index) => this.outcome(lines[index]!, answer));
    } catch (error) {
      for (const { username } of lines) this.known.delete(username);
      throw error;
    }
  }

  private addLine(args: string[], { username, expectedVersion, state, ...line }: LineCommit): void {
    const known = this.known.get(username);
    const before = known?.version === expectedVersion ? known.state : undefined;
    const version = String(expectedVersion + 1);
    const mode = state === undefined ? 'drop' : before === undefined ? 'put' : 'set';
    args.push(username, String(expectedVersion), version, mode);
    const { set, remove } = state === undefined ? { set: [], remove: [] } : fieldChanges(before, state);
    args.push(String(set.length + 2), 'version', version, ...set);
    args.push(String(remove.length), ...remove);
    args.push(line.wakeAt === undefined ? '' : String(line.wakeAt), String(line.at));
    args.push(String(line.events.length));
    for (const event of line.events) args.push(JSON.stringify(packEvent(event)));
    args.push(String(line.effects.length));
    for (const effect of line.effects) args.push(JSON.stringify(effect));
  }

  private outcome(
    { username, state, expectedVersion }: LineCommit,
    answer: number | string[],
  ): CommitOutcome {
    if (typeof answer !== 'number') return { ok: false, stored: this.read(username, answer) };
    this.remember(username, state, expectedVersion + 1);
    return OK;
  }

  private read(username: string, [version, ...fields]: readonly string[]): VersionedLine {
    const state = readLineFields(username, fields);
    this.remember(username, state, Number(version));
    return { state, version: Number(version) };
  }

  private remember(username: string, state: LineState | undefined, version: number): void {
    this.known.delete(username);
    if (state === undefined) return;
    this.known.set(username, { state, version });
    if (this.known.size > KNOWN_LINES) this.known.delete(this.known.keys().next().value!);
  }

  private async write(name: string, keys: string[], args: string[]): Promise<unknown> {
    return this.server.call('FCALL', [name, String(keys.length)].concat(keys, args));
  }

  async append(events: readonly EngineEvent[]): Promise<void> {
    if (events.length === 0) return;
    const entries = events.map((event) => JSON.stringify(packEvent(event)));
    await this.write('mizan_append', [REDIS_KEYS.meta, REDIS_KEYS.events], entries);
  }

  async dueLines(now: Instant, limit: number): Promise<readonly string[]> {
    return this.server.zrange(REDIS_KEYS.due, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, limit);
  }

  async *usernames(): AsyncIterable<string> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, keys] = await this.server.scan(cursor, 'MATCH', `${LINE_PREFIX}*`, 'COUNT', SCAN_PAGE);
      for (const key of keys) found.add(key.slice(LINE_PREFIX.length));
      cursor = next;
    } while (cursor !== '0');
    yield* [...found].sort();
  }

  async reference(): Promise<ReferenceData> {
    return (await readReference(this.server)).data;
  }

  async putReference(data: ReferenceData): Promise<void> {
    await changeReference(this.server, this.self, (stored) => {
      const nas = data.nas.map((entry) => raiseLearned(entry, stored.nas));
      return { data: { plans: data.plans, nas }, events: [] };
    });
  }

  async learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void> {
    await changeReference(this.server, this.self, (stored, isStored) => {
      if (!isStored) return undefined;
      const nas = stored.nas.map((entry) => raiseLearned(entry, [{ name, learned, sealedEntry: '' }]));
      return { data: { plans: stored.plans, nas }, events: [event] };
    });
  }

  partitionOf(): number {
    return 0;
  }

  async past(): Promise<readonly PartitionPast[]> {
    const [epoch, lastEvent] = await this.server.hmget(REDIS_KEYS.meta, 'epoch', 'events');
    return [{ epoch: epoch ?? '', lastEvent: Number(lastEvent ?? 0) }];
  }

  async rebuild(): Promise<PartitionRebuild> {
    throw new Error('rebuilding is not there yet');
  }

  async lease(): Promise<boolean> {
    return true;
  }

  async endLease(): Promise<void> {}

  async tellLedgerChanged(): Promise<void> {
    await this.server.publish(REDIS_CHANNELS.changes, `${this.self} ledger`);
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    return this.changes.listen(listener);
  }

  async close(): Promise<void> {
    this.changes.close();
    await this.redis.quit().catch(() => undefined);
    this.redis.disconnect();
  }
}
