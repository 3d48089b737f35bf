import type {
  CallbackClaim,
  GatewayAttempt,
  GatewayPayment,
  PaymentGateway,
  Requested,
  Verified,
} from '../gateway.ts';
import {
  cardIn,
  integerIn,
  type JsonObject,
  localMobile,
  postJson,
  referenceIn,
  rialIn,
  textIn,
} from './json-answer.ts';

/** Where Zibal answers, also for its test merchant: there is no other address. */
const ZIBAL_URL = 'https://gateway.zibal.ir';
/** With this merchant no money moves. */
export const ZIBAL_TEST_MERCHANT = 'zibal';

/** What an account at Zibal needs. */
export interface ZibalSettings {
  /** Zibal's own when it is left out. */
  readonly baseUrl?: string;
  readonly merchant: string;
  /** How long one call is waited for; `GATEWAY_TIMEOUT_MS` when it is left out. */
  readonly timeoutMs?: number;
}

/** Least amount in Rial; below it Zibal answers 105. */
const LEAST_AMOUNT = 1_000;

/** Longest description that is sent; Zibal's own limit is not verified. */
const DESCRIPTION_LENGTH = 255;

/** `result` of all calls (help.zibal.ir/IPG/API). 102 to 104 are of the merchant, 105, 106 and 113 of a request. */
const RESULT = { done: 100, tooLittle: 105, doneBefore: 201, notPaid: 202 } as const;

/** `status` of a payment: -1 at the bank, -2 failed inside Zibal, 1 paid and verified, 2 paid and not verified. */
const STATUS = { atTheBank: -1, verified: 1, unverified: 2, cancelled: 3 } as const;

/**
 * Final: turned back, wrong card, too little money, wrong PIN, too many tries, limits of a day, issuer, switch, card out
 * of reach; 15 refunded, 18 reversed. Not among them: 16, a refund that is under way.
 */
const NOT_PAID: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 18];

type Answer = { readonly result: number; readonly body: JsonObject; readonly message: string } | string;

/**
 * Zibal's payment gateway (help.zibal.ir/IPG/API as drivers of others use it, zibalco/gateway-php-sample; product line
 * G06). It cannot send payments back: its refunds are another service with an account of its own, which was not verified.
 */
export function createZibal(settings: ZibalSettings): PaymentGateway {
  const { baseUrl = ZIBAL_URL, merchant, timeoutMs } = settings;
  const call = (method: string, members: JsonObject) =>
    ask(`${baseUrl}/v1/${method}`, { merchant, ...members }, timeoutMs);
  const trackOf = ({ token }: GatewayAttempt) => ({ trackId: Number(token) });
  const inquire = async (attempt: GatewayAttempt) =>
    readState(await call('inquiry', trackOf(attempt)), attempt);
  const verify = async (attempt: GatewayAttempt): Promise<Verified> => {
    const answer = await call('verify', trackOf(attempt));
    if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
    if (answer.result === RESULT.done) return readPaid(answer.body, attempt);
    // Neither of them tells more: what was verified before has no details, what is not paid may still be.
    if (answer.result === RESULT.doneBefore || answer.result === RESULT.notPaid) {
      return (await inquire(attempt)) ?? stillUnverified();
    }
    return unreadable(answer);
  };
  return {
    name: 'zibal',
    request: async (payment) =>
      payment.amount < LEAST_AMOUNT
        ? { outcome: 'refused', code: String(RESULT.tooLittle), reason: `less than ${LEAST_AMOUNT} Rial` }
        : readRequested(await call('request', requestOf(payment)), baseUrl),
    readCallback,
    verify,
    inquire: async (attempt) => (await inquire(attempt)) ?? verify(attempt),
    reverse: async () => ({
      outcome: 'refused',
      code: 'not-supported',
      reason: 'Zibal sends payments back from its own panel',
    }),
  };
}

function requestOf({ id, amount, description, callbackUrl, mobile }: GatewayPayment): JsonObject {
  return {
    amount,
    callbackUrl,
    description: description.slice(0, DESCRIPTION_LENGTH).toWellFormed(),
    orderId: String(id),
    mobile: localMobile(mobile),
  };
}

async function ask(url: string, members: JsonObject, timeoutMs: number | undefined): Promise<Answer> {
  const body = await postJson({ url, body: members, timeoutMs });
  if (typeof body === 'string') return body;
  const result = integerIn(body.result);
  return result === undefined
    ? 'an answer without a result'
    : { result, body, message: textIn(body.message) };
}

function readRequested(answer: Answer, baseUrl: string): Requested {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const { result, body, message } = answer;
  if (result !== RESULT.done) return { outcome: 'refused', code: String(result), reason: message };
  const token = referenceIn(body.trackId);
  if (token === undefined) return { outcome: 'unknown', reason: 'an answer without a trackId' };
  return {
    outcome: 'redirect',
    token,
    redirect: { method: 'GET', url: `${baseUrl}/start/${token}`, fields: {} },
  };
}

/** `?success=1&status=2&trackId=9900&orderId=1`; status 3 is the payer who turned back. */
function readCallback(parameters: Readonly<Record<string, string>>): CallbackClaim | undefined {
  const { trackId, success, status } = parameters;
  const token = referenceIn(trackId);
  if (token === undefined || success === undefined) return undefined;
  if (success === '1') return { token, claim: 'paid', fields: {} };
  return { token, claim: status === String(STATUS.cancelled) ? 'cancelled' : 'failed', fields: {} };
}

/** What `inquiry` says; `undefined` for a payment that is paid and waits for `verify`. */
function readState(answer: Answer, attempt: GatewayAttempt): Verified | undefined {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const { result, body } = answer;
  const status = integerIn(body.status);
  if (result !== RESULT.done || status === undefined) return unreadable(answer);
  if (status === STATUS.verified) return readPaid(body, attempt);
  if (status === STATUS.unverified) return undefined;
  const said = { code: String(status), reason: textIn(body.message) };
  return { outcome: NOT_PAID.includes(status) ? 'not-paid' : 'pending', ...said };
}

/** A payment that is paid and verified. `refNumber` is the bank's; the drivers of others let it be missing. */
function readPaid(body: JsonObject, attempt: GatewayAttempt): Verified {
  const reference = referenceIn(body.refNumber);
  const amount = rialIn(body.amount);
  if (reference === undefined || amount === undefined) {
    return { outcome: 'unknown', reason: 'paid, without refNumber or amount' };
  }
  const order = integerIn(body.orderId);
  if (order !== undefined && order !== attempt.id) {
    return { outcome: 'unknown', reason: `paid, but for order ${order}` };
  }
  return { outcome: 'paid', reference, amount, card: cardIn(body.cardNumber), fee: rialIn(body.wage) };
}

/** `verify` refused what `inquiry` calls paid a moment later: the next time will tell. */
function stillUnverified(): Verified {
  return { outcome: 'pending', code: String(STATUS.unverified), reason: 'paid after it was asked for' };
}

/** 102 to 104 are of the merchant and 203 (no such trackId) contradicts our own row: a person has to look at it. */
function unreadable(answer: Exclude<Answer, string>): Verified {
  return { outcome: 'unknown', reason: `result ${answer.result}: ${answer.message}` };
}
