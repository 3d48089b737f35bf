import type { Redis } from 'ioredis';
import { StoreAway } from '../../values/store-away.ts';
import {
  connectOnce,
  functionName,
  isAway,
  isReply,
  prepareRedis,
  redisConnection,
  replyCode,
} from './redis-connection.ts';

/** What a node tells its owner. */
export interface NodeWatcher {
  /** It was found safe and may be used; what was known of it may have changed. */
  onUsable(node: RedisNode): void;
  /** It may not be used any more. */
  onLost(node: RedisNode): void;
  /** It answered that somebody else serves these keys. */
  onMoved(): void;
  warn(sentence: string): void;
}

/** Answers to a connection that was let in before: then they may be taken back. */
const REFUSED_CODES: ReadonlySet<string> = new Set(['NOAUTH', 'WRONGPASS', 'NOPERM']);

const LOST = 'Redis was lost and is not back yet';

/**
 * One server over one connection, usable once it has been judged and has our functions. A command that is not answered
 * in time gives the connection up, so that all others fail at once, too, instead of waiting one after the other.
 */
export class RedisNode {
  readonly url: string;
  private readonly redis: Redis;
  private readonly watcher: NodeWatcher;
  /** Why it may not be used just now. */
  private trouble: string | undefined = 'Redis was not reached yet';
  private preparing = false;
  private warned = '';

  constructor(url: string, commandMs: number, watcher: NodeWatcher) {
    this.url = url;
    this.redis = redisConnection(url, commandMs, true);
    this.watcher = watcher;
    this.redis.on('close', () => this.lose(LOST));
  }

  get isUsable(): boolean {
    return this.trouble === undefined;
  }

  /** Connects; rejects with a text for the operator when it does not answer or may not be used. */
  async open(): Promise<void> {
    await connectOnce(this.redis, this.url);
    const { refusals, warnings } = await prepareRedis(this.redis).catch((error: unknown) => {
      throw isAway(error) ? new StoreAway(`Redis: ${(error as Error).message}`, { cause: error }) : error;
    });
    if (refusals.length > 0) throw new Error(refusals.join('\n'));
    for (const warning of warnings) this.watcher.warn(warning);
    this.trouble = undefined;
    this.redis.on('ready', () => void this.prepare());
  }

  /** Connects in the background, again and again. */
  start(): void {
    this.redis.on('ready', () => void this.prepare());
    this.redis.connect().catch(() => undefined);
  }

  /** Judges again a server that is connected but was not found fit. */
  tend(): void {
    if (this.trouble !== undefined && this.redis.status === 'ready') void this.prepare();
  }

  /** Asks a server that is connected, fit or not; for what any server can tell. */
  async ask(command: string, ...args: readonly string[]): Promise<unknown> {
    return this.redis.call(command, ...args);
  }

  /** @throws StoreAway while it may not be used. */
  check(): void {
    if (this.trouble !== undefined) throw new StoreAway(this.trouble);
  }

  /** Sends a command once. Rejects with `StoreAway` when the server is away or says that it cannot serve now. */
  async call(command: string, args: (string | number)[]): Promise<unknown> {
    this.check();
    try {
      return await this.redis.call(command, args);
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Calls one of our functions. */
  run(name: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.call('FCALL', [functionName(name), String(keys.length)].concat(keys, args));
  }

  close(): void {
    this.trouble = 'the counters are closed';
    this.redis.disconnect();
  }

  /** Lets what was sent be answered, then closes. */
  async quit(): Promise<void> {
    await this.redis.quit().catch(() => undefined);
    this.close();
  }

  private lose(why: string): void {
    if (this.trouble !== undefined) return;
    this.trouble = why;
    this.watcher.onLost(this);
  }

  private explain(error: unknown): unknown {
    const message = error instanceof Error ? error.message : String(error);
    if (!isReply(error)) {
      if (message.includes('timed out') && this.trouble === undefined) {
        this.lose('Redis did not answer in time');
        this.redis.disconnect(true);
      }
      const isCut = error instanceof Error && error.name === 'MaxRetriesPerRequestError';
      return new StoreAway(isCut ? LOST : `Redis: ${message}`, { cause: error });
    }
    const code = replyCode(error);
    if (code === 'MOVED' || code === 'ASK') this.watcher.onMoved();
    const isUnfit = code === 'READONLY' || message.includes('Function not found');
    if (isUnfit) {
      this.lose(`Redis: ${message}`);
      void this.prepare();
    }
    const isGone = isUnfit || isAway(error) || REFUSED_CODES.has(code);
    return isGone ? new StoreAway(`Redis: ${message}`, { cause: error }) : error;
  }

  /** Another server may stand there than before, or the same one with other settings. */
  private async prepare(): Promise<void> {
    if (this.preparing) return;
    this.preparing = true;
    try {
      const { refusals } = await prepareRedis(this.redis);
      this.settle(refusals.join('\n'));
    } catch (error) {
      if (isReply(error)) this.settle(error.message);
      else this.redis.disconnect(true);
    } finally {
      this.preparing = false;
    }
  }

  private settle(refusal: string): void {
    if (refusal !== '') {
      this.trouble = refusal;
      if (refusal !== this.warned) this.watcher.warn(refusal);
    } else if (this.redis.status === 'ready') {
      this.trouble = undefined;
      this.watcher.onUsable(this);
    }
    this.warned = refusal;
  }
}
