import { createCipheriv } from 'node:crypto';
import type { Instant } from '../../values/instant.ts';
import { tehranOffsetMs } from '../../values/tehran-time.ts';
import type {
  CallbackClaim,
  GatewayAttempt,
  GatewayPayment,
  PaymentGateway,
  Requested,
  Verified,
} from '../gateway.ts';
import { integerIn, type JsonObject, postJson, referenceIn, rialIn } from './json-answer.ts';
import { sadadReason } from './sadad-codes.ts';

/** Where Sadad, the payment company of Bank Melli, answers. There is no public sandbox. */
const SADAD_URL = 'https://sadad.shaparak.ir';

/** What a terminal at Sadad needs. */
export interface SadadSettings {
  /** `https://sadad.shaparak.ir` when it is left out; without a slash at its end. */
  readonly baseUrl?: string;
  readonly merchantId: string;
  readonly terminalId: string;
  /** Base64 of 24 octets, or of 16 whose first 8 stand for the last 8 again. */
  readonly key: string;
  /** How long one call is waited for; `GATEWAY_TIMEOUT_MS` when it is left out. */
  readonly timeoutMs?: number;
  /** The time that goes with a request, in Tehran's clock; a wrong one is code 1018. */
  readonly now: () => Instant;
}

type Parameters = Readonly<Record<string, string>>;

/**
 * ResCodes that decide. 100, "recorded as successful before", and 1105, "went back", are told by other people's programs
 * which quote documents 1.10 and later; Parbad and the company's PHP sample know 0, -1 and 101 only.
 */
const CODE = { done: 0, doneBefore: 100, tooLate: 101, wentBack: 1105 } as const;

const TOKEN = /^[A-Za-z0-9+/=_-]{4,256}$/;

const BAD_KEY = 'the key in the settings is not base64 of 16 or 24 octets';

/**
 * Sadad (product line G05), REST at `/VPG`, after the company's PHP sample and Parbad. Verify needs nothing but our own
 * token, so it serves for inquiry, too: -1 means "wrong parameters or no such transaction" and is never final, since a
 * payer who is still at the bank has none. What is not verified goes back by itself, after 15 minutes as is told.
 *
 * There is no reversal, no card and no fee in the protocol. The payer's mobile (`UserId`) is not sent: its form is not
 * documented where anybody can read it.
 */
export function createSadad(settings: SadadSettings): PaymentGateway {
  const { baseUrl = SADAD_URL, timeoutMs } = settings;
  const verify = async (attempt: GatewayAttempt): Promise<Verified> => {
    const signature = sign(attempt.token, settings.key);
    if (signature === undefined) return { outcome: 'unknown', reason: BAD_KEY };
    const body = { Token: attempt.token, SignData: signature };
    return readVerified(
      await postJson({ url: `${baseUrl}/VPG/api/v0/Advice/Verify`, body, timeoutMs }),
      attempt,
    );
  };
  return {
    name: 'sadad',
    async request(payment) {
      const body = requestOf(payment, settings);
      if (body === undefined) return { outcome: 'refused', code: '', reason: BAD_KEY };
      const answer = await postJson({ url: `${baseUrl}/VPG/api/v0/Request/PaymentRequest`, body, timeoutMs });
      return readRequested(answer, `${baseUrl}/VPG/Purchase`);
    },
    readCallback,
    verify,
    inquire: verify,
    reverse: async () => ({ outcome: 'refused', code: '', reason: 'Sadad has no reversal' }),
  };
}

function requestOf(payment: GatewayPayment, settings: SadadSettings): JsonObject | undefined {
  const { id, amount, description, callbackUrl } = payment;
  const { merchantId, terminalId, key, now } = settings;
  const signature = sign(`${terminalId};${id};${amount}`, key);
  if (signature === undefined) return undefined;
  return {
    MerchantId: merchantId,
    TerminalId: terminalId,
    Amount: amount,
    OrderId: String(id),
    LocalDateTime: localDateTime(now()),
    ReturnUrl: callbackUrl,
    SignData: signature,
    ...(description !== '' && { AdditionalData: description.toWellFormed() }),
  };
}

/** As the company's sample writes it: month/day/year of the Gregorian calendar, and hours 1 to 12, `11/21/2026 1:05:09 pm`. */
function localDateTime(at: Instant): string {
  const wall = new Date(at + tehranOffsetMs(at));
  const [year, month, day] = wall.toISOString().slice(0, 10).split('-');
  const hour = wall.getUTCHours();
  const minutesAndSeconds = wall.toISOString().slice(14, 19);
  return `${month}/${day}/${year} ${hour % 12 || 12}:${minutesAndSeconds} ${hour < 12 ? 'am' : 'pm'}`;
}

/** Base64 of the text under triple DES (ECB, PKCS#7); `undefined` when the key is none. */
function sign(text: string, key: string): string | undefined {
  const octets = Buffer.from(key, 'base64');
  if (octets.length !== 16 && octets.length !== 24) return undefined;
  const key24 = octets.length === 24 ? octets : Buffer.concat([octets, octets.subarray(0, 8)]);
  const cipher = createCipheriv('des-ede3-ecb', key24, null);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

function readRequested(answer: JsonObject | string, url: string): Requested {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const code = integerIn(answer.ResCode);
  if (code === undefined) return { outcome: 'unknown', reason: 'an answer without a ResCode' };
  if (code !== CODE.done) return { outcome: 'refused', code: String(code), reason: sadadReason(code) };
  const { Token: token } = answer;
  if (typeof token !== 'string' || !TOKEN.test(token)) {
    return { outcome: 'unknown', reason: 'an answer without a Token' };
  }
  const page = `${url}?Token=${encodeURIComponent(token)}`;
  return { outcome: 'redirect', token, redirect: { method: 'GET', url: page, fields: {} } };
}

/**
 * `token` (so the company's sample; `Token` in others), OrderId and ResCode. No code is known for a payer who turned
 * back: that is `failed`, too.
 */
function readCallback(parameters: Parameters): CallbackClaim | undefined {
  const { OrderId = '', ResCode = '' } = parameters;
  const token = parameters.token ?? parameters.Token;
  if (token === undefined || !TOKEN.test(token) || !/^-?\d{1,6}$/.test(ResCode)) return undefined;
  const paymentId = /^\d{1,16}$/.test(OrderId) ? Number(OrderId) : 0;
  return {
    token,
    ...(Number.isSafeInteger(paymentId) && paymentId > 0 && { paymentId }),
    claim: Number(ResCode) === CODE.done ? 'paid' : 'failed',
    fields: { ResCode },
  };
}

function readVerified(answer: JsonObject | string, { id }: GatewayAttempt): Verified {
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer };
  const code = integerIn(answer.ResCode);
  if (code === undefined) return { outcome: 'unknown', reason: 'an answer without a ResCode' };
  const reason = sadadReason(code);
  if (code === CODE.tooLate || code === CODE.wentBack)
    return { outcome: 'not-paid', code: String(code), reason };
  if (code !== CODE.done && code !== CODE.doneBefore)
    return { outcome: 'pending', code: String(code), reason };
  const reference = referenceIn(answer.RetrivalRefNo);
  const amount = rialIn(answer.Amount);
  if (reference === undefined || amount === undefined) {
    return { outcome: 'unknown', reason: `code ${code} without RetrivalRefNo or Amount` };
  }
  const order = integerIn(answer.OrderId);
  if (order !== undefined && order !== id)
    return { outcome: 'unknown', reason: 'an answer of another order' };
  return { outcome: 'paid', reference, amount, card: '', fee: undefined };
}
