import type { Instant } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import type { Rial } from '../values/rial.ts';

/** What a message is about and the figures in it; its kind is the reason that subscribers are shown (product line P61). */
export type MessageContent =
  /** Some days before a service ends (product line P62). */
  | {
      readonly kind: 'service-ends-in-days';
      readonly params: { readonly days: number; readonly endsAt: Instant };
    }
  | { readonly kind: 'service-ends-today'; readonly params: { readonly endsAt: Instant } }
  /** The day after the end, when the line is in the collection list (product line P25). */
  | { readonly kind: 'collection-list'; readonly params: { readonly since: Instant } }
  | {
      readonly kind: 'purchase-applied';
      /** `item` is the name of the service or volume; `until` is null when it has no end. */
      readonly params: { readonly item: string; readonly until: Instant | null };
    }
  | {
      readonly kind: 'payment-credited';
      /** `reference` is what the bank calls the payment. */
      readonly params: { readonly amount: Rial; readonly reference: string };
    }
  | {
      readonly kind: 'document-rejected';
      /** `document` is its name; by `deadline` a valid one has to be approved (product line P22). */
      readonly params: { readonly document: string; readonly deadline: Instant };
    }
  /** No valid document was approved in time, and the line was suspended. */
  | { readonly kind: 'document-suspended'; readonly params: Readonly<Record<string, never>> }
  | {
      readonly kind: 'bill-issued';
      readonly params: { readonly number: string; readonly amount: Rial; readonly dueAt: Instant };
    }
  | { readonly kind: 'free-charge'; readonly params: { readonly octets: Octets; readonly until: Instant } }
  /** 85 % of the volume is used. */
  | { readonly kind: 'volume-85'; readonly params: { readonly left: Octets } }
  /** Nothing is left; what the plan does then. */
  | { readonly kind: 'volume-ended'; readonly params: { readonly effect: 'slowed' | 'stopped' } };

/** The reason of a message. */
export type MessageKind = MessageContent['kind'];

/** Languages that messages are written in. */
export type MessageLanguage = 'fa' | 'en';

/**
 * queued: not tried, or to be tried again. sending: a worker has it. sent: the provider took it. delivered: it is on the
 * phone. failed: it is not, for good. blocked: the number takes no such messages. cancelled: there was no reason left.
 */
export type MessageState = 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'blocked' | 'cancelled';

/** Who gets a message. */
export interface Recipient {
  /** Number of the customer. */
  readonly customer: number;
  /** The line that it is about, '' for none. */
  readonly username: string;
  /** E.164, as `readMobile` gives it. */
  readonly mobile: string;
}

/** Whether a message to somebody can be stored: the number is one of E.164, as table `message` wants it. */
export function isReachable({ mobile }: Pick<Recipient, 'mobile'>): boolean {
  return /^\+[1-9]\d{6,14}$/.test(mobile);
}

/** A message that is to be stored, in words. */
export interface MessageDraft extends Recipient {
  /** One message is stored under a key, whatever comes later under the same (product line X07). */
  readonly dedupeKey: string;
  readonly content: MessageContent;
  readonly language: MessageLanguage;
  readonly text: string;
  /** Parts that it is charged as (`smsParts`). */
  readonly parts: number;
  /** Whose name is under the text, as subscribers are shown it «نام ارسالی». */
  readonly senderName: string;
  readonly sendAt: Instant;
  /** From then on it is not sent any more: its words would be wrong. */
  readonly notAfter: Instant;
}

/** A message as it stands, for people to look at. */
export interface MessageView extends MessageDraft {
  /** Unique; what the provider knows it by, too. */
  readonly id: number;
  readonly state: MessageState;
  /** Name of the provider that tried it last, '' before. */
  readonly provider: string;
  /** What the provider calls it, '' when it did not take it. */
  readonly providerId: string;
  /** What the provider takes for it, `undefined` when it does not say. */
  readonly cost: Rial | undefined;
  /** How often a worker took it. */
  readonly attempts: number;
  /** Why it was not sent, or not the last time; '' when nothing is wrong. */
  readonly reason: string;
  readonly queuedAt: Instant;
  readonly sentAt: Instant | undefined;
  /** When it was delivered, or given up. */
  readonly endedAt: Instant | undefined;
}

/** The key of a message that is sent once per subject and kind; `subject` is the order, document, bill or payment. */
export function messageKey(content: MessageContent, subject: string): string {
  const days = content.kind === 'service-ends-in-days' ? `-${content.params.days}` : '';
  return `${content.kind}${days}:${subject}`;
}
