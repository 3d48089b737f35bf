import type { Rial } from '../values/rial.ts';

/** A payment that is to be asked for at a gateway. */
export interface GatewayPayment {
  /** Our number of the attempt: unique, whole, never used again; what gateways call the order or invoice number. */
  readonly id: number;
  readonly amount: Rial;
  /** For the payer, on the bank's page. */
  readonly description: string;
  /** Absolute address that the payer's browser is sent back to. */
  readonly callbackUrl: string;
  /** E.164, '' when it is not known. */
  readonly mobile: string;
}

/** Where the payer's browser goes next: an address to open, or a form to post to it. */
export interface Redirect {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Fields of the form; none for GET, whose `url` is complete. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a gateway said to a new payment. */
export type Requested =
  | {
      readonly outcome: 'redirect';
      /** What the gateway calls the payment; unique at that gateway. */
      readonly token: string;
      readonly redirect: Redirect;
    }
  /** It said no; nobody can pay this attempt. `code` is the gateway's own. */
  | { readonly outcome: 'refused'; readonly code: string; readonly reason: string }
  /** It did not answer, or nothing that can be read. Nobody was sent to it, so nobody can pay this attempt either. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/**
 * What a callback claims. Never believed: it only says which attempt to ask the gateway about. `token` or `paymentId`
 * names that; `fields` are kept with the attempt as far as `verify` needs them (such as the reference of the bank).
 */
export interface CallbackClaim {
  readonly token?: string;
  readonly paymentId?: number;
  /** `cancelled`: the payer turned back. Also then the gateway is asked. */
  readonly claim: 'paid' | 'cancelled' | 'failed';
  readonly fields: Readonly<Record<string, string>>;
}

/** An attempt as we know it when the gateway is asked about it. */
export interface GatewayAttempt {
  readonly id: number;
  readonly amount: Rial;
  /** As `Requested` gave it. */
  readonly token: string;
  /** As `CallbackClaim` gave them; none when the payer never came back. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What the gateway says of an attempt, asked server to server. */
export type Verified =
  | {
      readonly outcome: 'paid';
      /** What the bank calls the payment (RRN, ref_id, RefNum): unique at the gateway. */
      readonly reference: string;
      /** What was paid: compared with the attempt by who asked. */
      readonly amount: Rial;
      /** Six first and four last digits of the card with stars between them, '' when it is not told (V06). */
      readonly card: string;
      /** What the gateway keeps of it, `undefined` when it does not say. */
      readonly fee: Rial | undefined;
    }
  /** Final: nothing was paid, or it went back to the payer. */
  | { readonly outcome: 'not-paid'; readonly code: string; readonly reason: string }
  /** Nothing final: the payer may still be at the bank. */
  | { readonly outcome: 'pending'; readonly code: string; readonly reason: string }
  /** It did not answer, or nothing that can be read: money may have moved. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** Whether a payment was sent back to the payer. */
export type Reversed =
  | { readonly outcome: 'reversed' }
  | { readonly outcome: 'refused'; readonly code: string; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

/**
 * One acquiring bank or payment company «بانک پذیرنده» (product lines G01 to G06). Adapters know its protocol and
 * nothing else: no store, no order. No method rejects because of the gateway or the network: that is `unknown`.
 */
export interface PaymentGateway {
  /** Name in settings, addresses and the ledger's account `gateway:NAME`: a-z, 0-9 and hyphens. */
  readonly name: string;
  /** Asks for a payment; nothing is charged by that. */
  request(payment: GatewayPayment): Promise<Requested>;
  /** Reads the parameters of a callback, from the query or the form; `undefined` when they are not this gateway's. */
  readCallback(parameters: Readonly<Record<string, string>>): CallbackClaim | undefined;
  /**
   * Asks whether the attempt is paid, and settles it where the gateway wants that. May be repeated: a payment that was
   * verified before is `paid` again, with the same reference.
   */
  verify(attempt: GatewayAttempt): Promise<Verified>;
  /** As `verify`, for an attempt whose payer never came back: with what the gateway has for that. Settles, too. */
  inquire(attempt: GatewayAttempt): Promise<Verified>;
  /** Sends a paid attempt back to the payer, where the gateway can do that. */
  reverse(attempt: GatewayAttempt): Promise<Reversed>;
}
