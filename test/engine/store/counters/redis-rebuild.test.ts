import { expect, it } from 'vitest';
import type { RedisNode } from '../../../../engine/store/counters/redis-node.ts';
import { RedisPartition } from '../../../../engine/store/counters/redis-partition.ts';
import { startRebuild } from '../../../../engine/store/counters/redis-rebuild.ts';

/** A server that is in no epoch until its rebuild is finished, and whose first answer about that is held back. */
class SlowNode {
  readonly isUsable = true;
  readonly held = Promise.withResolvers<void>();
  private epoch: string | null = null;
  private asked = 0;

  check(): void {}

  async call(command: string): Promise<unknown> {
    if (command === 'SCAN') return ['0', []];
    const answer = [this.epoch, '7', '1'];
    this.asked++;
    if (this.asked === 1) await this.held.promise;
    return answer;
  }

  async run(name: string, _keys: readonly string[], args: readonly string[]): Promise<unknown> {
    if (name === 'rebuild_finish') this.epoch = args[1]!;
    return 1;
  }
}

it('is open once it is rebuilt, also when it was being looked at just before', async () => {
  const node = new SlowNode();
  const partition = new RedisPartition(0, {
    nodeOf: () => node as unknown as RedisNode,
    partitions: 1,
    knownLines: 10,
    self: 'me',
    listening: () => 0,
    tell: () => undefined,
    warn: () => undefined,
  });
  const rebuild = await startRebuild(partition, 1, 'token');
  void partition.look();
  const finished = rebuild.finish('epoch1', 7);
  await Promise.resolve();
  node.held.resolve();
  await finished;
  expect(partition.isOpen).toBe(true);
});
