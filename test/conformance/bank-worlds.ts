import type { PaymentGateway } from '../../engine/payments/gateway.ts';
import { createMellat } from '../../engine/payments/gateways/mellat.ts';
import { createSadad } from '../../engine/payments/gateways/sadad.ts';
import { createSaman } from '../../engine/payments/gateways/saman.ts';
import { createSandboxGateway } from '../../engine/payments/gateways/sandbox.ts';
import { createZarinpal } from '../../engine/payments/gateways/zarinpal.ts';
import { createZibal } from '../../engine/payments/gateways/zibal.ts';
import type { Payment } from '../../engine/payments/payment.ts';
import { createSandboxBank } from '../../engine/payments/sandbox-bank.ts';
import { randomOctets } from '../../engine/runtime/random.ts';
import type { Instant } from '../../engine/values/instant.ts';
import { memoryBook } from '../engine/payments/sandbox-world.ts';
import type { GatewayServer } from '../engine/payments/simulators/http-server.ts';
import { MELLAT_ACCOUNT, startMellat } from '../engine/payments/simulators/mellat.ts';
import { SADAD_ACCOUNT, startSadad } from '../engine/payments/simulators/sadad.ts';
import { SAMAN_TERMINAL, startSaman } from '../engine/payments/simulators/saman.ts';
import { MERCHANT as ZARINPAL_MERCHANT, ZarinpalSimulator } from '../engine/payments/simulators/zarinpal.ts';
import { startZibal, MERCHANT as ZIBAL_MERCHANT } from '../engine/payments/simulators/zibal.ts';

type Parameters = Readonly<Record<string, string>>;

/** A bank of a test as its payers see it, and our gateway to it. */
export interface BankWorld {
  readonly gateway: PaymentGateway;
  /** The same, which waits too short for a slow answer. */
  readonly hasty: PaymentGateway;
  /** `undefined` of a bank without a network between. */
  readonly server: GatewayServer | undefined;
  /** The payer pays; what the browser brings back. */
  pay(payment: Payment): Parameters | Promise<Parameters>;
  /** What a browser brings that claims it. */
  forge(payment: Payment): Parameters;
  /** Whether the bank gives us the money. */
  isSettled(payment: Payment): boolean;
  /** Another amount than was asked for is paid, where that can be. */
  payOther?(payment: Payment): Parameters;
}

/** Sadad's simulator has a clock that stands. */
const SADAD_NOW = Date.UTC(2026, 10, 20, 20, 35, 9);
const PATIENT_MS = 20_000;
const HASTY_MS = 300;

/** Every bank that there is an adapter for. @param now the clock of the sandbox bank. */
export function bankWorlds(now: () => Instant): readonly (() => Promise<BankWorld>)[] {
  return [zarinpal, zibal, mellat, saman, sadad, () => sandbox(now)];
}

async function zarinpal(): Promise<BankWorld> {
  const bank = await ZarinpalSimulator.start();
  const account = { merchantId: ZARINPAL_MERCHANT, baseUrl: bank.server.url };
  return {
    gateway: createZarinpal({ ...account, timeoutMs: PATIENT_MS }),
    hasty: createZarinpal({ ...account, timeoutMs: HASTY_MS }),
    server: bank.server,
    pay: ({ token }) => bank.pay(token!),
    forge: ({ token }) => ({ Authority: token!, Status: 'OK' }),
    isSettled: ({ token }) => bank.settled.includes(token!),
    payOther({ token, amount }) {
      bank.change(token!, { amount: amount - 1 });
      return bank.pay(token!);
    },
  };
}

async function zibal(): Promise<BankWorld> {
  const bank = await startZibal();
  const account = { merchant: ZIBAL_MERCHANT, baseUrl: bank.server.url };
  return {
    gateway: createZibal({ ...account, timeoutMs: PATIENT_MS }),
    hasty: createZibal({ ...account, timeoutMs: HASTY_MS }),
    server: bank.server,
    pay: ({ token }) => bank.end(token!, 2),
    forge: ({ token, id }) => ({ success: '1', status: '2', trackId: token!, orderId: String(id) }),
    isSettled: ({ token }) => bank.settled.includes(token!),
    payOther({ token, amount }) {
      bank.change(token!, { amount: amount - 1 });
      return bank.end(token!, 2);
    },
  };
}

async function mellat(): Promise<BankWorld> {
  const bank = await startMellat();
  const account = { ...MELLAT_ACCOUNT, baseUrl: bank.baseUrl, now: () => SADAD_NOW };
  return {
    gateway: createMellat({ ...account, timeoutMs: PATIENT_MS }),
    hasty: createMellat({ ...account, timeoutMs: HASTY_MS }),
    server: bank.server,
    pay: ({ token }) => bank.pay(token!),
    forge: ({ token, id }) => ({
      ...{ RefId: token!, ResCode: '0', SaleOrderId: String(id), SaleReferenceId: '170000000999' },
    }),
    isSettled: ({ id }) => bank.settled().some(({ orderId }) => orderId === String(id)),
  };
}

async function saman(): Promise<BankWorld> {
  const bank = await startSaman();
  const account = { terminalId: SAMAN_TERMINAL, baseUrl: bank.baseUrl };
  return {
    gateway: createSaman({ ...account, timeoutMs: PATIENT_MS }),
    hasty: createSaman({ ...account, timeoutMs: HASTY_MS }),
    server: bank.server,
    pay: ({ token }) => bank.pay(token!),
    forge: ({ token, id }) => ({ Token: token!, RefNum: 'forged=', ResNum: String(id), Status: '2' }),
    isSettled: ({ id }) => bank.settled().some(({ resNum }) => resNum === String(id)),
    payOther: ({ token, amount }) => bank.pay(token!, amount - 1),
  };
}

async function sadad(): Promise<BankWorld> {
  const bank = await startSadad();
  const account = { ...SADAD_ACCOUNT, baseUrl: bank.baseUrl, now: () => SADAD_NOW };
  return {
    gateway: createSadad({ ...account, timeoutMs: PATIENT_MS }),
    hasty: createSadad({ ...account, timeoutMs: HASTY_MS }),
    server: bank.server,
    pay: ({ token }) => bank.pay(token!),
    forge: ({ token, id }) => ({ token: token!, OrderId: String(id), ResCode: '0' }),
    isSettled: ({ id }) => bank.settled().some(({ orderId }) => orderId === String(id)),
    payOther: ({ token, amount }) => bank.pay(token!, amount - 1),
  };
}

async function sandbox(now: () => Instant): Promise<BankWorld> {
  const book = memoryBook();
  const bank = createSandboxBank(book, now, randomOctets);
  const gateway = createSandboxGateway({ bank, pageUrl: '/sandbox-bank' });
  return {
    gateway,
    hasty: gateway,
    server: undefined,
    async pay({ token }) {
      const paid = await bank.happen(token!, { kind: 'pay', card: '6037701689095443' });
      return bank.callbackFields(paid!);
    },
    forge: ({ token }) => ({ sandboxToken: token!, status: 'paid' }),
    isSettled: ({ token }) => book.rows.get(token!)?.state === 'verified',
  };
}
