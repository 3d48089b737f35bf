import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type CounterGuard, createCounterGuard } from './jobs/guard-counters.ts';
import { createPaymentInquirer, type PaymentInquirer } from './jobs/inquire-payments.ts';
import { createServiceKeeper, type ServiceKeeper } from './jobs/keep-services.ts';
import { createTermKeeper, type TermKeeper } from './jobs/keep-terms.ts';
import { passTime } from './jobs/pass-time.ts';
import { createProjector, type LineProjectionTarget, type Projector } from './jobs/project.ts';
import { createRepeater, type Repeater } from './jobs/repeat.ts';
import { createSink, type Sink } from './jobs/sink.ts';
import { MessageJobs } from './message-jobs.ts';
import type { SmsProvider } from './messaging/sms-provider.ts';
import type { Stores } from './open-stores.ts';
import { settingsAt } from './orders/house-settings.ts';
import type { PayDesk } from './payments/pay-desk.ts';
import type { LogPartition } from './pipeline/counter-store.ts';
import { type Clock, monotonicMs, type TestClock } from './runtime/clock.ts';
import { inTime } from './runtime/in-time.ts';
import { randomOctets } from './runtime/random.ts';
import type { SecretBox } from './runtime/secret-box.ts';
import type { KeyedRequestStore } from './subscribers/idempotency-store.ts';
import { DAY_MS, HOUR_MS, type Instant } from './values/instant.ts';

/** What the worker's jobs are made of. */
export interface BackgroundParts {
  readonly stores: Stores;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly desk: Pick<PayDesk, 'inquire'>;
  readonly sms: SmsProvider;
}

const SINK_INTERVAL_MS = 500;
const PROJECTION_INTERVAL_MS = 1_000;
const GUARD_INTERVAL_MS = 1_000;
const TERMS_INTERVAL_MS = 1_000;
const PAYMENTS_INTERVAL_MS = 1_000;
const SERVICES_INTERVAL_MS = 1_000;
const KEYS_INTERVAL_MS = HOUR_MS;
const KEYS_AT_ONCE = 10_000;
const LOOK_AGAIN_MS = 500;
/** A store that is away must not keep the program from ending: what is not carried over by then stays in the log. */
const STOP_JOBS_WITHIN_MS = 3_000;
const DRAIN_WITHIN_MS = 10_000;

const TERMS_TASK = 'terms';
const PAYMENTS_TASK = 'payments';
const SERVICES_TASK = 'services';

/** Octets of a new epoch's random name. */
const EPOCH_OCTETS = 8;

/**
 * What goes on behind the packets: the `worker` role. Of several processes with these jobs each task is done by the one
 * that holds its lease, and by another one some seconds after that one has died.
 */
export class BackgroundJobs {
  private readonly parts: BackgroundParts;
  private readonly sinks: readonly Sink[];
  private readonly guard: CounterGuard;
  private readonly terms: TermKeeper;
  private readonly payments: PaymentInquirer;
  private readonly services: ServiceKeeper;
  private readonly messages: MessageJobs;
  private readonly keys: Repeater;
  private projection: Projector | undefined;
  private stopListening = () => {};

  constructor(parts: BackgroundParts) {
    this.parts = parts;
    const { stores, secrets, clock, log, desk, sms } = parts;
    const { counters, ledger, usage } = stores;
    // A partition that is about to be rebuilt is carried over by its guard, whoever does so at other times.
    const guarded = new Set<number>();
    const mayRun = async ({ partition }: LogPartition) =>
      guarded.has(partition) || (await counters.lease(sinkTask(partition)));
    this.sinks = counters.partitions.map((source) =>
      createSink({ ...{ source, history: usage, ledger, log }, mayRun: () => mayRun(source) }),
    );
    this.terms = createTermKeeper({
      ...{ ledger, log },
      mayRun: () => counters.lease(TERMS_TASK),
      now: () => clock.now(),
    });
    this.payments = createPaymentInquirer({
      ...{ payments: ledger.payments, log, inquire: desk.inquire, now: () => clock.now() },
      mayRun: () => counters.lease(PAYMENTS_TASK),
    });
    this.services = createServiceKeeper({
      ...{ life: ledger.life, log, onChanged: () => this.project(), now: () => clock.now() },
      mayRun: () => counters.lease(SERVICES_TASK),
    });
    this.keys = createRepeater('keys', () => forgetKeys(ledger, clock.now()), log);
    this.messages = new MessageJobs({ ledger, provider: sms, clock, log });
    const drainOf = async (partition: number) => {
      guarded.add(partition);
      await this.sinks[partition]!.drain().finally(() => guarded.delete(partition));
    };
    this.guard = createCounterGuard({
      ...{ counters, ledger, history: usage, secrets, clock, log },
      sinkOf: (partition) => ({ drain: () => drainOf(partition) }),
      newEpoch: () => `${clock.now().toString(36)}-${randomOctets(EPOCH_OCTETS).toString('hex')}`,
    });
  }

