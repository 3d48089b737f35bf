import {
  type GatewayServer,
  type SimulatedCall,
  type SimulatedReply,
  startGatewayServer,
} from './http-server.ts';

/** What the simulated company knows of a token. */
export interface SamanPayment {
  readonly token: string;
  readonly resNum: string;
  readonly amount: number;
  readonly request: Readonly<Record<string, unknown>>;
  /** Its RefNum, '' before somebody pays. */
  refNum: string;
  /** What left the card. */
  affectiveAmount: number;
  state: 'new' | 'cancelled' | 'failed' | 'paid' | 'verified' | 'reversed';
}

/** SEP on this machine; its terminal is 2015. */
export interface SamanSimulator {
  readonly baseUrl: string;
  readonly server: GatewayServer;
  /** By token. */
  readonly payments: Map<string, SamanPayment>;
  /** What a second verify is answered: confirmed again, 2 with the details, or 2 alone. */
  repeat: 'again' | 'code-2' | 'bare-2';
  /** From now on calls of this path are answered with this text, whatever they do; `undefined` for its own again. */
  say(path: string, body: string | undefined): void;
  /** Pays a token at the company's page; returns the parameters that the browser then brings to us. */
  pay(token: string, affectiveAmount?: number): Record<string, string>;
  /** The payer turns back; returns what the browser then brings to us. */
  cancel(token: string): Record<string, string>;
  /** Payments whose money the company gives us. */
  settled(): readonly { resNum: string; reference: string; amount: number }[];
}

/** Terminal of the simulated company. */
export const SAMAN_TERMINAL = '2015';

const VERIFY = '/verifyTxnRandomSessionkey/ipg/VerifyTransaction';
const REVERSE = '/verifyTxnRandomSessionkey/ipg/ReverseTransaction';
const RECEIPT = '/verifyTxnRandomSessionkey/api/v2/ipg/payment/receipt';

/** Numbers of receipts (merchant document 4.1 §7). */
const STATUS = { new: 0, cancelled: 1, paid: 2, failed: 3, verified: 2, reversed: 2 } as const;

type Body = Readonly<Record<string, unknown>>;

/** Starts it on a free port. */
export async function startSaman(): Promise<SamanSimulator> {
  const payments = new Map<string, SamanPayment>();
  const said = new Map<string, string>();
  const server = await startGatewayServer((call): SimulatedReply | undefined => {
    const body = act(simulator, call);
    const spoken = said.get(call.path);
    if (spoken !== undefined) return { body: spoken };
    return body === undefined ? undefined : { body: JSON.stringify(body) };
  });
  const take = (token: string): SamanPayment => {
    const payment = payments.get(token);
    if (payment === undefined) throw new Error(`no token ${token}`);
    return payment;
  };
  const simulator: SamanSimulator = {
    baseUrl: server.url,
    server,
    payments,
    repeat: 'again',
    say: (path, body) => void (body === undefined ? said.delete(path) : said.set(path, body)),
    pay(token, affectiveAmount) {
      const payment = take(token);
      payment.refNum = `uP+AXX/${payment.resNum}=`;
      payment.affectiveAmount = affectiveAmount ?? payment.amount;
      payment.state = 'paid';
      return { Token: token, RefNum: payment.refNum };
    },
    cancel(token) {
      const payment = take(token);
      payment.state = 'cancelled';
      const state = { State: 'CanceledByUser', Status: '1' };
      return { Token: token, RefNum: '', ResNum: payment.resNum, ...state };
    },
    settled: () =>
      [...payments.values()]
        .filter(({ state }) => state === 'verified')
        .map(({ resNum, refNum, affectiveAmount }) => ({
          resNum,
          reference: refNum,
          amount: affectiveAmount,
        })),
  };
  return simulator;
}

function act(simulator: SamanSimulator, { path, body }: SimulatedCall): Body | undefined {
  const asked = JSON.parse(body) as Body;
  if (path === '/onlinepg/onlinepg') return open(simulator, asked);
  if (asked.TerminalNumber !== Number(SAMAN_TERMINAL)) return { ResultCode: -105, Success: false };
  const payments = [...simulator.payments.values()];
  if (path === RECEIPT) return receipt(payments.find(({ token }) => token === asked.Token));
  const payment = payments.find(({ refNum }) => refNum !== '' && refNum === asked.RefNum);
  if (path === VERIFY) return verify(simulator, payment);
  return path === REVERSE ? reverse(payment) : undefined;
}

function open({ payments }: SamanSimulator, asked: Body): Body {
  if (asked.TerminalId !== SAMAN_TERMINAL)
    return { status: -1, errorCode: '12', errorDesc: 'TerminalNotFound' };
  const { ResNum: resNum, Amount: amount } = asked;
  const isFit = asked.action === 'token' && typeof resNum === 'string' && typeof amount === 'number';
  if (!isFit) return { status: -1, errorCode: '5', errorDesc: 'InvalidParameters' };
  const token = `2c3c1fefac5a48geb9f9${resNum.padStart(12, '0')}`;
  const payment: SamanPayment = {
    ...{ token, resNum, amount, request: asked, refNum: '', affectiveAmount: 0 },
    state: 'new',
  };
  payments.set(token, payment);
  return { status: 1, token };
}

function receipt(payment: SamanPayment | undefined): Body {
  // Not to be had any more when the payment was verified or reversed.
  if (payment === undefined || payment.state === 'verified' || payment.state === 'reversed') {
    return { HasError: true, ErrorCode: 404, ErrorMessage: 'ResourceNotFound', Data: null };
  }
  const { token, state, refNum, resNum, affectiveAmount, amount } = payment;
  const paid = { RefNum: refNum, ResNum: resNum, Amount: amount, AffectiveAmount: affectiveAmount };
  const none = { RefNum: null, ResNum: null, Amount: 0, AffectiveAmount: 0 };
  const data = { Status: STATUS[state], Token: token, ...(state === 'paid' ? paid : none) };
  return { HasError: false, ErrorCode: null, ErrorMessage: null, Data: data };
}

function verify({ repeat }: SamanSimulator, payment: SamanPayment | undefined): Body {
  if (payment === undefined) return { ResultCode: -2, Success: false };
  if (payment.state === 'reversed') return { ResultCode: 5, Success: false };
  const isRepeated = payment.state === 'verified';
  payment.state = 'verified';
  if (isRepeated && repeat === 'bare-2') return { ResultCode: 2, Success: false };
  return details(payment, isRepeated && repeat === 'code-2' ? 2 : 0);
}

function reverse(payment: SamanPayment | undefined): Body {
  if (payment === undefined) return { ResultCode: -2, Success: false };
  if (payment.state === 'reversed') return { ResultCode: 2, Success: false };
  payment.state = 'reversed';
  return details(payment, 0);
}

function details({ refNum, amount, affectiveAmount }: SamanPayment, code: number): Body {
  const amounts = { OrginalAmount: amount, AffectiveAmount: affectiveAmount };
  const card = { MaskedPan: '621986****8080', HashedPan: 'b96a' };
  const detail = { RRN: '14226761817', RefNum: refNum, TerminalNumber: Number(SAMAN_TERMINAL) };
  return { TransactionDetail: { ...detail, ...card, ...amounts }, ResultCode: code, Success: code === 0 };
}
