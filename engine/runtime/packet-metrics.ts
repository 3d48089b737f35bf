import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { codeName } from '../radius/code.ts';
import { TalliedHistogram } from './tallied-histogram.ts';

const LATENCY_BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Addresses of a pool of ours. */
export interface PoolGauges {
  readonly pool: string;
  readonly used: number;
  readonly free: number;
  readonly sticky: number;
}

/** Gauges that are read when somebody asks. */
export interface PacketGauges {
  logEvents(): Promise<number>;
  logEffects(): Promise<number>;
  effectsWaiting(): number;
  linesWaiting(): number;
  kernelDrops(): number;
  journalEntries(): number;
  storeAway(): number;
  eventLoopDelaySeconds(): number;
  pools(): Promise<readonly PoolGauges[]>;
}

/** Prometheus metrics of a packet thread. What every packet changes is counted in plain numbers until somebody asks. */
export class PacketMetrics {
  readonly registry = new Registry();
  /** Datagrams by NAS, by outcome, and by code as the index. */
  private readonly packets = new Map<string, Map<string, number[]>>();
  private readonly latency: TalliedHistogram<'port'>;
  private readonly commits: Counter;
  private readonly conflicts: Counter;
  private readonly batchLines: Histogram;
  private readonly effects: Counter<'nas' | 'kind' | 'reason' | 'result'>;
  private readonly notInForce: Counter<'nas'>;
  private readonly anomalies: Counter<'nas' | 'anomaly'>;
  private readonly journalled: Counter<'about'>;

  constructor(gauges: PacketGauges) {
    const registers = [this.registry];
    const { packets } = this;
    new Counter({
      name: 'mizan_radius_packets_total',
      help: 'Datagrams by NAS, packet type and what became of them; discards by their reason',
      labelNames: ['nas', 'type', 'outcome'],
      registers,
      collect() {
        this.reset();
        for (const [nas, byOutcome] of packets) {
          for (const [outcome, byCode] of byOutcome) {
            byCode.forEach((count, code) => {
              this.inc({ nas, type: code === 0 ? 'undecoded' : codeName(code), outcome }, count);
            });
          }
        }
      },
    });
    this.latency = new TalliedHistogram({
      name: 'mizan_radius_handling_seconds',
      help: 'Time from arrival of a datagram to its answer or discard, delay of rejects not included',
      label: 'port',
      values: ['auth', 'acct'],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    });
    this.commits = new Counter({
      name: 'mizan_line_commits_total',
      help: 'Lines written to the counter store',
      registers,
    });
    this.conflicts = new Counter({
      name: 'mizan_line_conflicts_total',
      help: 'Commits of a line that another writer was faster than',
      registers,
    });
    this.batchLines = new Histogram({
      name: 'mizan_commit_batch_lines',
      help: 'Lines per durable commit',
      buckets: BATCH_BUCKETS,
      registers,
    });
    this.effects = new Counter({
      name: 'mizan_effects_total',
      help: 'CoA and Disconnect orders by how they ended',
      labelNames: ['nas', 'kind', 'reason', 'result'],
      registers,
    });
    this.notInForce = new Counter({
      name: 'mizan_effects_not_in_force_total',
      help: "Changes that a NAS had acknowledged and that the session's reports refuted, so that they were ordered again",
      labelNames: ['nas'],
      registers,
    });
    this.anomalies = new Counter({
      name: 'mizan_accounting_anomalies_total',
      help: 'Oddities of accounting records, by NAS',
      labelNames: ['nas', 'anomaly'],
      registers,
    });
    this.journalled = new Counter({
      name: 'mizan_journalled_total',
      help: 'What was answered from the local journal while the counters were away: records (session), logins and so on',
      labelNames: ['about'],
      registers,
    });
    addGauges(this.registry, gauges);
  }

  /** Counts a datagram. */
  onOutcome(nas: string, code: number, outcome: string): void {
    const byCode = this.packets.get(nas)?.get(outcome) ?? this.begin(nas, outcome);
    byCode[code] = (byCode[code] ?? 0) + 1;
  }

  private begin(nas: string, outcome: string): number[] {
    const byOutcome = this.packets.get(nas) ?? new Map<string, number[]>();
    const byCode: number[] = [];
    this.packets.set(nas, byOutcome.set(outcome, byCode));
    return byCode;
  }

  /** Notes how long a datagram took. */
  onHandled(port: 'auth' | 'acct', seconds: number): void {
    this.latency.tally(port).add(seconds);
  }

  /** Notes a commit. */
  onCommit(lines: number, conflicts: number): void {
    this.commits.inc(lines);
    this.batchLines.observe(lines);
    if (conflicts > 0) this.conflicts.inc(conflicts);
  }

  /** Notes how an effect ended. */
  onEffect(nas: string, kind: string, reason: string, result: string): void {
    this.effects.labels(nas, kind, reason, result).inc();
    if (reason === 'not-in-force') this.notInForce.labels(nas).inc();
  }

  /** Notes oddities of a record. */
  onAnomalies(nas: string, anomalies: readonly string[]): void {
    for (const anomaly of anomalies) this.anomalies.labels(nas, anomaly).inc();
  }

  /** Counts an entry of the local journal. */
  onJournalled(about: string): void {
    this.journalled.labels(about).inc();
  }
}

function addGauges(registry: Registry, gauges: PacketGauges): void {
  new Gauge({
    name: 'mizan_pool_addresses',
    help: 'Addresses of our own pools: used, free, and sticky, which are free but remembered for their last line',
    labelNames: ['pool', 'state'],
    aggregator: 'max',
    registers: [registry],
    async collect() {
      this.reset();
      for (const { pool, ...states } of await gauges.pools().catch(() => [])) {
        for (const [state, count] of Object.entries(states)) this.set({ pool, state }, count);
      }
    },
  });
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  gauge('mizan_event_log_entries', 'Events waiting for the sink', () => gauges.logEvents());
  gauge('mizan_effect_log_entries', 'Orders to NAS that have not ended, begun or not', () =>
    gauges.logEffects(),
  );
  gauge('mizan_effects_waiting', 'Orders to NAS whose answer is awaited', () => gauges.effectsWaiting());
  gauge('mizan_lines_waiting', 'Lines waiting for their commit', () => gauges.linesWaiting());
  gauge('mizan_kernel_drops_total', 'Datagrams the kernel dropped for want of buffer', () =>
    gauges.kernelDrops(),
  );
  gauge('mizan_journal_entries', 'Entries of the local journal that are not yet in the counters', () =>
    gauges.journalEntries(),
  );
  gauge('mizan_store_away', '1 while the counters cannot be reached', () => gauges.storeAway());
  gauge(
    'mizan_packet_loop_delay_seconds',
    '99th percentile delay of the event loop since the last scrape',
    () => gauges.eventLoopDelaySeconds(),
  );
}
