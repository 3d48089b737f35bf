import { isRial } from '../../values/rial.ts';
import type {
  CallbackClaim,
  GatewayAttempt,
  PaymentGateway,
  Requested,
  Reversed,
  Verified,
} from '../gateway.ts';
import type { SandboxBank, SandboxEvent, SandboxPayment } from '../sandbox-bank.ts';

/** What the sandbox gateway needs. */
export interface SandboxSettings {
  readonly bank: SandboxBank;
  /** Absolute address of the bank's pages without a slash at its end; a token follows: `https://isp.example/sandbox-bank`. */
  readonly pageUrl: string;
}

const TOKEN = /^[0-9a-f]{32}$/;

/**
 * A gateway to the sandbox bank of this program: for demonstrations, for trying a shop before its contract with a bank
 * is signed, and for tests. No money moves, so it must not be offered to subscribers of a real network.
 */
export function createSandboxGateway({ bank, pageUrl }: SandboxSettings): PaymentGateway {
  const happen = (attempt: GatewayAttempt, kind: SandboxEvent['kind'] & ('verify' | 'reverse')) =>
    bank.happen(attempt.token, { kind }).catch(reasonOf);
  const verify = async (attempt: GatewayAttempt): Promise<Verified> =>
    readState(await happen(attempt, 'verify'));
  return {
    name: 'sandbox',
    async request({ id, amount, description, callbackUrl }): Promise<Requested> {
      if (!isRial(amount) || amount === 0) {
        return { outcome: 'refused', code: 'amount', reason: 'nothing to pay' };
      }
      if (!/^https?:/.test(callbackUrl) || !URL.canParse(callbackUrl)) {
        return { outcome: 'refused', code: 'callback', reason: 'no address to come back to' };
      }
      const order = { paymentId: id, amount, description, callbackUrl };
      const opened = await bank.open(order).catch(reasonOf);
      if (opened === undefined) {
        return { outcome: 'refused', code: 'duplicate', reason: `payment ${id} was asked for before` };
      }
      if (typeof opened === 'string') return { outcome: 'unknown', reason: opened };
      const { token } = opened;
      const redirect = { method: 'GET', url: `${pageUrl}/${token}`, fields: {} } as const;
      return { outcome: 'redirect', token, redirect };
    },
    readCallback,
    verify,
    inquire: verify,
    async reverse(attempt): Promise<Reversed> {
      const payment = await happen(attempt, 'reverse');
      if (typeof payment === 'string') return { outcome: 'unknown', reason: payment };
      if (payment?.state === 'reversed') return { outcome: 'reversed' };
      return { outcome: 'refused', code: payment?.state ?? 'no-such-payment', reason: 'nothing was paid' };
    },
  };
}

/** Reads what `callbackFields` of the bank wrote. */
function readCallback(parameters: Readonly<Record<string, string>>): CallbackClaim | undefined {
  const { sandboxToken: token = '', status } = parameters;
  if (!TOKEN.test(token)) return undefined;
  if (status !== 'paid' && status !== 'cancelled' && status !== 'failed') return undefined;
  return { token, claim: status, fields: {} };
}

function reasonOf(reason: unknown): string {
  return `the sandbox bank's store: ${String(reason)}`;
}

function readState(payment: SandboxPayment | string | undefined): Verified {
  if (typeof payment === 'string') return { outcome: 'unknown', reason: payment };
  if (payment === undefined) return { outcome: 'unknown', reason: 'no such payment' };
  const { state, reference, amount, card } = payment;
  if (state === 'verified') return { outcome: 'paid', reference, amount, card, fee: undefined };
  const said = { code: state, reason: '' };
  return state === 'waiting' ? { outcome: 'pending', ...said } : { outcome: 'not-paid', ...said };
}
