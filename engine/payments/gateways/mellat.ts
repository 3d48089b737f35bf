import type { Instant } from '../../values/instant.ts';
import { tehranOffsetMs } from '../../values/tehran-time.ts';
import type {
  CallbackClaim,
  GatewayAttempt,
  GatewayPayment,
  PaymentGateway,
  Requested,
  Reversed,
  Verified,
} from '../gateway.ts';
import { callSoap } from '../soap.ts';
import { mellatReason } from './mellat-codes.ts';

/** Where Behpardakht Mellat answers. There is no public sandbox. */
const MELLAT_URL = 'https://bpm.shaparak.ir';

/** What a terminal at Behpardakht Mellat needs. */
export interface MellatSettings {
  /** `https://bpm.shaparak.ir` when it is left out; without a slash at its end. */
  readonly baseUrl?: string;
  /** Digits. */
  readonly terminalId: string;
  readonly userName: string;
  readonly password: string;
  /** How long one call is waited for; `GATEWAY_TIMEOUT_MS` when it is left out. */
  readonly timeoutMs?: number;
  /** The time that goes with a request, in Tehran's clock. */
  readonly now: () => Instant;
}

const NAMESPACE = 'http://interfaces.core.sw.bps.com/';

/** ResCodes that decide; the others are told to people only (`mellatReason`). */
const CODE = {
  done: '0',
  cancelled: '17',
  verifiedBefore: '43',
  settledBefore: '45',
  notSettled: '46',
  reversed: '48',
} as const;

/** RefIds are hexadecimal today; that is not promised. */
const REF_ID = /^[A-Za-z0-9]{4,64}$/;

type Parameters = Readonly<Record<string, string>>;

/** A ResCode, or why there is none. */
type Answer = { readonly code: string } | { readonly failure: string };

/** The sale of an order, none when the bank names none, or why it is not known. */
type Found = { readonly sale: string | undefined } | { readonly failure: string };

const NO_SALE = { code: '', reason: 'the bank names no sale of the order' } as const;

/** Asks one of the operations that take a sale: verify, settle, inquire, reverse. */
type AskSale = (operation: string, attempt: GatewayAttempt, saleReferenceId: string) => Promise<Answer>;

/**
 * Behpardakht Mellat (product line G03), SOAP at `/pgwchannel/services/pgw`. Operations, parameters and ResCodes are
 * those of its WSDL and of public programs (Parbad, shetabit/multipay); the bank's manual (revision 1.1) was seen by its
 * contents only. A sale is verified, which keeps it from going back, and then settled, which gives us the money.
 *
 * - No answer tells an amount: a sale belongs to the order number, whose amount `bpPayRequest` fixed, and verify checks
 *   order and sale together. So `amount` is the attempt's own; a callback's FinalAmount is not looked at.
 * - No answer tells a card either; the callback's CardHolderPan is a claim of the payer's browser, so `card` is ''.
 * - Nothing is ever reversed on the way: 43, 45 and 48 are states, not failures.
 */
export function createMellat(settings: MellatSettings): PaymentGateway {
  const { baseUrl = MELLAT_URL, terminalId, userName, password, timeoutMs } = settings;
  const url = `${baseUrl}/pgwchannel/services/pgw`;
  const account = { terminalId, userName, userPassword: password };
  const call = (operation: string, parameters: Parameters) =>
    callSoap({ url, namespace: NAMESPACE, operation, parameters: { ...account, ...parameters }, timeoutMs });
  const ask: AskSale = async (operation, { id }, saleReferenceId) => {
    const order = String(id);
    const answer = await call(operation, { orderId: order, saleOrderId: order, saleReferenceId });
    return 'failure' in answer ? answer : readCode(answer.value);
  };
  const findSale = async ({ id, fields }: GatewayAttempt): Promise<Found> => {
    const told = readSaleReference(fields.SaleReferenceId);
    if (told !== undefined) return { sale: told };
    const order = String(id);
    const answer = await call('bpSaleReferenceIdRequest', { orderId: order, saleOrderId: order });
    return 'failure' in answer ? answer : { sale: readFoundSale(answer.value) };
  };
  const verify = async (attempt: GatewayAttempt): Promise<Verified> => {
    const found = await findSale(attempt);
    if ('failure' in found) return { outcome: 'unknown', reason: found.failure };
    return found.sale === undefined
      ? { outcome: 'pending', ...NO_SALE }
      : verifySale(ask, attempt, found.sale);
  };
  return {
    name: 'mellat',
    async request(payment) {
      const answer = await call('bpPayRequest', requestOf(payment, settings.now()));
      if ('failure' in answer) return { outcome: 'unknown', reason: answer.failure };
      return readRequested(answer.value, payment, `${baseUrl}/pgwchannel/startpay.mellat`);
    },
    readCallback,
    verify,
    inquire: verify,
    async reverse(attempt) {
      const found = await findSale(attempt);
      if ('failure' in found) return { outcome: 'unknown', reason: found.failure };
      if (found.sale === undefined) return { outcome: 'refused', ...NO_SALE };
      return readReversed(await ask('bpReversalRequest', attempt, found.sale));
    },
  };
}

function requestOf({ id, amount, description, callbackUrl }: GatewayPayment, at: Instant): Parameters {
  const [date = '', time = ''] = new Date(at + tehranOffsetMs(at)).toISOString().split('T');
  return {
    orderId: String(id),
    amount: String(amount),
    localDate: date.replaceAll('-', ''),
    localTime: time.slice(0, 8).replaceAll(':', ''),
    additionalData: description,
    callBackUrl: callbackUrl,
    payerId: '0',
  };
}

