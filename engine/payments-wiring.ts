import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { readGateways } from './payment-gateways.ts';
import type { PaymentGateway } from './payments/gateway.ts';
import { createSandboxGateway } from './payments/gateways/sandbox.ts';
import { createPayDesk, type PayDesk } from './payments/pay-desk.ts';
import { createSandboxBank, type SandboxBank } from './payments/sandbox-bank.ts';
import type { Clock } from './runtime/clock.ts';
import { inTime } from './runtime/in-time.ts';
import { randomOctets } from './runtime/random.ts';
import type { Ledger } from './store/ledger/open-ledger.ts';
import { ok, type Result } from './values/result.ts';

/** Folders of our pages that a browser may be sent to after paying; `/` is the first page alone. */
const RETURN_FOLDERS = ['/', '/my', '/panel', '/staff', '/agent'] as const;

/** How long a payer's browser waits for the packet path; what was applied is carried over by itself later. */
const APPLIED_WITHIN_MS = 3_000;

/** What payments are made with. */
export interface PaymentsParts {
  readonly config: Config;
  readonly gateways: readonly PaymentGateway[];
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Where HTTP is served, known once it is. */
  httpUrl(): string;
  onApplied(): Promise<void>;
  readonly log: Logger;
}

/** Payments as the rest of the program uses them. */
export interface Payments {
  readonly desk: PayDesk;
  /** Present where the sandbox bank is switched on. */
  readonly sandbox: SandboxBank | undefined;
}

/** The gateways of the settings; fails with a text for the operator. */
export function configuredGateways(config: Config, clock: Clock): Result<readonly PaymentGateway[], string> {
  const { roles, paymentGatewaysFile } = config;
  return roles.has('api') || roles.has('worker') ? readGateways(paymentGatewaysFile, clock) : ok([]);
}

/** The desk over the gateways of the settings and, where it is switched on, the sandbox bank's. */
export function openPayments(parts: PaymentsParts): Payments {
  const { config, gateways, ledger, clock, httpUrl, onApplied, log } = parts;
  const now = () => clock.now();
  const sandbox = config.sandboxBank ? createSandboxBank(ledger.sandboxBank, now, randomOctets) : undefined;
  const own = sandbox && createSandboxGateway({ bank: sandbox, pageUrl: '/sandbox-bank' });
  const desk = createPayDesk({
    gateways: own === undefined ? gateways : [...gateways, own],
    payments: ledger.payments,
    publicUrl: () => config.publicUrl ?? httpUrl(),
    returnFolders: RETURN_FOLDERS,
    ...{ now, randomOctets, log },
    onApplied: () => inTime(onApplied(), APPLIED_WITHIN_MS),
  });
  return { desk, sandbox };
}