  /**
   * Looks whether the counters are what the ledger remembers and puts them together again if not, before anybody uses
   * them: the embedded ones can be kept from nobody later. Where they were begun already, a ledger that is away keeps
   * nobody waiting.
   * @param withinMs how long to wait for that at most; the guard goes on by itself afterwards.
   */
  async makeSureOfCounters(withinMs: number): Promise<void> {
    const { counters } = this.parts.stores;
    const deadline = monotonicMs() + withinMs;
    do {
      try {
        await this.guard.runOnce();
        return;
      } catch (error) {
        this.parts.log.warn({ reason: String(error) }, 'counters could not be compared with the ledger');
      }
      const isBegun = await counters.past().then(
        (past) => past.every(({ epoch }) => epoch !== ''),
        () => false,
      );
      if (isBegun) return;
      await sleep(LOOK_AGAIN_MS);
    } while (monotonicMs() < deadline);
  }

  /** @param watches whether counters may be lost, and rebuilt, while the program runs: not where they are embedded. */
  start(lines: LineProjectionTarget, watches: boolean): void {
    const { stores, secrets, clock, log } = this.parts;
    const { counters, ledger } = stores;
    const projection = createProjector({
      ...{ ledger, lines, counters, secrets, log },
      mayRun: () => counters.lease('projection'),
      now: () => clock.now(),
    });
    this.projection = projection;
    this.stopListening = counters.onChange(({ kind }) => {
      if (kind === 'ledger' || kind === 'missed' || kind === 'rebuilt') projection.wake();
    });
    if (watches) this.guard.start(GUARD_INTERVAL_MS);
    for (const sink of this.sinks) sink.start(SINK_INTERVAL_MS);
    projection.start(PROJECTION_INTERVAL_MS);
    this.terms.start(TERMS_INTERVAL_MS);
    this.payments.start(PAYMENTS_INTERVAL_MS);
    this.services.start(SERVICES_INTERVAL_MS);
    this.messages.start();
    this.keys.start(KEYS_INTERVAL_MS);
  }

  /** Carries changes of the ledger over at once; rejects when a store does not answer. */
  async project(): Promise<void> {
    await this.projection?.runOnce();
  }

  /** Lets time pass on a clock for tests, with everything that is due on the way done at its moment. */
  async passTime(clock: TestClock, until: Instant): Promise<void> {
    const { catalogue } = this.parts.stores.ledger;
    const runAll = async () => {
      while ((await this.terms.runOnce()) > 0);
      try {
        await this.services.runAll();
      } finally {
        await this.messages.sendDue();
        await this.project();
      }
    };
    await passTime(
      {
        ...{ now: () => clock.now(), moveTo: (at) => clock.moveTo(at), runAll },
        settings: async (at) => settingsAt((await catalogue.catalogue()).settings, at),
      },
      until,
    );
  }

  /** No job begins after it; those in work are waited for, but not for ever. */
  async stop(): Promise<void> {
    this.stopListening();
    const jobs = [
      this.guard,
      this.terms,
      this.payments,
      this.services,
      this.messages,
      this.keys,
      this.projection,
      ...this.sinks,
    ];
    const stopped = Promise.all(jobs.map((job) => job?.stop()));
    await inTime(stopped, STOP_JOBS_WITHIN_MS).catch(() => undefined);
  }

  /** Carries over what was acknowledged, as far as history and ledger answer in time, and gives the tasks back. */
  async drain(): Promise<void> {
    const { stores, log } = this.parts;
    await inTime(Promise.all(this.sinks.map((sink) => sink.drain())), DRAIN_WITHIN_MS).catch(
      (error: unknown) =>
        log.warn(
          { reason: String(error) },
          'history or ledger is away; what is in the log is carried over at the next start',
        ),
    );
    const tasks = [
      'projection',
      TERMS_TASK,
      PAYMENTS_TASK,
      SERVICES_TASK,
      ...this.sinks.map((_, partition) => sinkTask(partition)),
    ];
    await Promise.all(tasks.map((task) => stores.counters.endLease(task).catch(() => undefined)));
  }
}

function sinkTask(partition: number): string {
  return `sink:${partition}`;
}

/** Calls of the API that may be repeated for a day are forgotten after it; true while there are more of them. */
async function forgetKeys({ idempotency }: KeyedRequestStore, now: Instant): Promise<boolean> {
  return (await idempotency.removeBefore(now - DAY_MS, KEYS_AT_ONCE)) === KEYS_AT_ONCE;
}
