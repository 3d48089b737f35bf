import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageWork, TakenMessage } from '../messaging/message-store.ts';
import type { SmsProvider } from '../messaging/sms-provider.ts';
import { DAY_MS, type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import { createRepeater, type JobLog } from './repeat.ts';
import { nextAskAt, type RetryRules, type Tried, type TryEnd, tryMessage, untried } from './try-message.ts';

/** How messages are given to a provider; settings of the house. */
export interface MessageSending extends RetryRules {
  /** Messages a second at most, by this program. */
  readonly perSecond: number;
  /** Calls to the provider under way at a time. */
  readonly atOnce: number;
  /** For how long messages are taken: several times as long as the provider is waited for. */
  readonly leaseSeconds: number;
  /** How long `stop` waits for calls in work. */
  readonly stopWithinMs: number;
}

/** 20 messages a second, tried for a day, after 30 s, 1 min, 2 min and so on up to half an hour. */
export const USUAL_MESSAGE_SENDING: MessageSending = {
  perSecond: 20,
  atOnce: 8,
  leaseSeconds: 120,
  stopWithinMs: 3 * SECOND_MS,
  retryFirstMs: 30 * SECOND_MS,
  retryMostMs: 30 * MINUTE_MS,
  giveUpAfterMs: DAY_MS,
};

/** What the sender works with. */
export interface MessageSenderParts {
  readonly store: MessageWork;
  readonly provider: SmsProvider;
  readonly settings: MessageSending;
  now(): Instant;
  readonly log: JobLog;
}

/** How often each end came since the start, and how many messages were heard to be `delivered` or `undelivered`. */
export type MessageCounts = Readonly<Record<TryEnd | 'delivered' | 'undelivered', number>>;

/** Gives messages that are due to the provider, and asks what became of them. Several may work on one ledger. */
export interface MessageSender {
  /** Resolves to true when there is more to do. Rejects when the ledger does not answer. */
  runOnce(): Promise<boolean>;
  counts(): MessageCounts;
  /** Runs every `intervalMs` until `stop`, with growing pauses while the ledger is down. */
  start(intervalMs: number): void;
  /** Runs now: something was queued. */
  wake(): void;
  /**
   * Begins no call any more and waits for those in work, for a bounded time: what is not noted by then is taken by the next
   * worker when the lease ends, and asked for before it is sent.
   */
  stop(): Promise<void>;
}

/** Messages taken at a time. */
const BATCH = 50;
/** Messages that a provider is asked about at a time. */
const ASK_BATCH = 500;
/** While a provider is away one message at a time is tried, after pauses that double up to this. */
const AWAY_MOST_MS = 5 * MINUTE_MS;

/** Ends for which the provider did its work. */
const SERVED: ReadonlySet<TryEnd> = new Set(['accepted', 'found', 'blocked', 'refused']);

/** A sender for one provider. */
export function createMessageSender(parts: MessageSenderParts): MessageSender {
  const sending = new Sending(parts);
  const repeater = createRepeater('messages', () => sending.run(), parts.log);
  return {
    runOnce: () => sending.run(),
    counts: () => ({ ...sending.counts }),
    start(intervalMs) {
      sending.isStopping = false;
      repeater.start(intervalMs);
    },
    wake: repeater.wake,
    async stop() {
      sending.isStopping = true;
      const patience = new AbortController();
      const bound = sleep(parts.settings.stopWithinMs, undefined, { signal: patience.signal });
      await Promise.race([repeater.stop(), bound]);
      patience.abort();
      await bound.catch(() => undefined);
    },
  };
}

class Sending {
  isStopping = false;
  readonly counts: Record<keyof MessageCounts, number> = {
    ...{ accepted: 0, found: 0, blocked: 0, refused: 0, 'too-late': 0, lost: 0, cancelled: 0, waiting: 0 },
    ...{ delivered: 0, undelivered: 0 },
  };
  readonly #parts: MessageSenderParts;
  #failures = 0;
  #pausedUntil: Instant = 0;
  /** Messages that may be taken now, and since when that is right. */
  #room = 0;
  #roomAt: Instant = 0;

  constructor(parts: MessageSenderParts) {
    this.#parts = parts;
  }

  async run(): Promise<boolean> {
    const { store, provider, settings, now } = this.#parts;
    const at = now();
    if (at < this.#pausedUntil) return false;
    const limit = Math.min(this.#failures > 0 ? 1 : BATCH, this.#roomNow(at));
    const messages = limit < 1 ? [] : await store.take(limit, provider.name, at, settings.leaseSeconds);
    this.#room -= messages.length;
    const isAway = await this.#tryAll(messages, at + (settings.leaseSeconds * SECOND_MS) / 2);
    if (isAway || this.isStopping) return false;
    await this.#askAll();
    return messages.length > 0 && messages.length === limit;
  }

  /** A second's worth at most: what was not sent while the provider was away does not come all at once. */
  #roomNow(at: Instant): number {
    const { perSecond } = this.#parts.settings;
    const grown = (Math.max(0, at - this.#roomAt) / SECOND_MS) * perSecond;
    this.#room = Math.min(Math.max(1, perSecond), this.#room + grown);
    this.#roomAt = at;
    return Math.floor(this.#room);
  }

  /** True when the provider is away. Messages that there was no time for are left as they were. */
  async #tryAll(messages: readonly TakenMessage[], until: Instant): Promise<boolean> {
    const { store, provider, settings, now } = this.#parts;
    let isAway = false;
    let next = 0;
    while (next < messages.length && !isAway && !this.isStopping && now() < until) {
      const wave = messages.slice(next, next + settings.atOnce);
      next += wave.length;
      const tried = await Promise.all(wave.map((message) => tryMessage(message, provider, settings, now)));
      await store.done(
        tried.map(({ outcome }) => outcome),
        now(),
      );
      for (const { end } of tried) this.counts[end] += 1;
      isAway = this.#learn(tried);
    }
    await store.done(messages.slice(next).map(untried), now());
    return isAway;
  }

  /** A provider that served one of several is there, whatever it thinks of the others. */
  #learn(tried: readonly Tried[]): boolean {
    if (tried.some(({ end }) => SERVED.has(end))) this.#failures = 0;
    else {
      const failed = tried.find(({ isAway }) => isAway);
      if (failed !== undefined) {
        this.#pause(failed.outcome.reason);
        return true;
      }
    }
    return false;
  }

  #pause(reason: string): void {
    const { provider, now, log } = this.#parts;
    const pauseMs = Math.min(AWAY_MOST_MS, SECOND_MS * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    this.#pausedUntil = now() + pauseMs;
    log.warn({ provider: provider.name, reason, pauseMs }, 'messages cannot be sent, will be tried again');
  }

  async #askAll(): Promise<void> {
    const { store, provider, settings, now } = this.#parts;
    const sent = await store.takeSent(ASK_BATCH, provider.name, now(), settings.leaseSeconds);
    if (sent.length === 0) return;
    const answer = await provider.status(sent.map(({ providerId }) => providerId));
    if (!answer.ok) return this.#pause(answer.error);
    const at = now();
    const notes = sent.map(({ id, providerId, sentAt }) => {
      const state = answer.value.get(providerId) ?? 'sent';
      return { id, state, nextAt: state === 'sent' ? nextAskAt(sentAt, at, provider.reportsMs) : undefined };
    });
    await store.noteDeliveries(notes, at);
    for (const { state } of notes) {
      if (state !== 'sent') this.counts[state === 'delivered' ? 'delivered' : 'undelivered'] += 1;
    }
  }
}
