import type { AddressLeases } from '../../addresses/address-leases.ts';
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
import { randomOctets } from '../../runtime/random.ts';
import type { Instant } from '../../values/instant.ts';
import { partitionOf } from './partition-of.ts';
import { raiseLearned } from './raise-learned.ts';
import { RedisAddressLeases } from './redis-address-leases.ts';
import { RedisChanges } from './redis-changes.ts';
import { REDIS_WAITS } from './redis-connection.ts';
import { ANY_LINE, leaseKey, REDIS_CHANNELS } from './redis-keys.ts';
import { RedisLog } from './redis-log.ts';
import type { RedisNode } from './redis-node.ts';
import { RedisNodes } from './redis-nodes.ts';
import { RedisPartition } from './redis-partition.ts';
import { choosePartitions, keepPartitions } from './redis-partition-count.ts';
import { startRebuild } from './redis-rebuild.ts';
import { changeReference, readReference } from './redis-reference.ts';

/** How the store is opened. */
export interface RedisCountersOptions {
  /** URL of the server, or of some nodes of a Redis Cluster, separated by commas. */
  readonly url: string;
  /** Number of partitions; without it the number that is stored, else 1 on a server and 16 on a cluster. */
  readonly partitions?: number | undefined;
  /** Told, sentence by sentence, what could not be made sure of, and what went wrong. */
  readonly warn: (sentence: string) => void;
  /** Time after which a command without an answer is rejected, in milliseconds. */
  readonly commandTimeoutMs?: number;
}

/** Lines of which the last state is remembered, in all partitions. */
const KNOWN_LINES = 200_000;
const SCAN_PAGE = 1_000;
const LEASE_MS = 5_000;
/** How often it is looked whether what is away has come back. */
const TEND_MS = 500;

/**
 * Opens the counters in Redis: one connection to each node, and one for what others tell. Rejects with a text for the
 * operator when a server does not answer, its settings would lose what was acknowledged, or the number of partitions is
 * another one. Lines can be loaded and committed once their partition was begun (`rebuild`).
 */
export async function openRedisCounters(options: RedisCountersOptions): Promise<CounterStore> {
  const { warn, commandTimeoutMs: commandMs = REDIS_WAITS.commandMs } = options;
  const urls = options.url.split(',').map((url) => url.trim());
  let store: RedisCounterStore | undefined;
  const nodes = await RedisNodes.open(urls, commandMs, {
    onUsable: (node) => store?.onUsable(node),
    onLost: (node) => store?.onLost(node),
    warn,
  });
  const self = randomOctets(8).toString('hex');
  const changes = new RedisChanges(() => nodes.nextUrl(), commandMs, self);
  try {
    const partitions = await choosePartitions(nodes, options.partitions);
    await changes.open();
    store = new RedisCounterStore({ nodes, changes, self, partitions, warn });
    await store.look();
    return store;
  } catch (error) {
    changes.close();
    nodes.close();
    throw error;
  }
}

interface StoreParts {
  readonly nodes: RedisNodes;
  readonly changes: RedisChanges;
  /** What our messages to others are signed with, and our leases. */
  readonly self: string;
  readonly partitions: number;
  readonly warn: (sentence: string) => void;
}

/**
 * The counter store in Redis: one function call per partition and batch (`schemas/redis/mizan.lua`), which Redis answers
 * when the append-only file is on disk. A rejected call may have been stored when the answer was lost on its way; whoever
 * meets that loads again.
 */
class RedisCounterStore implements CounterStore {
  private readonly nodes: RedisNodes;
  private readonly changes: RedisChanges;
  private readonly self: string;
  private readonly parts: readonly RedisPartition[];
  readonly partitions: readonly LogPartition[];
  readonly addresses: AddressLeases;
  private readonly tending: NodeJS.Timeout;

  constructor({ nodes, changes, self, partitions, warn }: StoreParts) {
    this.nodes = nodes;
    this.changes = changes;
    this.self = self;
    const parts = {
      nodeOf: (partition: number) => nodes.nodeOf(partition),
      partitions,
      knownLines: Math.ceil(KNOWN_LINES / partitions),
      self,
      listening: () => (nodes.isCluster ? -1 : changes.isListening ? 1 : 0) as 1 | 0 | -1,
      tell: (change: StoreChange) => changes.tell(change),
      warn,
    };
    this.parts = Array.from({ length: partitions }, (_, partition) => new RedisPartition(partition, parts));
    this.partitions = this.parts.map((part) => new RedisLog(part.partition, part.keys, () => part.server));
    this.addresses = new RedisAddressLeases((key) => nodes.nodeOfKey(key));
    this.tending = setInterval(() => void this.tend(), TEND_MS);
    this.tending.unref();
  }

