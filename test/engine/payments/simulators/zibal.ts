import { type GatewayServer, startGatewayServer } from './http-server.ts';

/** A payment as the simulated Zibal keeps it. */
interface ZibalPayment {
  readonly trackId: number;
  amount: number;
  orderId: string;
  /** As Zibal numbers it: -1 at the bank, 1 verified, 2 paid, 3 turned back, 5 too little money, 18 reversed. */
  status: number;
  readonly refNumber: number;
}

/** Zibal's side: what was paid and settled there, to be compared with what our side believes. */
export interface ZibalSimulator {
  readonly server: GatewayServer;
  readonly payments: ReadonlyMap<string, ZibalPayment>;
  /** Each payment as it went from paid to verified: the money moves then. */
  readonly settled: readonly string[];
  /** The payer's end at the bank; the parameters that the browser brings back. */
  end(trackId: string, status: number): Readonly<Record<string, string>>;
  /** What is changed behind our back. */
  change(trackId: string, change: Partial<Pick<ZibalPayment, 'amount' | 'orderId' | 'status'>>): void;
  forget(trackId: string): void;
}

/** The merchant that the simulator takes. */
export const MERCHANT = 'zibal';

type Body = Readonly<Record<string, unknown>>;

const say = (result: number, message: string, more: Body = {}) => ({
  body: JSON.stringify({ ...more, result, message }),
});

/** Starts a Zibal of API v1 on a free port. */
export async function startZibal(): Promise<ZibalSimulator> {
  const payments = new Map<string, ZibalPayment>();
  const settled: string[] = [];
  const server = await startGatewayServer(({ method, path, body }) => {
    const name = /^\/v1\/(\w+)$/.exec(path)?.[1];
    if (method !== 'POST' || name === undefined) return undefined;
    const sent = JSON.parse(body) as Body;
    if (sent.merchant !== MERCHANT) return say(102, 'merchant not found');
    if (name === 'request') return openPayment(sent);
    const payment = payments.get(String(sent.trackId));
    if (typeof sent.trackId !== 'number' || payment === undefined) return say(203, 'invalid trackId');
    if (name === 'verify') return verify(payment);
    return say(100, 'success', { ...detailsOf(payment), wage: payment.status === 1 ? 1_250 : 0 });
  });

  function openPayment(sent: Body) {
    if (Number(sent.amount) < 1_000) return say(105, 'amount must be grater than 1,000');
    if (!/^https?:/.test(String(sent.callbackUrl))) return say(106, 'invalid callbackUrl');
    const trackId = 3_300_000_000 + payments.size;
    const details = { amount: Number(sent.amount), orderId: String(sent.orderId) };
    const refNumber = 140_500_000_000 + payments.size;
    payments.set(String(trackId), { trackId, ...details, status: -1, refNumber });
    return say(100, 'success', { trackId });
  }

  function detailsOf({ amount, orderId, status, refNumber }: ZibalPayment): Body {
    const isPaid = status === 1 || status === 2;
    const ofTheBank = { refNumber: isPaid ? refNumber : null, cardNumber: isPaid ? '62741****44' : null };
    return { amount, orderId, status, description: '', ...ofTheBank };
  }

  function verify(payment: ZibalPayment) {
    if (payment.status === 1) return say(201, 'already verified');
    if (payment.status !== 2) return say(202, 'not paid');
    payment.status = 1;
    settled.push(String(payment.trackId));
    return say(100, 'success', { ...detailsOf(payment), cardNumber: '502229******5995' });
  }

  return {
    server,
    payments,
    settled,
    end(trackId, status) {
      const payment = payments.get(trackId)!;
      payment.status = status;
      const isPaid = status === 1 || status === 2;
      return { success: isPaid ? '1' : '0', status: String(status), trackId, orderId: payment.orderId };
    },
    change: (trackId, change) => void Object.assign(payments.get(trackId)!, change),
    forget: (trackId) => void payments.delete(trackId),
  };
}
