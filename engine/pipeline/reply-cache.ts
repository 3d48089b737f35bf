import type { Instant } from '../values/instant.ts';
import { PIPELINE_LIMITS } from './limits.ts';

/** The 16 octets of an authenticator as numbers: a slot lives for seconds, and a Buffer of its own weighs ten times as much. */
type Words = readonly [number, number, number, number];

/** A request that is being worked on. When a newer one has taken its Identifier, what becomes of it is of no use any more. */
export interface BegunRequest {
  /** Keeps its answer. */
  answer(reply: Buffer): void;
  /** It will not be answered: its retransmission is tried again. */
  forget(): void;
}

class Slot implements BegunRequest {
  private readonly authenticator: Words;
  private readonly code: number;
  private expiresAt: Instant;
  reply: Buffer | undefined;

  constructor(code: number, authenticator: Buffer, expiresAt: Instant) {
    this.authenticator = wordsOf(authenticator);
    this.code = code;
    this.expiresAt = expiresAt;
    this.reply = undefined;
  }

  isOf(code: number, authenticator: Buffer, now: Instant): boolean {
    return this.expiresAt > now && this.code === code && isSame(this.authenticator, authenticator);
  }

  answer(reply: Buffer): void {
    this.reply = reply;
  }

  forget(): void {
    this.expiresAt = Number.NEGATIVE_INFINITY;
  }
}

interface Source {
  readonly slots: (Slot | undefined)[];
  expiresAt: Instant;
}

/** What the cache knows of a request: new and begun now, being worked on, or answered with these octets. */
export type Seen = BegunRequest | 'in-progress' | Buffer;

/**
 * Remembers answers by source address, source port, socket and Identifier for a while, so that a retransmission gets
 * the very same octets (RFC 5080 §2.2.2). A request with another authenticator is a new one and takes the place. Only
 * packets whose authenticity was checked may come here.
 */
export class ReplyCache {
  private readonly sources = new Map<string, Source>();

  /** Looks the request up and, when it is new, marks it as being worked on. The authenticator's octets may change later. */
  begin(source: string, identifier: number, code: number, authenticator: Buffer, now: Instant): Seen {
    const known = this.sources.get(source);
    const slot = known?.slots[identifier];
    if (slot?.isOf(code, authenticator, now)) return slot.reply ?? 'in-progress';
    const entry = known ?? this.add(source, now);
    const expiresAt = now + PIPELINE_LIMITS.replyCacheMs;
    entry.expiresAt = expiresAt;
    const begun = new Slot(code, authenticator, expiresAt);
    entry.slots[identifier] = begun;
    return begun;
  }

  /** Drops sources that have been quiet for longer than the cache's life. */
  prune(now: Instant): void {
    for (const [source, entry] of this.sources) if (entry.expiresAt <= now) this.sources.delete(source);
  }

  private add(source: string, now: Instant): Source {
    if (this.sources.size >= PIPELINE_LIMITS.replyCacheSources) {
      this.prune(now);
      for (const oldest of this.sources.keys()) {
        if (this.sources.size < PIPELINE_LIMITS.replyCacheSources) break;
        this.sources.delete(oldest);
      }
    }
    const entry: Source = { slots: new Array(256).fill(undefined), expiresAt: now };
    this.sources.set(source, entry);
    return entry;
  }
}

function wordsOf(authenticator: Buffer): Words {
  const word = (at: number) => authenticator.readInt32LE(at);
  return [word(0), word(4), word(8), word(12)];
}

function isSame(words: Words, authenticator: Buffer): boolean {
  return (
    words[0] === authenticator.readInt32LE(0) &&
    words[1] === authenticator.readInt32LE(4) &&
    words[2] === authenticator.readInt32LE(8) &&
    words[3] === authenticator.readInt32LE(12)
  );
}