/** `0,RefId`, or a ResCode alone. */
function readRequested(value: string, { mobile }: GatewayPayment, url: string): Requested {
  const [first = '', refId = ''] = value.split(',');
  const answer = readCode(first);
  if ('failure' in answer) return { outcome: 'unknown', reason: answer.failure };
  const { code } = answer;
  if (code !== CODE.done) return { outcome: 'refused', code, reason: mellatReason(code) };
  const token = refId.trim();
  if (!REF_ID.test(token)) return { outcome: 'unknown', reason: 'an answer without a RefId' };
  // With MobileNo, as 989121234567, the bank's page offers the payer's cards; it is optional (Parbad, dizatech).
  const fields = { RefId: token, ...(/^\+989\d{9}$/.test(mobile) && { MobileNo: mobile.slice(1) }) };
  return { outcome: 'redirect', token, redirect: { method: 'POST', url, fields } };
}

/** RefId, ResCode, SaleOrderId, and of a paid one SaleReferenceId; card fields are left behind. */
function readCallback(parameters: Parameters): CallbackClaim | undefined {
  const { RefId: token, ResCode, SaleOrderId, SaleReferenceId } = parameters;
  if (token === undefined || !REF_ID.test(token) || ResCode === undefined) return undefined;
  const answer = readCode(ResCode);
  if ('failure' in answer) return undefined;
  const { code } = answer;
  const paymentId = /^\d{1,16}$/.test(SaleOrderId ?? '') ? Number(SaleOrderId) : 0;
  const sale = readSaleReference(SaleReferenceId);
  return {
    token,
    ...(Number.isSafeInteger(paymentId) && paymentId > 0 && { paymentId }),
    claim: code === CODE.done ? 'paid' : code === CODE.cancelled ? 'cancelled' : 'failed',
    fields: { ResCode: code, ...(sale !== undefined && { SaleReferenceId: sale }) },
  };
}

/** Verify, and where it cannot say, inquiry; then settle. Each step may be repeated, and says so by 43 and 45. */
async function verifySale(ask: AskSale, attempt: GatewayAttempt, sale: string): Promise<Verified> {
  const verified = await ask('bpVerifyRequest', attempt, sale);
  if ('failure' in verified) return { outcome: 'unknown', reason: verified.failure };
  const state = await stateOf(verified.code, () => ask('bpInquiryRequest', attempt, sale));
  if (state === 'settled') return paidBy(attempt, sale);
  if (state === 'reversed') return notPaid(CODE.reversed);
  if (state === 'open') return pending(verified.code);
  const settled = await ask('bpSettleRequest', attempt, sale);
  if ('failure' in settled)
    return { outcome: 'unknown', reason: `verified, not settled: ${settled.failure}` };
  const { code } = settled;
  if (code === CODE.done || code === CODE.settledBefore) return paidBy(attempt, sale);
  return code === CODE.reversed ? notPaid(code) : pending(code);
}

/** What verify's code says of a sale. Of all others inquiry is asked, which reads a state and changes none. */
async function stateOf(
  code: string,
  inquire: () => Promise<Answer>,
): Promise<'verified' | 'settled' | 'reversed' | 'open'> {
  if (code === CODE.done || code === CODE.verifiedBefore) return 'verified';
  if (code === CODE.settledBefore) return 'settled';
  if (code === CODE.reversed) return 'reversed';
  const answer = await inquire();
  if ('failure' in answer) return 'open';
  // That 46, "not settled", is a verified sale here is not verified; settling it decides, and says 44 if it is none.
  const isVerified = [CODE.done, CODE.verifiedBefore, CODE.notSettled].some((known) => known === answer.code);
  if (isVerified) return 'verified';
  if (answer.code === CODE.settledBefore) return 'settled';
  return answer.code === CODE.reversed ? 'reversed' : 'open';
}

function paidBy({ amount }: GatewayAttempt, sale: string): Verified {
  return { outcome: 'paid', reference: sale, amount, card: '', fee: undefined };
}

function notPaid(code: string): Verified {
  return { outcome: 'not-paid', code, reason: mellatReason(code) };
}

/**
 * Also for 42, 54 and 55, no such sale: a forged callback may have brought the sale's number, while the payer is still
 * at the bank. A sale that nobody verifies goes back to the payer by itself.
 */
function pending(code: string): Verified {
  return { outcome: 'pending', code, reason: mellatReason(code) };
}

/** That 48, "is reversed", may be the answer to the second reversal is not verified. */
function readReversed(answer: Answer): Reversed {
  if ('failure' in answer) return { outcome: 'unknown', reason: answer.failure };
  const { code } = answer;
  if (code === CODE.done || code === CODE.reversed) return { outcome: 'reversed' };
  return { outcome: 'refused', code, reason: mellatReason(code) };
}

function readCode(text: string): Answer {
  return /^-?\d{1,4}$/.test(text) ? { code: text } : { failure: 'an answer without a ResCode' };
}

/** The number of a sale, without leading zeros: the bank reads it as a number, and one sale has one reference. */
function readSaleReference(text: string | undefined): string | undefined {
  const digits = /^0*([1-9]\d{0,18})$/.exec(text ?? '')?.[1];
  return digits !== undefined && BigInt(digits) < 2n ** 63n ? digits : undefined;
}

/**
 * Answer of bpSaleReferenceIdRequest, which the WSDL has and no public text describes: read as `0,number`, as
 * bpPayRequest answers, or as a number too long for a ResCode. A wrong number does no harm: verify checks it.
 */
function readFoundSale(value: string): string | undefined {
  const digits = /^(?:0,)?(\d{6,19})$/.exec(value)?.[1];
  return readSaleReference(digits);
}
