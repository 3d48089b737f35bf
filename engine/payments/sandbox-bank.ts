import { maskCard } from '../values/bank-number.ts';
import { type Instant, MINUTE_MS } from '../values/instant.ts';
import type { Rial } from '../values/rial.ts';

/** `waiting` for the payer; `paid` and not yet `verified` by the merchant; the last four are final. */
export type SandboxState = 'waiting' | 'paid' | 'verified' | 'failed' | 'cancelled' | 'reversed';

/** A payment at the sandbox bank, where no money moves. */
export interface SandboxPayment {
  /** 32 hexadecimal digits; unguessable: whoever knows it may pay or turn back. */
  readonly token: string;
  /** The merchant's number of the attempt. */
  readonly paymentId: number;
  readonly amount: Rial;
  readonly description: string;
  readonly callbackUrl: string;
  readonly state: SandboxState;
  /** What the bank calls a payment that was paid, '' before. */
  readonly reference: string;
  /** The card, masked; '' before it is paid. */
  readonly card: string;
  readonly openedAt: Instant;
}

/** What the payer does. `card` has 16 digits; only its mask is kept. */
export type SandboxDecision =
  | { readonly kind: 'pay'; readonly card: string }
  | { readonly kind: 'fail' }
  | { readonly kind: 'cancel' };

/** What happens to a payment: the payer decides, the merchant verifies or sends it back. */
export type SandboxEvent = SandboxDecision | { readonly kind: 'verify' } | { readonly kind: 'reverse' };

/** What is opened: a payment of the merchant. */
export type SandboxOrder = Pick<SandboxPayment, 'paymentId' | 'amount' | 'description' | 'callbackUrl'>;

/** Keeps the payments of the sandbox bank. */
export interface SandboxBankStore {
  /** `false` when there is a payment of this `paymentId` or token; nothing is stored then. */
  insert(payment: SandboxPayment): Promise<boolean>;
  find(token: string): Promise<SandboxPayment | undefined>;
  /** Writes state, reference and card while the payment is still in state `from`; `false` when it is not any more. */
  replace(from: SandboxState, payment: SandboxPayment): Promise<boolean>;
}

/** Whose the book of the sandbox bank is. */
export interface SandboxBankOwner {
  readonly sandboxBank: SandboxBankStore;
}

/** The bank as its page and its gateway use it. All reject when the store does. */
export interface SandboxBank {
  /** `undefined` when the merchant had asked for a payment of this number before. */
  open(order: SandboxOrder): Promise<SandboxPayment | undefined>;
  find(token: string): Promise<SandboxPayment | undefined>;
  /** The payment after the event, as it was where the event means nothing to it; `undefined` when there is none. */
  happen(token: string, event: SandboxEvent): Promise<SandboxPayment | undefined>;
  /** What the payer's browser brings back to the merchant, in the query or in a form. */
  callbackFields(payment: SandboxPayment): Readonly<Record<'sandboxToken' | 'status', string>>;
}

/** How long a payer has; afterwards the payment has failed. */
const WAITING_MS = 15 * MINUTE_MS;

/** First reference less the number of the payment: references have twelve digits, like a bank's RRN. */
const REFERENCE_BASE = 900_000_000_000;

/** Octets of a token. */
const TOKEN_OCTETS = 16;

const STEPS: Readonly<Record<SandboxState, Partial<Readonly<Record<SandboxEvent['kind'], SandboxState>>>>> = {
  waiting: { pay: 'paid', fail: 'failed', cancel: 'cancelled' },
  paid: { verify: 'verified', reverse: 'reversed' },
  verified: { reverse: 'reversed' },
  failed: {},
  cancelled: {},
  reversed: {},
};

/** The payment at `now`: one that nobody decided in time has failed. */
export function atInstant(payment: SandboxPayment, now: Instant): SandboxPayment {
  const isOver = payment.state === 'waiting' && now - payment.openedAt >= WAITING_MS;
  return isOver ? { ...payment, state: 'failed' } : payment;
}

/** The payment after the event; the same object where the event means nothing to it. */
export function afterEvent(payment: SandboxPayment, event: SandboxEvent): SandboxPayment {
  const state = STEPS[payment.state][event.kind];
  if (state === undefined) return payment;
  if (event.kind !== 'pay') return { ...payment, state };
  return {
    ...payment,
    state,
    reference: String(REFERENCE_BASE + payment.paymentId),
    card: maskCard(event.card),
  };
}

/**
 * A bank over its store. Events compare and set the state, so that of two at a time one happens and the other sees it.
 * @param now the clock
 * @param randomOctets a cryptographic random source
 */
export function createSandboxBank(
  store: SandboxBankStore,
  now: () => Instant,
  randomOctets: (octets: number) => Uint8Array,
): SandboxBank {
  const find = async (token: string) => {
    const payment = await store.find(token);
    return payment === undefined ? undefined : atInstant(payment, now());
  };
  return {
    async open(order) {
      const token = Buffer.from(randomOctets(TOKEN_OCTETS)).toString('hex');
      const blank = { state: 'waiting', reference: '', card: '' } as const;
      const payment: SandboxPayment = { ...order, ...blank, token, openedAt: now() };
      return (await store.insert(payment)) ? payment : undefined;
    },
    find,
    async happen(token, event) {
      for (;;) {
        const before = await find(token);
        if (before === undefined) return undefined;
        const after = afterEvent(before, event);
        if (after === before || (await store.replace(before.state, after))) return after;
      }
    },
    callbackFields: ({ token, state }) => ({ sandboxToken: token, status: claimOf(state) }),
  };
}

function claimOf(state: SandboxState): 'paid' | 'cancelled' | 'failed' {
  if (state === 'paid' || state === 'verified') return 'paid';
  return state === 'cancelled' ? 'cancelled' : 'failed';
}
