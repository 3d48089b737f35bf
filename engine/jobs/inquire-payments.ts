import type { Payment, PaymentStore } from '../payments/payment.ts';
import type { Instant } from '../values/instant.ts';
import { createRepeater, type JobLog } from './repeat.ts';

/** What the inquirer works with. */
export interface PaymentInquirerParts {
  readonly payments: Pick<PaymentStore, 'dueInquiries'>;
  /** Asks the gateway and notes what it says; rejects when that cannot be noted. */
  inquire(payment: Payment): Promise<unknown>;
  /** Whether this program is the one that does it; asked before every run. */
  readonly mayRun: () => Promise<boolean>;
  now(): Instant;
  readonly log: JobLog;
}

/** Asks gateways about payments whose payers did not come back, or whose callback could not be noted. */
export interface PaymentInquirer {
  /**
   * Takes what is due and begins to ask; resolves to true when there may be more, without waiting for any gateway. Rejects
   * when the ledger does not answer.
   */
  runOnce(): Promise<boolean>;
  /** Resolves when no gateway is being asked any more. */
  idle(): Promise<void>;
  /** Runs every `intervalMs` until `stop`, with growing pauses while the ledger is down. */
  start(intervalMs: number): void;
  /** Asks about nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** Attempts taken at a time. */
const PAGE = 100;
/** Attempts that one gateway is asked about at a time: banks limit the calls of a merchant. */
const AT_ONCE = 4;
/** Attempts that wait for one gateway; one more is asked about when its next inquiry is due. */
const WAITING_MOST = 1_000;

/**
 * An inquirer. Each gateway has a lane of its own, so that one that hangs holds up no other. The next inquiry of an attempt
 * is planned when it is taken: whatever dies in between, it is asked about again.
 */
export function createPaymentInquirer(parts: PaymentInquirerParts): PaymentInquirer {
  const lanes = new Map<string, Lane>();
  let isStopping = false;
  const laneOf = (gateway: string): Lane => {
    const lane = lanes.get(gateway) ?? new Lane((payment) => ask(parts, payment));
    lanes.set(gateway, lane);
    return lane;
  };
  const runOnce = async (): Promise<boolean> => {
    if (isStopping || !(await parts.mayRun())) return false;
    const due = await parts.payments.dueInquiries(parts.now(), PAGE);
    for (const payment of due) laneOf(payment.gateway).add(payment);
    return due.length === PAGE;
  };
  const idle = async (): Promise<void> => {
    await Promise.all([...lanes.values()].map((lane) => lane.idle()));
  };
  const repeater = createRepeater('payments', runOnce, parts.log);
  return {
    runOnce,
    idle,
    start(intervalMs) {
      isStopping = false;
      repeater.start(intervalMs);
    },
    async stop() {
      isStopping = true;
      await repeater.stop();
      for (const lane of lanes.values()) lane.clear();
      await idle();
    },
  };
}

/** An attempt that cannot be asked about now, or not be noted, comes again by its plan. */
async function ask({ inquire, log }: PaymentInquirerParts, payment: Payment): Promise<void> {
  try {
    await inquire(payment);
  } catch (error) {
    const { id, gateway } = payment;
    log.warn({ payment: id, gateway, reason: String(error) }, 'an inquiry failed, will be repeated');
  }
}

/** Inquiries at one gateway: some at a time, each attempt once. */
class Lane {
  readonly #ask: (payment: Payment) => Promise<void>;
  readonly #known = new Set<number>();
  readonly #asked = new Set<Promise<void>>();
  #waiting: Payment[] = [];

  constructor(ask: (payment: Payment) => Promise<void>) {
    this.#ask = ask;
  }

  add(payment: Payment): void {
    if (this.#known.has(payment.id) || this.#waiting.length >= WAITING_MOST) return;
    this.#known.add(payment.id);
    this.#waiting.push(payment);
    this.#begin();
  }

  clear(): void {
    for (const { id } of this.#waiting) this.#known.delete(id);
    this.#waiting = [];
  }

  async idle(): Promise<void> {
    while (this.#asked.size > 0) await Promise.all(this.#asked);
  }

  #begin(): void {
    while (this.#asked.size < AT_ONCE) {
      const payment = this.#waiting.shift();
      if (payment === undefined) return;
      const asked = this.#ask(payment).then(() => {
        this.#asked.delete(asked);
        this.#known.delete(payment.id);
        this.#begin();
      });
      this.#asked.add(asked);
    }
  }
}
