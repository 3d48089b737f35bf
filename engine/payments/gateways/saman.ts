import type { Rial } from '../../values/rial.ts';
import type {
  CallbackClaim,
  GatewayAttempt,
  GatewayPayment,
  PaymentGateway,
  Requested,
  Reversed,
  Verified,
} from '../gateway.ts';
import { cardIn, integerIn, type JsonObject, objectIn, postJson, rialIn } from './json-answer.ts';

/** Where Saman Electronic Payment answers. There is no public sandbox. */
const SAMAN_URL = 'https://sep.shaparak.ir';

/** What a terminal at Saman Electronic Payment (SEP) needs; instead of a password it knows our server's address. */
export interface SamanSettings {
  /** `https://sep.shaparak.ir` when it is left out; without a slash at its end. */
  readonly baseUrl?: string;
  /** Digits; the number of the terminal, not of the merchant. */
  readonly terminalId: string;
  /** How long one call is waited for; `GATEWAY_TIMEOUT_MS` when it is left out. */
  readonly timeoutMs?: number;
}

type Parameters = Readonly<Record<string, string>>;

/** ResultCodes of verify and reverse (document 4.1 §11); the others are told to people only. */
const RESULT = { done: 0, doneBefore: 2, wentBack: 5, notFound: -2, tooLate: -6 } as const;

/** States of a receipt (document 4.1 §7). */
const RECEIPT = { cancelled: 1, paid: 2, failed: 3 } as const;

/** Longest ResNum1, a note that the merchant's report shows. */
const NOTE_LENGTH = 50;

const TOKEN = /^[A-Za-z0-9+/=_-]{4,128}$/;
const REF_NUM = /^[A-Za-z0-9+/=_-]{1,128}$/;

/** ErrorCodes of token and receipt, ResultCodes of verify and reverse, for staff. */
const REASONS: Readonly<Record<string, string>> = {
  '-2': 'no such payment',
  '-6': 'not verified within 30 minutes: it went back to the payer',
  '-18': 'address of this server is not registered',
  '-104': 'terminal is not active',
  '-105': 'no such terminal',
  '-106': 'address of this server is not registered',
  '-111': 'form of the request is wrong',
  '2': 'asked before',
  '5': 'went back to the payer',
  '8': 'address of this server is not registered',
  '10': 'no such token',
  '11': 'terminal takes tokens only',
  '12': 'no such terminal',
  '20': 'terminal is not active',
  '404': 'no receipt: not paid, verified before, or older than an hour',
};

/** What the receipt of a token says. */
type Receipt =
  | { readonly refNum: string }
  | { readonly verdict: Extract<Verified, { outcome: 'not-paid' | 'pending' | 'unknown' }> };

/** Posts to one of the services behind `verifyTxnRandomSessionkey`. */
type Ask = (path: string, members: JsonObject) => Promise<JsonObject | string>;

/**
 * Saman Electronic Payment, SEP OnlinePG (product line G04), REST, after its merchant document 4.1 with what 3.6 says
 * otherwise. What was paid is named by RefNum, the «رسید دیجیتالی», which is the reference here: SEP confirms one as often
 * as it is asked, for whatever order, so that none is credited twice is up to who keeps the references.
 *
 * - Without a RefNum, or with one that SEP does not know, the receipt of our own token is asked: that tells it within an
 *   hour of the token and until the payment is verified. Older terminals may lack that service.
 * - `amount` is AffectiveAmount, which left the card; with SEP's discounts that is less than was asked for.
 */
