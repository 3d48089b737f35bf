import type { MessageOutcome, TakenMessage } from '../messaging/message-store.ts';
import type { Delivery, SmsProvider } from '../messaging/sms-provider.ts';
import { HOUR_MS, type Instant, MINUTE_MS } from '../values/instant.ts';

/** When a message is tried again, and when no more. */
export interface RetryRules {
  /** Pause after the first try; each later one is twice as long… */
  readonly retryFirstMs: number;
  /** …up to this. */
  readonly retryMostMs: number;
  /** Time after `sendAt` from which it is given up, when its own `notAfter` is not before that. */
  readonly giveUpAfterMs: number;
}

/** How a try ended; metrics count by it. `waiting`: it is tried again. */
export type TryEnd =
  | 'accepted'
  | 'found'
  | 'blocked'
  | 'refused'
  | 'too-late'
  | 'lost'
  | 'cancelled'
  | 'waiting';

/** A try, and what is to be noted of it. */
export interface Tried {
  readonly end: TryEnd;
  readonly outcome: MessageOutcome;
  /** The provider did not do its work; the next message will hardly fare better. */
  readonly isAway: boolean;
}

/** First and longest pause between two questions about a message that was sent. */
const ASK_FIRST_MS = MINUTE_MS;
const ASK_MOST_MS = 2 * HOUR_MS;

/**
 * Gives a message to its provider. One that may have been sent is asked for first; it is sent again only when the provider
 * surely does not have it, and still knows what it had then.
 */
export async function tryMessage(
  message: TakenMessage,
  provider: SmsProvider,
  rules: RetryRules,
  now: () => Instant,
): Promise<Tried> {
  const { uncertainSince } = message;
  if (uncertainSince !== undefined) {
    const earlier = await findEarlier(message, uncertainSince, provider, rules, now);
    if (earlier !== undefined) return earlier;
  }
  if (message.cancelWanted) return ended(message, 'cancelled', 'cancelled', 'not wanted any more');
  if (now() >= deadlineOf(message, rules)) return ended(message, 'too-late', 'failed', 'too late to send it');
  return send(message, provider, rules, now);
}

/** What a message that a worker did not come to is left as. */
export function untried(message: TakenMessage): MessageOutcome {
  return {
    ...blankOf(message),
    state: 'queued',
    nextAt: message.sendAt,
    uncertainSince: message.uncertainSince,
  };
}

/** When a provider is asked again about a message that it took; `undefined` when it will not know it by then. */
export function nextAskAt(sentAt: Instant, now: Instant, reportsMs: number): Instant | undefined {
  const at = now + Math.min(ASK_MOST_MS, Math.max(ASK_FIRST_MS, now - sentAt));
  return at < sentAt + reportsMs ? at : undefined;
}

/** `undefined` when the message was surely not sent. */
async function findEarlier(
  message: TakenMessage,
  since: Instant,
  provider: SmsProvider,
  rules: RetryRules,
  now: () => Instant,
): Promise<Tried | undefined> {
  const lost = (why: string) => ended(message, 'lost', 'failed', `it may have been sent: ${why}`);
  if (message.provider !== provider.name) return lost(`${message.provider} is not asked any more`);
  const found = await provider.find(message.id);
  if (found.outcome === 'found') {
    return taken(message, 'found', { ...found, cost: undefined }, provider, now());
  }
  if (found.outcome === 'absent') {
    return now() - since < provider.remembersMs ? undefined : lost('asked too late');
  }
  if (now() >= deadlineOf(message, rules)) return { ...lost(found.reason), isAway: true };
  return again(message, rules, now(), since, found.reason);
}

async function send(
  message: TakenMessage,
  provider: SmsProvider,
  rules: RetryRules,
  now: () => Instant,
): Promise<Tried> {
  const { id, mobile, text } = message;
  const sentAt = now();
  const answer = await provider.send({ localId: id, mobile, text });
  if (answer.outcome === 'accepted') return taken(message, 'accepted', answer, provider, now());
  if (answer.outcome === 'unknown') return again(message, rules, now(), sentAt, answer.reason);
  if (answer.final) return ended(message, 'refused', 'failed', answer.reason);
  return again(message, rules, now(), undefined, answer.reason);
}

function taken(
  message: TakenMessage,
  end: TryEnd,
  {
    providerId,
    cost,
    delivery,
  }: Pick<MessageOutcome, 'providerId' | 'cost'> & { readonly delivery: Delivery },
  provider: SmsProvider,
  now: Instant,
): Tried {
  const nextAt = delivery === 'sent' ? nextAskAt(now, now, provider.reportsMs) : undefined;
  return {
    end: delivery === 'blocked' ? 'blocked' : end,
    outcome: { ...blankOf(message), state: delivery, providerId, cost, nextAt },
    isAway: false,
  };
}

function again(
  message: TakenMessage,
  rules: RetryRules,
  now: Instant,
  uncertainSince: Instant | undefined,
  reason: string,
): Tried {
  const doublings = Math.min(message.attempt - 1, 30);
  const pause = Math.min(rules.retryMostMs, rules.retryFirstMs * 2 ** doublings);
  const nextAt = now + pause;
  return {
    end: 'waiting',
    outcome: { ...blankOf(message), state: 'queued', nextAt, uncertainSince, reason },
    isAway: true,
  };
}

function ended(message: TakenMessage, end: TryEnd, state: 'failed' | 'cancelled', reason: string): Tried {
  return { end, outcome: { ...blankOf(message), state, reason }, isAway: false };
}

function blankOf({ id, attempt }: TakenMessage): Omit<MessageOutcome, 'state'> {
  return {
    ...{ id, attempt, providerId: '', reason: '' },
    ...{ cost: undefined, nextAt: undefined, uncertainSince: undefined },
  };
}

function deadlineOf({ sendAt, notAfter }: TakenMessage, { giveUpAfterMs }: RetryRules): Instant {
  return Math.min(notAfter, sendAt + giveUpAfterMs);
}
