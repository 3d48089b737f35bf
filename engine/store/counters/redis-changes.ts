import type { Redis } from 'ioredis';
import type { StoreChange } from '../../pipeline/counter-store.ts';
import { REDIS_CHANNELS } from './redis-keys.ts';

/**
 * Hears what others change, over a connection of its own. Messages about lines are asked for only while somebody
 * listens: each commit costs one. After a lost connection messages may be missing, and listeners are told so.
 */
export class RedisChanges {
  private readonly connection: Redis;
  private readonly self: string;
  private readonly listeners = new Set<(change: StoreChange) => void>();
  private lost = false;
  private hearsLines = false;

  /** @param self what our own messages are signed with. */
  constructor(connection: Redis, self: string) {
    this.connection = connection;
    this.self = self;
    connection.on('message', (channel: string, message: string) => this.hear(channel, message));
    connection.on('close', () => {
      this.lost = true;
      this.hearsLines = false;
    });
    connection.on('ready', () => {
      if (!this.lost) return;
      this.subscribe()
        .then(() => {
          this.lost = false;
          this.tell({ kind: 'missed' });
        })
        .catch(() => undefined);
    });
  }

  /** True while the server counts us among those who listen to lines. */
  get isListening(): boolean {
    return this.hearsLines;
  }

  /** Subscribes; rejects when the server does not answer. */
  async subscribe(): Promise<void> {
    await this.connection.subscribe(REDIS_CHANNELS.changes);
    if (this.listeners.size > 0) await this.subscribeLines();
  }

  /** Calls `listener` on changes by others; returns the way to stop. */
  listen(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener);
    // Should it fail, the connection is gone and `ready` subscribes again.
    this.subscribeLines().catch(() => undefined);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    this.connection.disconnect();
  }

  private async subscribeLines(): Promise<void> {
    await this.connection.subscribe(REDIS_CHANNELS.lines);
    this.hearsLines = true;
  }

  private hear(channel: string, message: string): void {
    if (channel === REDIS_CHANNELS.lines) {
      const [sender, ...lines] = JSON.parse(message) as string[];
      if (sender === this.self) return;
      for (let index = 0; index < lines.length; index += 2) {
        this.tell({ kind: 'line', username: lines[index]!, version: Number(lines[index + 1]) });
      }
      return;
    }
    const [sender, kind] = message.split(' ');
    if (sender === this.self || (kind !== 'effects' && kind !== 'reference')) return;
    this.tell({ kind });
  }

  private tell(change: StoreChange): void {
    for (const listener of this.listeners) listener(change);
  }
}
