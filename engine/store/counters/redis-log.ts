import type { LoggedEffect, LoggedEvent, LogPartition, SinkMark } from '../../pipeline/counter-store.ts';
import type { Effect } from '../../policy/effect.ts';
import { type PackedEvent, unpackEvent } from './pack-event.ts';
import type { PartitionKeys } from './redis-keys.ts';
import type { RedisNode } from './redis-node.ts';

/** Entries of the event log read at once; each holds the events of one call, up to some hundreds. */
const ENTRIES_AT_ONCE = 50;

type StreamEntry = readonly [id: string, fields: readonly [name: string, text: string]];

/**
 * The logs of one partition. Effects have an entry each, with the id `position-0`; events one for all that were logged in
 * one call, one line of text each, under the position of the last of them. They can be read in any epoch.
 */
export class RedisLog implements LogPartition {
  readonly partition: number;
  private readonly keys: PartitionKeys;
  private readonly server: () => RedisNode;

  /** @param server the node that has the partition, or a throw while nobody has. */
  constructor(partition: number, keys: PartitionKeys, server: () => RedisNode) {
    this.partition = partition;
    this.keys = keys;
    this.server = server;
  }

  async readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const node = this.server();
    const { meta, events } = this.keys;
    const trimmed = Number((await node.call('HGET', [meta, 'trimmed'])) ?? 0);
    const found: LoggedEvent[] = [];
    let reached = Math.max(after, trimmed);
    while (found.length < limit) {
      const entries = await readStream(node, events, reached, Math.min(limit, ENTRIES_AT_ONCE));
      for (const [last, text] of entries) {
        addEvents(found, last, text, reached, limit);
        reached = last;
      }
      if (entries.length < Math.min(limit, ENTRIES_AT_ONCE)) break;
    }
    return found;
  }

  async trimEvents(position: number): Promise<void> {
    const { meta, events } = this.keys;
    await this.server().run('trim', [meta, events], [String(position), String(position + 1)]);
  }

  async sinkMark(): Promise<SinkMark> {
    const text = (await this.server().call('GET', [this.keys.sink])) as string | null;
    if (text === null) return { sunkThrough: 0, begun: undefined };
    const { sunkThrough, begun } = JSON.parse(text) as SinkMark;
    return { sunkThrough, begun };
  }

  async putSinkMark(mark: SinkMark): Promise<void> {
    await this.server().run('put_mark', [this.keys.sink], [JSON.stringify(mark)]);
  }

  async readEffects(after: number, limit: number): Promise<readonly LoggedEffect[]> {
    const entries = await readStream(this.server(), this.keys.effects, after, limit);
    return entries.map(([position, text]) => ({ position, effect: JSON.parse(text) as Effect }));
  }

  async removeEffects(positions: readonly number[]): Promise<void> {
    if (positions.length === 0) return;
    await this.server().call('XDEL', [this.keys.effects, ...positions.map((position) => `${position}-0`)]);
  }

  async backlog(): Promise<{ readonly events: number; readonly effects: number }> {
    const node = this.server();
    const [positions, effects] = await Promise.all([
      node.call('HMGET', [this.keys.meta, 'events', 'trimmed']),
      node.call('XLEN', [this.keys.effects]),
    ]);
    const [last, trimmed] = positions as (string | null)[];
    return { events: Math.max(0, Number(last ?? 0) - Number(trimmed ?? 0)), effects: Number(effects) };
  }
}

async function readStream(
  node: RedisNode,
  key: string,
  after: number,
  count: number,
): Promise<(readonly [number, string])[]> {
  const entries = (await node.call('XRANGE', [key, `${after + 1}-0`, '+', 'COUNT', count])) as StreamEntry[];
  return entries.map(([id, [, text]]) => [Number.parseInt(id, 10), text] as const);
}

/** Adds the events of an entry that are behind `after`, until there are `limit`. */
function addEvents(found: LoggedEvent[], last: number, text: string, after: number, limit: number): void {
  const lines = text.split('\n');
  const first = last - lines.length + 1;
  for (const [index, line] of lines.entries()) {
    if (found.length === limit) return;
    const position = first + index;
    if (position > after) found.push({ position, event: unpackEvent(JSON.parse(line) as PackedEvent) });
  }
}
