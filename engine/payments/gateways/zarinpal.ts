import type { Rial } from '../../values/rial.ts';
import { ZERO_RIAL } from '../../values/rial.ts';
import type {
  CallbackClaim,
  GatewayAttempt,
  GatewayPayment,
  PaymentGateway,
  Requested,
  Reversed,
  Verified,
} from '../gateway.ts';
import {
  cardIn,
  integerIn,
  type JsonObject,
  localMobile,
  objectIn,
  postJson,
  referenceIn,
  rialIn,
  textIn,
} from './json-answer.ts';

/** Where Zarinpal answers. */
export const ZARINPAL_URL = 'https://payment.zarinpal.com';
/** Its sandbox, which takes any merchant id of 36 characters and moves no money. */
export const ZARINPAL_SANDBOX_URL = 'https://sandbox.zarinpal.com';

/** What an account at Zarinpal needs. */
export interface ZarinpalSettings {
  /** `ZARINPAL_URL` when it is left out. */
  readonly baseUrl?: string;
  /** 36 characters, from the merchant's panel. */
  readonly merchantId: string;
  /** How long one call is waited for; `GATEWAY_TIMEOUT_MS` when it is left out. */
  readonly timeoutMs?: number;
}

/** A payment that Zarinpal holds and nobody has verified; unless somebody does, it goes back to the payer. */
export interface UnverifiedPayment {
  readonly token: string;
  readonly amount: Rial;
}

/** Zarinpal, which also lists what was paid and not verified. */
export interface Zarinpal extends PaymentGateway {
  /** The last 100 at most; a text says why there is no list. */
  unverified(): Promise<readonly UnverifiedPayment[] | string>;
}

/** Longest description that is sent. That Zarinpal takes 500 characters is not verified; a cut text harms nobody. */
const DESCRIPTION_LENGTH = 255;

/** Authorities have 36 characters: A and, in the sandbox, S with digits and letters behind it. */
const AUTHORITY = /^[A-Za-z0-9]{8,64}$/;

/**
 * Codes that are told apart (list of errors in the documentation). All others say nothing of the payment: -9 the call is
 * not valid, -10 wrong merchant or address, -11 not active, -12 too many calls, -15 suspended; or they contradict our own
 * row, and a person has to look at it: -53 not this merchant's, -54 no such authority.
 */
const CODE = { done: 100, doneBefore: 101, otherAmount: -50, notPaid: -51, notReversible: -61 } as const;

/** What became of a call: the gateway's code with the members beside it, or why there is none. */
type Answer = { readonly code: number; readonly data: JsonObject; readonly message: string } | string;

/**
 * Zarinpal's payment gateway, REST v4 (zarinpal.com/docs/paymentGateway; product line G02). Amounts are Rial: every
 * request says `IRR`, and `verify` compares its amount with that of the request itself (-50), so a verified payment was
 * paid with our row's amount. That -51 comes with status 422, and that `inquiry` goes on saying IN_BANK after the payer
 * turned back in the sandbox, is told by other people's programs, not by the documentation.
 */
export function createZarinpal(settings: ZarinpalSettings): Zarinpal {
  const { baseUrl = ZARINPAL_URL, merchantId, timeoutMs } = settings;
  const call = (method: string, members: JsonObject) =>
    ask(`${baseUrl}/pg/v4/payment/${method}.json`, { merchant_id: merchantId, ...members }, timeoutMs);
  const verify = async (attempt: GatewayAttempt): Promise<Verified> => {
    const { token: authority, amount, fields } = attempt;
    const answer = await call('verify', { authority, amount });
    const verified = readVerified(answer, attempt.amount);
    const isOpen = verified.outcome === 'not-paid' && verified.code === String(CODE.notPaid);
    if (!isOpen) return verified;
    // It says this of a payer at the bank, too.
    return afterRefusal(await call('inquiry', { authority }), verified, fields.Status === 'NOK');
  };
  return {
    name: 'zarinpal',
    request: async (payment) => readRequested(await call('request', requestOf(payment)), baseUrl),
    readCallback,
    verify,
    async inquire(attempt) {
      const answer = await call('inquiry', { authority: attempt.token });
      return readState(answer) ?? verify(attempt);
    },
    async reverse({ token: authority }) {
      const reversed = readReversed(await call('reverse', { authority }));
      // The same code for what is not paid and for what went back before.
      if (reversed.outcome !== 'refused' || reversed.code !== String(CODE.notReversible)) return reversed;
      return stateOf(await call('inquiry', { authority })) === 'REVERSED'
        ? { outcome: 'reversed' }
        : reversed;
    },
    unverified: async () => readUnverified(await call('unVerified', {})),
  };
}

function requestOf({ id, amount, description, callbackUrl, mobile }: GatewayPayment): JsonObject {
  return {
    amount,
    currency: 'IRR',
    description: description.slice(0, DESCRIPTION_LENGTH).toWellFormed(),
    callback_url: callbackUrl,
    metadata: { mobile: localMobile(mobile), order_id: String(id) },
  };
}