export function createSaman(settings: SamanSettings): PaymentGateway {
  const { baseUrl = SAMAN_URL, terminalId, timeoutMs } = settings;
  const terminal = Number(terminalId);
  const ask: Ask = (path, members) => {
    const url = `${baseUrl}/verifyTxnRandomSessionkey/${path}`;
    return postJson({ url, body: { ...members, TerminalNumber: terminal }, timeoutMs });
  };
  const confirm = async (refNum: string): Promise<Verified> =>
    readVerified(await ask('ipg/VerifyTransaction', { RefNum: refNum }), refNum, terminal);
  const fromReceipt = async (attempt: GatewayAttempt): Promise<Verified> => {
    const receipt = await askReceipt(ask, attempt);
    return 'refNum' in receipt ? confirm(receipt.refNum) : receipt.verdict;
  };
  const verify = async (attempt: GatewayAttempt): Promise<Verified> => {
    const refNum = readRefNum(attempt.fields.RefNum);
    if (refNum === undefined) return fromReceipt(attempt);
    const verified = await confirm(refNum);
    // A forged callback may have brought the number; the token is our own.
    const isUnknown = verified.outcome === 'pending' && verified.code === String(RESULT.notFound);
    return isUnknown ? fromReceipt(attempt) : verified;
  };
  return {
    name: 'saman',
    async request(payment) {
      const body = requestOf(payment, terminalId);
      const answer = await postJson({ url: `${baseUrl}/onlinepg/onlinepg`, body, timeoutMs });
      return readRequested(answer, `${baseUrl}/OnlinePG/OnlinePG`);
    },
    readCallback,
    verify,
    inquire: verify,
    async reverse(attempt) {
      const told = readRefNum(attempt.fields.RefNum);
      const payment = told === undefined ? await askReceipt(ask, attempt) : { refNum: told };
      if ('refNum' in payment) {
        return readReversed(await ask('ipg/ReverseTransaction', { RefNum: payment.refNum }));
      }
      const { verdict } = payment;
      return verdict.outcome === 'unknown' ? verdict : { ...verdict, outcome: 'refused' };
    },
  };
}

function requestOf({ id, amount, description, callbackUrl, mobile }: GatewayPayment, terminalId: string) {
  const note = [...description.toWellFormed()].slice(0, NOTE_LENGTH).join('');
  return {
    action: 'token',
    TerminalId: terminalId,
    Amount: amount,
    ResNum: String(id),
    RedirectUrl: callbackUrl,
    // As in the document's example, 9120000000; with it the page offers the payer's cards.
    ...(/^\+989\d{9}$/.test(mobile) && { CellNumber: mobile.slice(3) }),
    ...(note !== '' && { ResNum1: note }),
  };
}

function readRequested(answer: JsonObject | string, url: string): Requested {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  if (integerIn(answer.status) !== 1) {
    const code = integerIn(answer.errorCode);
    return code === undefined
      ? { outcome: 'unknown', reason: 'an answer without status or errorCode' }
      : { outcome: 'refused', ...told(code) };
  }
  const { token } = answer;
  if (typeof token !== 'string' || !TOKEN.test(token)) {
    return { outcome: 'unknown', reason: 'an answer without a token' };
  }
  return { outcome: 'redirect', token, redirect: { method: 'POST', url, fields: { Token: token } } };
}

/** Token and RefNum since 4.1; before that also State, Status and ResNum, posted. */
function readCallback(parameters: Parameters): CallbackClaim | undefined {
  const { Token, ResNum = '', State, Status, RefNum } = parameters;
  const token = Token !== undefined && TOKEN.test(Token) ? Token : undefined;
  const paymentId = /^\d{1,16}$/.test(ResNum) ? Number(ResNum) : 0;
  const isOurs = Number.isSafeInteger(paymentId) && paymentId > 0;
  if (token === undefined && !isOurs) return undefined;
  const refNum = readRefNum(RefNum);
  return {
    ...(token !== undefined && { token }),
    ...(isOurs && { paymentId }),
    claim: claimOf(State, Status, refNum),
    fields: refNum === undefined ? {} : { RefNum: refNum },
  };
}

function claimOf(
  state: string | undefined,
  status: string | undefined,
  refNum: string | undefined,
): CallbackClaim['claim'] {
  if (state === 'CanceledByUser' || status === String(RECEIPT.cancelled)) return 'cancelled';
  const isTold = state !== undefined || status !== undefined;
  const isPaid = state === 'OK' || status === String(RECEIPT.paid) || !isTold;
  return isPaid && refNum !== undefined ? 'paid' : 'failed';
}

