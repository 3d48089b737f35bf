import { StoreAway } from '../../values/store-away.ts';
import { addressOf, connectOnce, isClusterNode, redisConnection, urlOfNode } from './redis-connection.ts';
import { partitionKeys } from './redis-keys.ts';
import { type NodeWatcher, RedisNode } from './redis-node.ts';

/** Slots `from` to `to` and the node that serves them, by its URL. */
interface SlotRange {
  readonly from: number;
  readonly to: number;
  readonly url: string;
}

/** Places of a range in the answer of `CLUSTER SLOTS`: first slot, last slot, then nodes, the first of which takes writes. */
type SlotAnswer = readonly [number, number, readonly [string | null, number, ...unknown[]], ...unknown[]];

/**
 * The servers of the counters: one, or the nodes of a Redis Cluster that take writes, each with one connection that
 * never sends a command twice. Which node has which partition is read from the cluster at the start, and again when a
 * node is lost or says that it has not got what was asked for; a command that met such a change is not repeated here.
 */
export class RedisNodes {
  readonly isCluster: boolean;
  private readonly urls: readonly string[];
  private readonly commandMs: number;
  private readonly watcher: NodeWatcher;
  private readonly nodes = new Map<string, RedisNode>();
  private ranges: readonly SlotRange[] = [];
  /** Hash slot of each partition that was asked for. */
  private readonly slots: number[] = [];
  /** Hash slot of each key of no partition that was asked for. */
  private readonly keySlots = new Map<string, number>();
  private moved = false;
  private reading = false;
  private turn = 0;

  private constructor(
    isCluster: boolean,
    urls: readonly string[],
    commandMs: number,
    watcher: Omit<NodeWatcher, 'onMoved'>,
  ) {
    this.isCluster = isCluster;
    this.urls = urls;
    this.commandMs = commandMs;
    this.watcher = { ...watcherOf(watcher), onMoved: () => this.onMoved() };
  }

  /**
   * Connects to the server, or to all nodes of its cluster, found by the first URL that answers. Rejects with a text for
   * the operator.
   */
  static async open(
    urls: readonly string[],
    commandMs: number,
    watcher: Omit<NodeWatcher, 'onMoved'>,
  ): Promise<RedisNodes> {
    const { url, info } = await firstAnswer(urls, commandMs);
    const isCluster = isClusterNode(info);
    if (!isCluster && urls.length > 1) {
      throw new Error('REDIS_URL names several servers, but they are no Redis Cluster');
    }
    const nodes = new RedisNodes(isCluster, urls, commandMs, watcher);
    try {
      if (isCluster) await nodes.readRanges(true);
      else await nodes.add(url).open();
    } catch (error) {
      nodes.close();
      throw error;
    }
    return nodes;
  }

  get all(): readonly RedisNode[] {
    return [...this.nodes.values()];
  }

  /** URLs at which messages can be listened to, a different one first each time. */
  nextUrl(): string {
    const urls = this.nodes.size === 0 ? this.urls : this.all.map((node) => node.url);
    return urls[this.turn++ % urls.length]!;
  }

  /** Makes sure that the slots of `count` partitions are known. */
  async placePartitions(count: number): Promise<void> {
    if (!this.isCluster) return;
    const node = this.all[0]!;
    for (let partition = this.slots.length; partition < count; partition++) {
      const slot = await node.ask('CLUSTER', 'KEYSLOT', partitionKeys(partition).meta);
      this.slots[partition] = Number(slot);
    }
  }

  /** The node that has a partition, usable or not. @throws StoreAway when nobody has it. */
  nodeOf(partition: number): RedisNode {
    const node = this.find(partition);
    if (node === undefined) throw new StoreAway(`no node of the Redis Cluster has partition ${partition}`);
    return node;
  }

  /** The node that has a key of no partition. Rejects with `StoreAway` when nobody has it. */
  async nodeOfKey(key: string): Promise<RedisNode> {
    let slot = this.keySlots.get(key);
    if (this.isCluster && slot === undefined) {
      const node = this.all.find(({ isUsable }) => isUsable);
      if (node === undefined) throw new StoreAway('no node of the Redis Cluster can be reached');
      slot = Number(await node.call('CLUSTER', ['KEYSLOT', key]));
      this.keySlots.set(key, slot);
    }
    const node = this.isCluster ? this.nodeAt(slot!) : this.all[0];
    if (node === undefined) throw new StoreAway(`no node of the Redis Cluster has ${key}`);
    return node;
  }

