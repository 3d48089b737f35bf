import type { Redis } from 'ioredis';
import type { LoggedEffect, LoggedEvent, LogPartition, SinkMark } from '../../pipeline/counter-store.ts';
import type { Effect } from '../../policy/effect.ts';
import { type PackedEvent, unpackEvent } from './pack-event.ts';
import { REDIS_KEYS } from './redis-keys.ts';

/** The logs of one partition: streams whose entries have the ids `position-0`. */
export class RedisLog implements LogPartition {
  readonly partition: number;
  private readonly server: () => Redis;

  /** @param server the connection, or a throw while it may not be used. */
  constructor(partition: number, server: () => Redis) {
    this.partition = partition;
    this.server = server;
  }

  async readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const entries = await this.read(REDIS_KEYS.events, after, limit);
    return entries.map(([position, text]) => ({
      position,
      event: unpackEvent(JSON.parse(text) as PackedEvent),
    }));
  }

  private async read(log: string, after: number, limit: number): Promise<(readonly [number, string])[]> {
    const entries = await this.server().xrange(log, `${after + 1}-0`, '+', 'COUNT', limit);
    return entries.map(([id, [, text]]) => [Number.parseInt(id, 10), text!] as const);
  }

  async trimEvents(position: number): Promise<void> {
    await this.server().xtrim(REDIS_KEYS.events, 'MINID', `${position + 1}-0`);
  }

  async sinkMark(): Promise<SinkMark> {
    const text = await this.server().get(REDIS_KEYS.sink);
    if (text === null) return { sunkThrough: 0, begun: undefined };
    const { sunkThrough, begun } = JSON.parse(text) as SinkMark;
    return { sunkThrough, begun };
  }

  async putSinkMark(mark: SinkMark): Promise<void> {
    await this.server().set(REDIS_KEYS.sink, JSON.stringify(mark));
  }

  async readEffects(after: number, limit: number): Promise<readonly LoggedEffect[]> {
    const entries = await this.read(REDIS_KEYS.effects, after, limit);
    return entries.map(([position, text]) => ({ position, effect: JSON.parse(text) as Effect }));
  }

  async removeEffects(positions: readonly number[]): Promise<void> {
    if (positions.length === 0) return;
    await this.server().xdel(REDIS_KEYS.effects, ...positions.map((position) => `${position}-0`));
  }

  async backlog(): Promise<{ readonly events: number; readonly effects: number }> {
    const [events, effects] = await Promise.all([
      this.server().xlen(REDIS_KEYS.events),
      this.server().xlen(REDIS_KEYS.effects),
    ]);
    return { events, effects };
  }
}
