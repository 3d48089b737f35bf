import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { MessageCounts } from './jobs/send-messages.ts';
import type { CounterStore, LogPartition } from './pipeline/counter-store.ts';
import type { LedgerStore } from './subscribers/ledger-store.ts';
import type { Reconciliation } from './subscribers/reconcile.ts';
import type { Instant } from './values/instant.ts';

/** Where the metrics of the other thread and of the stores come from. */
export interface MetricsSources {
  metrics(): Promise<object>;
}

const registry = new Registry();
collectDefaultMetrics({ register: registry });

const openSessions = new Gauge({
  name: 'mizan_open_sessions',
  help: 'Sessions that are online, as the ledger has heard',
  registers: [registry],
});

const sinkLag = new Gauge({
  name: 'mizan_sink_lag_seconds',
  help: 'Age of the oldest event that has not reached history and ledger',
  registers: [registry],
});

/** The stores as far as this process has them open. */
export interface MeasuredStores {
  readonly counters: Pick<CounterStore, 'partitions'>;
  readonly ledger: Pick<LedgerStore, 'openSessionCount'>;
}

/** All metrics in the Prometheus text format: the packet thread's and this thread's, as far as the process has them. */
export async function metricsText(
  packets: MetricsSources | undefined,
  stores: MeasuredStores | undefined,
  now: Instant,
): Promise<string> {
  if (stores !== undefined) await measureStores(stores, now);
  const parts = [await packets?.metrics(), await registry.getMetricsAsJSON()].filter(
    (part) => part !== undefined,
  );
  return AggregatorRegistry.aggregate(parts as object[]).metrics();
}

/** A store that does not answer has no figure; the other metrics are wanted all the more then. */
async function measureStores({ counters, ledger }: MeasuredStores, now: Instant): Promise<void> {
  const oldestOf = async (log: LogPartition) => {
    const [oldest] = await log.readEvents((await log.sinkMark()).sunkThrough, 1);
    return oldest?.event.at ?? now;
  };
  const oldestAt = async () => Math.min(...(await Promise.all(counters.partitions.map(oldestOf))));
  const noFigure = () => Number.NaN;
  sinkLag.set(Math.max(0, (now - (await oldestAt().catch(noFigure))) / 1000));
  openSessions.set(await ledger.openSessionCount().catch(noFigure));
}

const RECONCILIATION = {
  mizan_unreconciled_octets:
    'Octets on which counters, ledger and history did not agree; anything but 0 is an alarm',
  mizan_reconciled_lines: 'Lines that the last reconciliation has judged',
  mizan_reconcile_busy_lines: 'Lines that changed too often for the last reconciliation to judge them',
  mizan_reconcile_last_run_timestamp_seconds: 'When the last reconciliation came to its end',
} as const;

/** Publishes what a reconciliation found. Before the first one there is no figure: 0 would say that all is well. */
export function noteReconciliation(found: Reconciliation): void {
  const figures: Readonly<Record<keyof typeof RECONCILIATION, number>> = {
    mizan_unreconciled_octets: found.unreconciledOctets,
    mizan_reconciled_lines: found.judged,
    mizan_reconcile_busy_lines: found.busy,
    mizan_reconcile_last_run_timestamp_seconds: found.finishedAt / 1000,
  };
  for (const name of Object.keys(RECONCILIATION) as (keyof typeof RECONCILIATION)[]) {
    const known = registry.getSingleMetric(name) as Gauge | undefined;
    const gauge = known ?? new Gauge({ name, help: RECONCILIATION[name], registers: [registry] });
    gauge.set(figures[name]);
  }
}

/** Publishes how messages ended since the start, by `counts`, which is asked whenever somebody looks. */
export function publishMessages(counts: () => MessageCounts): void {
  const name = 'mizan_messages_total';
  registry.removeSingleMetric(name);
  new Counter({
    name,
    help: 'Tries to send messages by their end, and messages that were heard to be delivered or undelivered',
    labelNames: ['end'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [end, count] of Object.entries(counts())) this.inc({ end }, count);
    },
  });
}