  /** The node that has a partition, `undefined` when nobody has it. */
  find(partition: number): RedisNode | undefined {
    return this.isCluster ? this.nodeAt(this.slots[partition]!) : this.nodes.values().next().value;
  }

  private nodeAt(slot: number): RedisNode | undefined {
    const range = this.ranges.find(({ from, to }) => from <= slot && slot <= to);
    return range && this.nodes.get(addressOf(range.url));
  }

  /** Looks after what is not fit; called every half second. */
  async tend(): Promise<void> {
    for (const node of this.nodes.values()) node.tend();
    const isWhole = this.all.every((node) => node.isUsable) && !this.moved;
    if (this.isCluster && !isWhole) await this.readRanges(false).catch(() => undefined);
  }

  close(): void {
    for (const node of this.nodes.values()) node.close();
  }

  async quit(): Promise<void> {
    await Promise.all(this.all.map((node) => node.quit()));
  }

  private add(url: string): RedisNode {
    const node = new RedisNode(url, this.commandMs, this.watcher);
    this.nodes.set(addressOf(url), node);
    return node;
  }

  private onMoved(): void {
    this.moved = true;
    void this.tend();
  }

  /** @param opens whether new nodes must be reached at once, or in the background. */
  private async readRanges(opens: boolean): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    try {
      this.ranges = await this.askForRanges();
      this.moved = false;
    } finally {
      this.reading = false;
    }
    const urls = new Map(this.ranges.map(({ url }) => [addressOf(url), url]));
    for (const [address, node] of this.nodes) {
      if (urls.has(address)) continue;
      this.nodes.delete(address);
      node.close();
    }
    const added = [...urls].filter(([address]) => !this.nodes.has(address)).map(([, url]) => this.add(url));
    if (opens) await Promise.all(added.map((node) => node.open()));
    else for (const node of added) node.start();
  }

  /** The first table that any node gives, asked in turn: one that was cut off may still give an old one. */
  private async askForRanges(): Promise<readonly SlotRange[]> {
    const known = this.all.filter((node) => node.isUsable);
    for (let count = 0; count < known.length; count++) {
      const node = known[this.turn++ % known.length]!;
      const ranges = await node.ask('CLUSTER', 'SLOTS').then(
        (answer) => readSlots(answer, node.url),
        () => [],
      );
      if (ranges.length > 0) return ranges;
    }
    for (const url of this.urls) {
      const ranges = await askOnce(url, this.commandMs, 'CLUSTER', 'SLOTS').then(
        (answer) => readSlots(answer, url),
        () => [],
      );
      if (ranges.length > 0) return ranges;
    }
    throw new StoreAway('no node of the Redis Cluster says who has which slots');
  }
}

function watcherOf({ onUsable, onLost, warn }: Omit<NodeWatcher, 'onMoved'>): Omit<NodeWatcher, 'onMoved'> {
  return { onUsable, onLost, warn };
}

function readSlots(answer: unknown, asked: string): readonly SlotRange[] {
  return (answer as readonly SlotAnswer[]).map(([from, to, [host, port]]) => {
    // A node that does not know its own name means the one by which it was reached.
    const isKnown = host !== null && host !== '' && host !== '?';
    const url = urlOfNode(asked, isKnown ? host : new URL(asked).hostname.replace(/^\[|\]$/g, ''), port);
    return { from, to, url };
  });
}

async function firstAnswer(
  urls: readonly string[],
  commandMs: number,
): Promise<{ readonly url: string; readonly info: string }> {
  const failures: Error[] = [];
  for (const url of urls) {
    try {
      return { url, info: String(await askOnce(url, commandMs, 'INFO')) };
    } catch (error) {
      failures.push(error as Error);
    }
  }
  const sentences = failures.map(({ message }) => message).join('\n');
  const areAway = failures.every((failure) => failure instanceof StoreAway);
  throw areAway ? new StoreAway(sentences) : new Error(sentences);
}

/** One command over a connection of its own. */
async function askOnce(url: string, commandMs: number, command: string, ...args: string[]): Promise<unknown> {
  const connection = redisConnection(url, commandMs, false);
  try {
    await connectOnce(connection, url);
    return await connection.call(command, ...args);
  } finally {
    connection.disconnect();
  }
}
