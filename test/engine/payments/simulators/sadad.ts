import { createDecipheriv } from 'node:crypto';
import {
  type GatewayServer,
  type SimulatedCall,
  type SimulatedReply,
  startGatewayServer,
} from './http-server.ts';

/** What the simulated company knows of a token. */
export interface SadadPayment {
  readonly token: string;
  readonly orderId: string;
  readonly amount: number;
  readonly request: Readonly<Record<string, unknown>>;
  /** What was paid. */
  paidAmount: number;
  /** `late`: its time is over; `returned`: nobody verified it in time. */
  state: 'new' | 'failed' | 'paid' | 'verified' | 'late' | 'returned';
}

/** Sadad on this machine. */
export interface SadadSimulator {
  readonly baseUrl: string;
  readonly server: GatewayServer;
  /** By token. */
  readonly payments: Map<string, SadadPayment>;
  /** What a second verify is answered. */
  repeatCode: number;
  /** From now on verify answers this text, whatever it does; `undefined` for its own again. */
  say(body: string | undefined): void;
  /** Pays a token at the company's page; returns the fields that the browser then posts to us. */
  pay(token: string, paidAmount?: number): Record<string, string>;
  /** The payer turns back or fails; returns the fields that the browser then posts to us. */
  fail(token: string): Record<string, string>;
  /** Payments whose money the company gives us. */
  settled(): readonly { orderId: string; reference: string; amount: number }[];
}

/** Account of the simulated merchant. */
export const SADAD_ACCOUNT = {
  merchantId: '000000140212149',
  terminalId: '24000615',
  key: Buffer.from('0123456789abcdefFEDCBA98').toString('base64'),
} as const;

/** What the simulated company's clock shows, as LocalDateTime has to. */
const SADAD_CLOCK = '11/21/2026 12:05:09 am';

type Body = Readonly<Record<string, unknown>>;

/** Starts it on a free port. */
export async function startSadad(): Promise<SadadSimulator> {
  const payments = new Map<string, SadadPayment>();
  let said: string | undefined;
  const server = await startGatewayServer((call): SimulatedReply | undefined => {
    const body = act(simulator, call);
    if (said !== undefined && call.path.endsWith('/Verify')) return { body: said };
    return body === undefined ? undefined : { body: JSON.stringify(body) };
  });
  const take = (token: string): SadadPayment => {
    const payment = payments.get(token);
    if (payment === undefined) throw new Error(`no token ${token}`);
    return payment;
  };
  const simulator: SadadSimulator = {
    baseUrl: server.url,
    server,
    payments,
    repeatCode: 0,
    say: (body) => {
      said = body;
    },
    pay(token, paidAmount) {
      const payment = take(token);
      payment.paidAmount = paidAmount ?? payment.amount;
      payment.state = 'paid';
      return { token, OrderId: payment.orderId, ResCode: '0', PrimaryAccNo: '603799******1234' };
    },
    fail(token) {
      const payment = take(token);
      payment.state = 'failed';
      return { token, OrderId: payment.orderId, ResCode: '-1' };
    },
    settled: () =>
      [...payments.values()]
        .filter(({ state }) => state === 'verified')
        .map((payment) => ({
          ...{ orderId: payment.orderId, reference: referenceOf(payment), amount: payment.paidAmount },
        })),
  };
  return simulator;
}

function act(simulator: SadadSimulator, { path, body }: SimulatedCall): Body | undefined {
  const asked = JSON.parse(body) as Body;
  if (path === '/VPG/api/v0/Request/PaymentRequest') return open(simulator, asked);
  return path === '/VPG/api/v0/Advice/Verify' ? verify(simulator, asked) : undefined;
}

function open({ payments }: SadadSimulator, asked: Body): Body {
  const { MerchantId, TerminalId, OrderId, Amount, LocalDateTime, SignData } = asked;
  const { merchantId, terminalId } = SADAD_ACCOUNT;
  if (MerchantId !== merchantId || TerminalId !== terminalId) return refuse(1037);
  if (decipher(SignData) !== `${TerminalId};${OrderId};${Amount}`) return refuse(1025);
  if (LocalDateTime !== SADAD_CLOCK) return refuse(1018);
  const orderId = String(OrderId);
  const token = `token+${orderId.padStart(12, '0')}==`;
  if (payments.has(token)) return refuse(1011);
  const amount = Number(Amount);
  payments.set(token, { token, orderId, amount, request: asked, paidAmount: 0, state: 'new' });
  return { ResCode: 0, Token: token, Description: '' };
}

function refuse(code: number): Body {
  return { ResCode: code, Token: null, Description: `refused by ${SADAD_ACCOUNT.key}` };
}

function verify({ payments, repeatCode }: SadadSimulator, { Token, SignData }: Body): Body {
  const payment = payments.get(String(Token));
  if (payment === undefined || decipher(SignData) !== Token) return { ResCode: -1 };
  if (payment.state === 'late') return { ResCode: 101 };
  if (payment.state === 'returned') return { ResCode: 1105 };
  if (payment.state === 'new' || payment.state === 'failed') return { ResCode: -1 };
  const code = payment.state === 'verified' ? repeatCode : 0;
  payment.state = 'verified';
  const { orderId, paidAmount: Amount } = payment;
  const numbers = { RetrivalRefNo: referenceOf(payment), SystemTraceNo: '000123' };
  return { ResCode: code, Amount, OrderId: Number(orderId), ...numbers };
}

function referenceOf({ orderId }: SadadPayment): string {
  return String(325_000_000_000 + Number(orderId));
}

/** The text under a signature, '' when it is none of ours. */
function decipher(signature: unknown): string {
  try {
    const key = Buffer.from(SADAD_ACCOUNT.key, 'base64');
    const cipher = createDecipheriv('des-ede3-ecb', key, null);
    const octets = Buffer.from(String(signature), 'base64');
    return Buffer.concat([cipher.update(octets), cipher.final()]).toString('utf8');
  } catch {
    return '';
  }
}
