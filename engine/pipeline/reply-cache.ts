import type { Instant } from '../values/instant.ts';
import { PIPELINE_LIMITS } from './limits.ts';

/** The 16 octets of an authenticator as numbers: a slot lives for seconds, and a Buffer of its own weighs ten times as much. */
type Words = readonly [number, number, number, number];

interface Slot {
  readonly authenticator: Words;
  readonly code: number;
  readonly expiresAt: Instant;
  reply: Buffer | undefined;
}

interface Source {
  readonly slots: (Slot | undefined)[];
  expiresAt: Instant;
}

/** What the cache knows of a request: never seen, being worked on, or answered with these octets. */
export type Seen = 'new' | 'in-progress' | Buffer;

/**
 * Remembers answers by source address, source port, socket and Identifier for a while, so that a retransmission gets
 * the very same octets (RFC 5080 §2.2.2). A request with another authenticator is a new one and takes the place. Only
 * packets whose authenticity was checked may come here.
 */
export class ReplyCache {
  private readonly sources = new Map<string, Source>();

  /** Looks the request up and, when it is new, marks it as being worked on. */
  begin(source: string, identifier: number, code: number, authenticator: Buffer, now: Instant): Seen {
    const known = this.sources.get(source);
    const slot = known?.slots[identifier];
    if (slot !== undefined && slot.expiresAt > now && slot.code === code && isSame(slot, authenticator)) {
      return slot.reply ?? 'in-progress';
    }
    const entry = known ?? this.add(source, now);
    const expiresAt = now + PIPELINE_LIMITS.replyCacheMs;
    entry.expiresAt = expiresAt;
    entry.slots[identifier] = {
      authenticator: wordsOf(authenticator),
      code,
      expiresAt,
      reply: undefined,
    };
    return 'new';
  }

  /** Keeps the answer of a request that was begun; ignored when a newer request has taken the Identifier. */
  answer(source: string, identifier: number, authenticator: Buffer, reply: Buffer): void {
    const slot = this.sources.get(source)?.slots[identifier];
    if (slot !== undefined && isSame(slot, authenticator)) slot.reply = reply;
  }

  /** Forgets a request that will not be answered, so that its retransmission is tried again. */
  forget(source: string, identifier: number, authenticator: Buffer): void {
    const entry = this.sources.get(source);
    const slot = entry?.slots[identifier];
    if (entry !== undefined && slot !== undefined && isSame(slot, authenticator)) {
      entry.slots[identifier] = undefined;
    }
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

function isSame({ authenticator: words }: Slot, authenticator: Buffer): boolean {
  return (
    words[0] === authenticator.readInt32LE(0) &&
    words[1] === authenticator.readInt32LE(4) &&
    words[2] === authenticator.readInt32LE(8) &&
    words[3] === authenticator.readInt32LE(12)
  );
}
