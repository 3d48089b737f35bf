import {
  type GatewayServer,
  type SimulatedCall,
  type SimulatedReply,
  startGatewayServer,
} from './http-server.ts';

/** A payment as the simulated Zarinpal keeps it. */
interface ZarinpalPayment {
  readonly authority: string;
  amount: number;
  state: 'IN_BANK' | 'PAID' | 'VERIFIED' | 'FAILED' | 'REVERSED';
  readonly refId: number;
}

/** The merchant that the simulator takes. */
export const MERCHANT = '11111111-2222-3333-4444-555555555555';

type Body = Readonly<Record<string, unknown>>;
type Callback = Readonly<Record<string, string>>;

const good = (data: Body) => ({ body: JSON.stringify({ data, errors: [] }) });
const bad = (code: number, message: string, status = 422) => ({
  status,
  body: JSON.stringify({ data: [], errors: { code, message, validations: [] } }),
});

/** Zarinpal's side of REST v4 on a free port, to be compared with what our side believes. */
export class ZarinpalSimulator {
  readonly payments = new Map<string, ZarinpalPayment>();
  /** Each payment as it went from PAID to VERIFIED: the money moves then. */
  readonly settled: string[] = [];
  /** Whether our address is registered: `reverse` needs it. */
  knowsOurAddress = true;
  server!: GatewayServer;

  static async start(): Promise<ZarinpalSimulator> {
    const simulator = new ZarinpalSimulator();
    simulator.server = await startGatewayServer((call) => simulator.#answer(call));
    return simulator;
  }

  /** The payer pays, fails or turns back; the parameters that the browser brings back. */
  pay(authority: string): Callback {
    return this.#end(authority, 'PAID', 'OK');
  }

  fail(authority: string): Callback {
    return this.#end(authority, 'FAILED', 'NOK');
  }

  turnBack(authority: string): Callback {
    return this.#end(authority, 'IN_BANK', 'NOK');
  }

  /** What is changed behind our back: another amount, or verified by somebody else. */
  change(authority: string, members: Partial<Pick<ZarinpalPayment, 'amount' | 'state'>>): void {
    Object.assign(this.payments.get(authority)!, members);
  }

  forget(authority: string): void {
    this.payments.delete(authority);
  }

  #end(authority: string, state: ZarinpalPayment['state'], Status: string): Callback {
    this.change(authority, { state });
    return { Authority: authority, Status };
  }

  #answer({ method, path, body }: SimulatedCall): SimulatedReply | undefined {
    const name = /^\/pg\/v4\/payment\/(\w+)\.json$/.exec(path)?.[1];
    if (method !== 'POST' || name === undefined) return undefined;
    const sent = JSON.parse(body) as Body;
    if (sent.merchant_id !== MERCHANT) return bad(-10, 'Terminal is not valid', 401);
    if (name === 'request') return this.#open(sent);
    if (name === 'unVerified') return this.#unverified();
    const payment = this.payments.get(String(sent.authority));
    if (payment === undefined) return bad(-54, 'Invalid authority.');
    if (name === 'inquiry') return good({ code: 100, message: 'Success', status: payment.state });
    return name === 'verify' ? this.#verify(payment, sent) : this.#reverse(payment);
  }

  #open(sent: Body): SimulatedReply {
    if (sent.currency !== 'IRR' || !Number.isInteger(sent.amount) || Number(sent.amount) < 1_000) {
      return bad(-9, 'The input params invalid, validation error.');
    }
    const authority = `A${String(this.payments.size + 1).padStart(35, '0')}`;
    const refId = 74_000_000 + this.payments.size;
    this.payments.set(authority, { authority, amount: Number(sent.amount), state: 'IN_BANK', refId });
    return good({ code: 100, message: 'Success', authority, fee_type: 'Merchant', fee: 100 });
  }

  #verify(payment: ZarinpalPayment, sent: Body): SimulatedReply {
    if (payment.state !== 'PAID' && payment.state !== 'VERIFIED') {
      return bad(-51, 'Session is not valid, session is not active paid try.');
    }
    if (payment.amount !== sent.amount)
      return bad(-50, 'Session is not valid, amounts values is not the same.');
    const isFirst = payment.state === 'PAID';
    if (isFirst) this.settled.push(payment.authority);
    payment.state = 'VERIFIED';
    const card = { card_hash: 'EBE3FF92', card_pan: '502229******5995' };
    const fee = { fee_type: 'Merchant', fee: 6_000 };
    const words = { code: isFirst ? 100 : 101, message: isFirst ? 'Paid' : 'Verified' };
    return good({ wages: [], ...words, ...card, ref_id: payment.refId, ...fee });
  }

  #reverse(payment: ZarinpalPayment): SimulatedReply {
    if (!this.knowsOurAddress) return bad(-62, 'Terminal ip limit most be active.');
    if (payment.state !== 'PAID' && payment.state !== 'VERIFIED') {
      return bad(-61, 'Session is not in success status.');
    }
    payment.state = 'REVERSED';
    return good({ code: 100, message: 'Reversed' });
  }

  #unverified(): SimulatedReply {
    const paid = [...this.payments.values()].filter(({ state }) => state === 'PAID');
    const authorities = paid.map(({ authority, amount }) => ({ authority, amount, referer: '/' }));
    return good({ code: '100', message: 'Success', authorities });
  }
}