/** Asks for the receipt of the attempt's own token. Not to be had is no verdict: 404 stands for too many things. */
async function askReceipt(ask: Ask, { id, token }: GatewayAttempt): Promise<Receipt> {
  const answer = await ask('api/v2/ipg/payment/receipt', { Token: token });
  if (typeof answer === 'string') return { verdict: { outcome: 'unknown', reason: answer } };
  if (answer.HasError !== false) {
    const code = integerIn(answer.ErrorCode);
    return code === undefined
      ? { verdict: { outcome: 'unknown', reason: 'a receipt without a code' } }
      : { verdict: { outcome: 'pending', ...told(code) } };
  }
  const { Status, RefNum, ResNum, Token } = objectIn(answer.Data);
  const status = integerIn(Status);
  if (status === undefined || Token !== token) {
    return { verdict: { outcome: 'unknown', reason: 'a receipt of another token' } };
  }
  if (status === RECEIPT.cancelled || status === RECEIPT.failed) {
    const reason = status === RECEIPT.cancelled ? 'payer turned back' : 'payment failed';
    return { verdict: { outcome: 'not-paid', code: String(status), reason } };
  }
  if (status !== RECEIPT.paid) {
    return { verdict: { outcome: 'pending', code: String(status), reason: 'the payer is at the bank' } };
  }
  const refNum = readRefNum(RefNum);
  return refNum === undefined || integerIn(ResNum) !== id
    ? { verdict: { outcome: 'unknown', reason: 'a receipt without RefNum or of another ResNum' } }
    : { refNum };
}

/**
 * The document says both that a verified payment is confirmed again and that 2 is "asked before"; whether 2 brings the
 * details is not verified. Without them nothing is paid here, for only they bind the amount to the RefNum.
 */
function readVerified(answer: JsonObject | string, refNum: string, terminal: number): Verified {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const code = integerIn(answer.ResultCode);
  if (code === undefined) return { outcome: 'unknown', reason: 'an answer without a ResultCode' };
  const isDone = code === RESULT.done && answer.Success !== false;
  if (isDone || code === RESULT.doneBefore) {
    const paid = readDetails(answer, refNum, terminal);
    if (paid !== undefined) return { outcome: 'paid', reference: refNum, fee: undefined, ...paid };
    return isDone
      ? { outcome: 'unknown', reason: 'verified, without the details of this payment' }
      : { outcome: 'pending', code: String(code), reason: 'verified before, the amount is not told' };
  }
  if (code === RESULT.wentBack || code === RESULT.tooLate) return { outcome: 'not-paid', ...told(code) };
  return { outcome: 'pending', ...told(code) };
}

function readDetails(
  answer: JsonObject,
  refNum: string,
  terminal: number,
): { readonly amount: Rial; readonly card: string } | undefined {
  const { RefNum, TerminalNumber, AffectiveAmount, MaskedPan } = objectIn(answer.TransactionDetail);
  const amount = rialIn(AffectiveAmount);
  const isThis = RefNum === refNum && integerIn(TerminalNumber) === terminal;
  return amount === undefined || !isThis ? undefined : { amount, card: cardIn(MaskedPan) };
}

/** 2 is the answer to the second reversal. That of one which went back by itself, 5, is documented for verify only. */
function readReversed(answer: JsonObject | string): Reversed {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const code = integerIn(answer.ResultCode);
  if (code === undefined) return { outcome: 'unknown', reason: 'an answer without a ResultCode' };
  const isBack = code === RESULT.done || code === RESULT.doneBefore || code === RESULT.wentBack;
  return isBack ? { outcome: 'reversed' } : { outcome: 'refused', ...told(code) };
}

function told(code: number): { readonly code: string; readonly reason: string } {
  return { code: String(code), reason: REASONS[String(code)] ?? 'code is not documented' };
}

/** A RefNum; its plus signs are blanks where a query string carried them as they are. */
function readRefNum(value: unknown): string | undefined {
  const refNum = typeof value === 'string' ? value.replaceAll(' ', '+') : '';
  return REF_NUM.test(refNum) ? refNum : undefined;
}