  /** Goes on in the partitions that can be used. */
  async look(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.look()));
  }

  private async tend(): Promise<void> {
    await this.nodes.tend();
    await this.look();
  }

  onUsable(node: RedisNode): void {
    for (const part of this.parts) if (this.isAt(part, node)) void part.look();
  }

  onLost(node: RedisNode): void {
    for (const part of this.parts) if (this.isAt(part, node)) part.close('has lost its server');
  }

  private isAt({ partition }: RedisPartition, node: RedisNode): boolean {
    return this.nodes.find(partition) === node;
  }

  private partOf(username: string): RedisPartition {
    return this.parts[this.partitionOf(username)]!;
  }

  private get home(): RedisPartition {
    return this.parts[0]!;
  }

  partitionOf(username: string): number {
    return partitionOf(username, this.parts.length);
  }

  load(username: string): Promise<VersionedLine> {
    return this.partOf(username).load(username);
  }

  async commit(batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]> {
    if (this.parts.length === 1) return this.home.commit(batch);
    const places = new Map<RedisPartition, number[]>();
    for (const [place, { username }] of batch.entries()) {
      const part = this.partOf(username);
      const known = places.get(part);
      if (known === undefined) places.set(part, [place]);
      else known.push(place);
    }
    // Better nothing of the batch than a part of it, where that is known before.
    for (const part of places.keys()) part.checkOpen();
    const outcomes: CommitOutcome[] = new Array(batch.length);
    const calls = [...places].map(async ([part, here]) => {
      const answers = await part.commit(here.map((place) => batch[place]!));
      for (const [index, place] of here.entries()) outcomes[place] = answers[index]!;
    });
    for (const call of await Promise.allSettled(calls)) if (call.status === 'rejected') throw call.reason;
    return outcomes;
  }

  append(events: readonly EngineEvent[]): Promise<void> {
    return this.home.append(events);
  }

  /** Lines of a partition that is away come when it is back. */
  async dueLines(now: Instant, limit: number): Promise<readonly string[]> {
    const range = ['-inf', String(now), 'BYSCORE', 'LIMIT', 0, limit];
    const asked = this.parts.map(async ({ server, keys }) => server.call('ZRANGE', [keys.due, ...range]));
    const answers = await Promise.allSettled(asked);
    const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed !== undefined && lists.length === 0) throw failed.reason;
    return (lists as string[][]).flat().slice(0, limit);
  }

  async *usernames(): AsyncIterable<string> {
    for (const part of this.parts) part.checkOpen();
    const found = new Set<string>();
    for (const node of this.nodes.all) {
      let cursor = '0';
      do {
        const page = await node.call('SCAN', [cursor, 'MATCH', ANY_LINE, 'COUNT', SCAN_PAGE]);
        const [next, keys] = page as [string, string[]];
        for (const key of keys) {
          const username = key.slice(key.indexOf(':', key.indexOf('}') + 2) + 1);
          if (found.has(username)) continue;
          found.add(username);
          yield username;
        }
        cursor = next;
      } while (cursor !== '0');
    }
  }

  async reference(): Promise<ReferenceData> {
    return (await readReference(this.home)).data;
  }

  async putReference(data: ReferenceData): Promise<void> {
    await changeReference(this.home, this.self, (stored) => {
      const nas = data.nas.map((entry) => raiseLearned(entry, stored.nas));
      return { data: { ...data, nas }, events: [] };
    });
  }

  async learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void> {
    await changeReference(this.home, this.self, (stored, isStored) => {
      if (!isStored) return undefined;
      const nas = stored.nas.map((entry) => raiseLearned(entry, [{ name, learned, sealedEntry: '' }]));
      return { data: { ...stored, nas }, events: [event] };
    });
  }

  async past(): Promise<readonly PartitionPast[]> {
    return Promise.all(this.parts.map((part) => part.past()));
  }

  async rebuild(partition: number): Promise<PartitionRebuild> {
    await keepPartitions(this.nodes, this.parts.length);
    return startRebuild(this.parts[partition]!, this.parts.length, randomOctets(8).toString('hex'));
  }

  async lease(task: string): Promise<boolean> {
    const taken = await this.home.server.run('lease', [leaseKey(task)], [this.self, String(LEASE_MS)]);
    return taken === 1;
  }

  async endLease(task: string): Promise<void> {
    await this.home.server.run('end_lease', [leaseKey(task)], [this.self]);
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    return this.changes.listen(listener);
  }

  async tellLedgerChanged(): Promise<void> {
    await this.home.server.call('PUBLISH', [REDIS_CHANNELS.changes, `${this.self} ledger`]);
  }

  async close(): Promise<void> {
    clearInterval(this.tending);
    this.changes.close();
    await this.nodes.quit();
  }
}
