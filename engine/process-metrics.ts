import { AggregatorRegistry, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CounterStore } from './pipeline/counter-store.ts';
import type { LedgerStore } from './subscribers/ledger-store.ts';

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

/** All metrics in the Prometheus text format: the packet thread's and this thread's. */
export async function metricsText(
  packets: MetricsSources,
  stores: { readonly counters: CounterStore; readonly ledger: LedgerStore; readonly now: () => number },
): Promise<string> {
  await measureStores(stores);
  const parts = [await packets.metrics(), await registry.getMetricsAsJSON()];
  return AggregatorRegistry.aggregate(parts as object[]).metrics();
}

async function measureStores(stores: Parameters<typeof metricsText>[1]): Promise<void> {
  const [oldest] = await stores.counters.readEvents((await stores.counters.sinkMark()).sunkThrough, 1);
  sinkLag.set(oldest === undefined ? 0 : Math.max(0, (stores.now() - oldest.event.at) / 1000));
  const open = await stores.ledger.openSessionCount().catch(() => Number.NaN);
  openSessions.set(open);
}
