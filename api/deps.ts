import type { PastHistory, PastLedger } from '../engine/explain/past-stores.ts';
import type { Reconciler } from '../engine/jobs/reconcile.ts';
import type { PayDesk } from '../engine/payments/pay-desk.ts';
import type { CounterStore } from '../engine/pipeline/counter-store.ts';
import type { Dictionary } from '../engine/radius/dictionary.ts';
import type { Clock, TestClock } from '../engine/runtime/clock.ts';
import type { BusinessLedger } from '../engine/store/ledger/business.ts';
import type { LedgerStore } from '../engine/subscribers/ledger-store.ts';
import type { PrincipalStore } from '../engine/subscribers/principal.ts';
import type { UsageHistory } from '../engine/subscribers/usage-history.ts';
import type { Instant } from '../engine/values/instant.ts';
import type { EngineControl } from './engine-control.ts';
import type { InvoiceAccess } from './invoice-paper.ts';

/** What every process serves over HTTP, whatever its roles. */
export interface StatusDeps {
  /** Secret that every call under /api/v1 must bear. */
  readonly token: string;
  /** All metrics in the Prometheus text format. */
  metricsText(): Promise<string>;
  readiness(): Promise<Readiness>;
  /** Present when the program's time may be moved by a call. */
  readonly testClock?: TestClock | undefined;
  /** Present beside it where the jobs of the program run: lets time pass, what is due on the way being done. */
  readonly passTime?: ((until: Instant) => Promise<void>) | undefined;
}

/** What the HTTP API and the pages need from the rest of the program. */
export interface ApiDeps extends StatusDeps {
  readonly ledger: LedgerStore & PastLedger & BusinessLedger;
  readonly usage: UsageHistory & PastHistory;
  readonly counters: CounterStore;
  readonly clock: Clock;
  /** What attributes that are declared by name are called. */
  readonly dictionary: Dictionary;
  readonly control: EngineControl;
  /** How invoices are shown to people without a login. */
  readonly invoiceAccess: InvoiceAccess;
  /** Payments at gateways; without it there are none to pay at. */
  readonly desk?: PayDesk | undefined;
  /** Present where counters, ledger and history can be compared. */
  readonly reconciler?: Pick<Reconciler, 'runOnce' | 'isRunning' | 'last'> | undefined;
  /** Whose tokens are valid beside the one of staff. */
  readonly principals?: PrincipalStore | undefined;
  /** Show the lines on the page `/` to anybody. */
  readonly demo: boolean;
  /** Resolves when the packet path has what was just applied. */
  onApplied(): Promise<void>;
  /** Told of faults that were answered with 500; the caller learns nothing of their kind. */
  onError?(error: unknown): void;
}

/** Whether the program can do all of its work, and what each store said. */
export interface Readiness {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, string>>;
}
