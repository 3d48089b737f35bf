import type { Redis } from 'ioredis';
import type { StoreChange } from '../../pipeline/counter-store.ts';
import { connectOnce, REDIS_WAITS, redisConnection } from './redis-connection.ts';
import { REDIS_CHANNELS } from './redis-keys.ts';

/** Kinds that others tell by name. */
const TOLD = ['effects', 'reference', 'ledger'] as const;

/**
 * Hears what others change, over a connection of its own. Messages about lines are asked for only while somebody
 * listens: each commit costs one. After a lost connection messages may be missing, and listeners are told so.
 */
export class RedisChanges {
  private connection: Redis | undefined;
  private readonly nextUrl: () => string;
  private readonly commandMs: number;
  private readonly self: string;
  private readonly listeners = new Set<(change: StoreChange) => void>();
  private hearsLines = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;

  /**
   * @param nextUrl where to connect; asked each time, since any node of a cluster will do.
   * @param self what our own messages are signed with.
   */
  constructor(nextUrl: () => string, commandMs: number, self: string) {
    this.nextUrl = nextUrl;
    this.commandMs = commandMs;
    this.self = self;
  }

  /** True while the server counts us among those who listen to lines. */
  get isListening(): boolean {
    return this.hearsLines;
  }

  /** Connects and subscribes; rejects when the server does not answer. */
  async open(): Promise<void> {
    const url = this.nextUrl();
    const connection = redisConnection(url, this.commandMs, false);
    try {
      await connectOnce(connection, url);
      connection.on('message', (channel: string, message: string) => this.hear(channel, message));
      await connection.subscribe(REDIS_CHANNELS.changes);
      this.connection = connection;
      if (this.listeners.size > 0) await this.subscribeLines();
      if (this.closed) throw new Error('closed meanwhile');
      connection.once('end', () => this.openAgain());
      if (connection.status === 'end') this.openAgain();
    } catch (error) {
      this.hearsLines = false;
      connection.disconnect();
      throw error;
    }
  }

  /** Calls `listener` on changes by others; returns the way to stop. */
  listen(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener);
    // Should it fail, the connection is gone, and the next one subscribes.
    this.subscribeLines().catch(() => undefined);
    return () => void this.listeners.delete(listener);
  }

  tell(change: StoreChange): void {
    for (const listener of this.listeners) listener(change);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.connection?.disconnect();
  }

  private openAgain(): void {
    this.hearsLines = false;
    if (this.closed) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.open().then(
        () => this.tell({ kind: 'missed' }),
        () => this.openAgain(),
      );
    }, REDIS_WAITS.reconnectMs / 2);
  }

  private async subscribeLines(): Promise<void> {
    await this.connection?.subscribe(REDIS_CHANNELS.lines);
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
    const [sender, told] = message.split(' ');
    const kind = TOLD.find((candidate) => candidate === told);
    if (sender !== this.self && kind !== undefined) this.tell({ kind });
  }
}
