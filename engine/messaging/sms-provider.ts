import type { Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';

/** A message as a provider gets it. */
export interface OutgoingSms {
  /** Our number of the message: whole, unique, never used for another one; what makes a repetition harmless. */
  readonly localId: number;
  /** E.164. */
  readonly mobile: string;
  readonly text: string;
}

/** How far a message has come that a provider took. `failed` and `blocked` are final, as `delivered` is. */
export type Delivery = 'sent' | 'delivered' | 'failed' | 'blocked';

/** What became of a message that a provider was given. */
export type SendOutcome =
  | {
      readonly outcome: 'accepted';
      /** What the provider calls it; unique at that provider. */
      readonly providerId: string;
      /** What the provider takes for it, `undefined` when it does not say. */
      readonly cost: Rial | undefined;
      readonly delivery: Delivery;
    }
  /**
   * It was not taken, and will not be sent. `final`: nor ever, because of its number or text; else because of something
   * that the house can change (credit, key, sender). `code` is the provider's own.
   */
  | { readonly outcome: 'refused'; readonly code: string; readonly reason: string; readonly final: boolean }
  /** No answer, or none that can be read: it may be on its way. `find` has to be asked before it is sent again. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** Whether a provider has a message. */
export type FindOutcome =
  | { readonly outcome: 'found'; readonly providerId: string; readonly delivery: Delivery }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'unknown'; readonly reason: string };

/**
 * Who brings messages to phones. Adapters know a provider's protocol and nothing else: no store, no clock. No method
 * rejects because of the provider or the network, and no reason holds a key.
 */
export interface SmsProvider {
  /** Name in settings and with each message: a-z, 0-9 and hyphens. */
  readonly name: string;
  /** How long `find` knows a message. After that, its `absent` proves nothing. */
  readonly remembersMs: number;
  /** How long `status` knows a message. */
  readonly reportsMs: number;
  send(message: OutgoingSms): Promise<SendOutcome>;
  /** Asks for a message whose fate is unknown by its local id. */
  find(localId: number): Promise<FindOutcome>;
  /**
   * How far messages have come, by what the provider calls them; those that it does not know are left out. At most 500 at
   * a time. The error says why there is no answer.
   */
  status(providerIds: readonly string[]): Promise<Result<ReadonlyMap<string, Delivery>, string>>;
}