/** Answers hold `data` with the code, or `errors` with one; the other is then an empty list. */
async function ask(url: string, body: JsonObject, timeoutMs: number | undefined): Promise<Answer> {
  const answer = await postJson({ url, body, timeoutMs });
  if (typeof answer === 'string') return answer;
  const [data, errors] = [objectIn(answer.data), objectIn(answer.errors)];
  const error = integerIn(errors.code);
  const code = error ?? integerIn(data.code);
  if (code === undefined) return 'an answer without a code';
  return { code, data, message: textIn(error === undefined ? data.message : errors.message) };
}

function readRequested(answer: Answer, baseUrl: string): Requested {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const { code, data, message } = answer;
  if (code !== CODE.done) return { outcome: 'refused', code: String(code), reason: message };
  const { authority } = data;
  if (typeof authority !== 'string' || !AUTHORITY.test(authority)) {
    return { outcome: 'unknown', reason: 'an answer without an authority' };
  }
  const url = `${baseUrl}/pg/StartPay/${authority}`;
  return { outcome: 'redirect', token: authority, redirect: { method: 'GET', url, fields: {} } };
}

function readCallback(parameters: Readonly<Record<string, string>>): CallbackClaim | undefined {
  const { Authority: token, Status } = parameters;
  if (token === undefined || !AUTHORITY.test(token) || Status === undefined) return undefined;
  const fields = { Status: Status === 'OK' ? 'OK' : 'NOK' };
  return { token, claim: Status === 'OK' ? 'paid' : 'cancelled', fields };
}

function readVerified(answer: Answer, amount: Rial): Verified {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const { code, data, message } = answer;
  if (code === CODE.done || code === CODE.doneBefore) {
    const reference = referenceIn(data.ref_id);
    if (reference === undefined) return { outcome: 'unknown', reason: `code ${code} without a ref_id` };
    return { outcome: 'paid', reference, amount, card: cardIn(data.card_pan), fee: feeIn(data) };
  }
  const refusal = { code: String(code), reason: message };
  if (code === CODE.otherAmount || code === CODE.notPaid) return { outcome: 'not-paid', ...refusal };
  return { outcome: 'unknown', reason: `code ${code}: ${message}` };
}

/** The fee when the merchant bears it. That it is in the currency of the request is not verified. */
function feeIn({ fee, fee_type: bornBy }: JsonObject): Rial | undefined {
  return bornBy === 'Payer' ? ZERO_RIAL : rialIn(fee);
}

/** VERIFIED, PAID (and not verified), IN_BANK, FAILED, REVERSED; `undefined` when the answer is none of these. */
function stateOf(answer: Answer): string | undefined {
  return typeof answer === 'string' || answer.code !== CODE.done ? undefined : textIn(answer.data.status);
}

/** What the state of an attempt says of it; `undefined` when only `verify` can say it. */
function readState(answer: Answer): Verified | undefined {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const state = stateOf(answer);
  if (state === 'VERIFIED' || state === 'PAID') return undefined;
  if (state === 'IN_BANK') return { outcome: 'pending', code: state, reason: 'the payer is at the bank' };
  if (state === 'FAILED' || state === 'REVERSED') return { outcome: 'not-paid', code: state, reason: '' };
  return { outcome: 'unknown', reason: `code ${answer.code}, state ${state ?? ''}: ${answer.message}` };
}

/**
 * `verify` said that nothing is paid: final when the state says so as well, or when the payer came back from the bank
 * without having paid. Whoever pays after that gets the money back, for nobody verifies it.
 */
function afterRefusal(inquiry: Answer, refusal: Verified, cameBack: boolean): Verified {
  const state = stateOf(inquiry);
  if (state === 'FAILED' || state === 'REVERSED' || (state === 'IN_BANK' && cameBack)) return refusal;
  return {
    outcome: 'pending',
    code: String(CODE.notPaid),
    reason: `not paid yet, state ${state ?? 'unknown'}`,
  };
}

/** -60 the bank cannot, -61 not paid or reversed before, -62 our address is not registered, -63 after 30 minutes. */
function readReversed(answer: Answer): Reversed {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const { code, message } = answer;
  return code === CODE.done
    ? { outcome: 'reversed' }
    : { outcome: 'refused', code: String(code), reason: message };
}

function readUnverified(answer: Answer): readonly UnverifiedPayment[] | string {
  if (typeof answer === 'string') return answer;
  const { code, data, message } = answer;
  if (code !== CODE.done) return `code ${code}: ${message}`;
  if (!Array.isArray(data.authorities)) return 'an answer without a list';
  return data.authorities.flatMap((entry: unknown) => {
    const { authority, amount } = objectIn(entry);
    const paid = rialIn(amount);
    return typeof authority === 'string' && paid !== undefined ? [{ token: authority, amount: paid }] : [];
  });
}
