import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, RedisServer } from './redis-server.ts';

const SLOTS = 16_384;
const READY_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/** A real Redis Cluster on loopback, of nodes that all take writes; one that is killed is missed until it is back. */
export class RedisCluster {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  /** Starts `count` nodes, gives each its share of the slots, and resolves when all of them serve. */
  static async start(count = 3, settings: Readonly<Record<string, string>> = {}): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    const cluster = new RedisCluster(nodes);
    try {
      const busPorts: string[] = [];
      for (let n = 0; n < count; n++) {
        busPorts.push(String(await freePort()));
        nodes.push(await RedisServer.start({ ...CLUSTERED, 'cluster-port': busPorts[n]!, ...settings }));
      }
      for (const [n, node] of nodes.entries()) {
        const [from, to] = [n, n + 1].map((share) => Math.floor((SLOTS * share) / count));
        await node.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to! - 1));
        await node.call('CLUSTER', 'SET-CONFIG-EPOCH', String(n + 1));
        if (n > 0) await nodes[0]!.call('CLUSTER', 'MEET', '127.0.0.1', String(node.port), busPorts[n]!);
      }
      await cluster.ready();
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** URLs of all nodes, separated by commas. */
  get url(): string {
    return this.nodes.map((node) => node.url).join(',');
  }

  /** Resolves when every node says that the cluster serves all slots. */
  async ready(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (const node of this.nodes) {
      while (!(await serves(node, this.nodes.length))) {
        if (performance.now() > deadline) throw new Error('the Redis Cluster does not come together');
        await sleep(LOOK_EVERY_MS);
      }
    }
  }

  /** The node that has the slot of a key. */
  async nodeOf(key: string): Promise<RedisServer> {
    const slot = Number(await this.nodes[0]!.call('CLUSTER', 'KEYSLOT', key));
    return this.nodes[Math.floor(((slot + 1) * this.nodes.length - 1) / SLOTS)]!;
  }

  async remove(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.remove()));
  }
}

const CLUSTERED = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000' };

async function serves(node: RedisServer, nodes: number): Promise<boolean> {
  const info = String(await node.call('CLUSTER', 'INFO').catch(() => ''));
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_slots_ok:${SLOTS}`) &&
    info.includes(`cluster_size:${nodes}`)
  );
}
