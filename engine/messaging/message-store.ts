import type { Instant } from '../values/instant.ts';
import type { Rial } from '../values/rial.ts';
import type { MessageDraft, MessageState, MessageView } from './message.ts';
import type { Delivery } from './sms-provider.ts';

/** A message that a worker has until its lease ends. */
export interface TakenMessage {
  readonly id: number;
  /** Tells this taking from others of the same message. */
  readonly attempt: number;
  readonly mobile: string;
  readonly text: string;
  readonly sendAt: Instant;
  readonly notAfter: Instant;
  /** Where it may have been sent already, else the provider of this taking. */
  readonly provider: string;
  /** Since when it may have been sent without our knowing; `undefined` when it certainly was not. */
  readonly uncertainSince: Instant | undefined;
  /** Nobody wants it any more: it is not sent again. */
  readonly cancelWanted: boolean;
}

/** What became of a message that was taken. */
export interface MessageOutcome extends Pick<TakenMessage, 'id' | 'attempt' | 'uncertainSince'> {
  /** `queued`: it is to be tried again. */
  readonly state: Exclude<MessageState, 'sending'>;
  /** '' when no provider took it. */
  readonly providerId: string;
  readonly cost: Rial | undefined;
  readonly reason: string;
  /** When it is tried again, or asked about; `undefined` for never. */
  readonly nextAt: Instant | undefined;
}

/** A message that a provider took and of which no end is known. */
export interface SentMessage {
  readonly id: number;
  readonly providerId: string;
  readonly sentAt: Instant;
}

/** What a provider said of a message that it took; `nextAt` is when it is asked again, `undefined` for never. */
export interface DeliveryNote {
  readonly id: number;
  readonly state: Delivery;
  readonly nextAt: Instant | undefined;
}

/** Messages of a customer, and how many there are on all pages. */
export interface MessagePage {
  readonly total: number;
  readonly messages: readonly MessageView[];
}

/** Which of a customer's messages are wanted. */
export interface MessageFilter {
  readonly limit: number;
  /** Messages that are left out at the beginning. */
  readonly offset: number;
  /** Only those that a provider took and did not fail to deliver: what the customer may have seen. */
  readonly receivedOnly: boolean;
}

/** Which messages of all customers are wanted. */
export interface NewestFilter {
  readonly state?: MessageState | undefined;
  readonly limit: number;
  /** Only those with a lower number: the last one of the page before. */
  readonly before?: number | undefined;
}

/** What workers need of the messages. Every call rejects when the database does not answer. */
export interface MessageWork {
  /**
   * Up to `limit` messages that are due, for this worker alone until the lease ends; after that anybody may take those of
   * which `done` was not told, and they may have been sent. One that may have been sent by another provider is given to
   * its own alone, until it is too late for it.
   */
  take(limit: number, provider: string, now: Instant, leaseSeconds: number): Promise<readonly TakenMessage[]>;
  /** Notes outcomes; resolves to how many. One whose lease ended and that was taken again is left as it is. */
  done(outcomes: readonly MessageOutcome[], now: Instant): Promise<number>;
  /** Up to `limit` sent messages that the provider is to be asked about, for this worker alone until the lease ends. */
  takeSent(
    limit: number,
    provider: string,
    now: Instant,
    leaseSeconds: number,
  ): Promise<readonly SentMessage[]>;
  /** Notes what was heard of sent messages. */
  noteDeliveries(notes: readonly DeliveryNote[], now: Instant): Promise<void>;
}

/** What is told of volumes that are used up (product line R02). Every call rejects when the database does not answer. */
export interface VolumeWork {
  /**
   * Looks at up to `limit` lines that have used some more of a volume, and queues what their customers are to be told; the
   * number that was looked at. Each message comes once for a volume, and again for the next one; several may call it.
   * Rejects with `WorkFailed` when some cannot be told, once all others are; those are looked at after what came later.
   */
  tell(now: Instant, limit: number): Promise<number>;
}

/** The messages. Every call rejects when the database does not answer. */
export interface MessageStore extends MessageWork {
  /** Stores messages; the keys of those that were not there yet. */
  queue(drafts: readonly MessageDraft[], now: Instant): Promise<ReadonlySet<string>>;
  /**
   * Messages that are not wanted any more; how many of them are cancelled by that. One that is being sent, or may have been,
   * is at least not sent again. Their keys stay taken.
   */
  cancel(dedupeKeys: readonly string[], now: Instant): Promise<number>;
  /** A customer's messages by the time they were for, newest first (product line P61). */
  ofCustomer(customer: number, filter: MessageFilter): Promise<MessagePage>;
  /** Messages of all customers, newest first. */
  newest(filter: NewestFilter): Promise<readonly MessageView[]>;
}

/** Whose the messages are. */
export interface MessageOwner {
  readonly messages: MessageStore;
}

/** Whose the volumes are. */
export interface VolumeOwner {
  readonly volumes: VolumeWork;
}
