import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { type CounterGuardParts, createCounterGuard } from '../../../engine/jobs/guard-counters.ts';
import { createSink, type Sink } from '../../../engine/jobs/sink.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { CounterStore } from '../../../engine/pipeline/counter-store.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import { openLedger } from '../../../engine/store/ledger/open-ledger.ts';
import { openUsage } from '../../../engine/store/usage/open-usage.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf } from '../accounting/samples.ts';
import { NOW, secrets } from '../store/ledger/sample.ts';

const GB = 2 ** 30;
export const USERNAMES = Array.from({ length: 5 }, (_, index) => `g${index}`);

/** Two plans, a NAS, and lines that bought 2 GB. */
const DOCUMENT = {
  nas: [{ name: 'bras', address: '10.0.0.1', secret: 's3cret', vendor: 'mikrotik', coaPort: 1700 }],
  plans: [
    {
      name: 'gold',
      days: 30,
      quota: { octets: 2 * GB, charge: 'both' },
      speed: { downKbps: 80_000, upKbps: 20_000 },
      exhausted: 'disconnect',
    },
  ],
  lines: USERNAMES.map((username) => ({ username, password: 'pw', plan: 'gold' })),
} as const;

/** Ledger and history that stay, and counters that can be lost. */
export class GuardWorld {
  readonly log = { warn: () => undefined };
  private epochs = 0;
  private folders = 0;
  private counting: CounterStore | undefined;
  private folder = '';
  private readonly root: string;
  readonly ledger: Awaited<ReturnType<typeof openLedger>>;
  readonly history: Awaited<ReturnType<typeof openUsage>>;
  now = NOW;

  static async open(): Promise<GuardWorld> {
    const root = mkdtempSync(join(tmpdir(), 'mizan-guard-'));
    const ledger = await openLedger({ folder: join(root, 'ledger') }, secrets);
    const applied = await ledger.apply(DOCUMENT, NOW);
    if (!applied.ok) throw new Error(JSON.stringify(applied.error));
    return new GuardWorld(root, ledger, await openUsage({ folder: join(root, 'usage') }));
  }

  private constructor(root: string, ledger: GuardWorld['ledger'], history: GuardWorld['history']) {
    this.root = root;
    this.ledger = ledger;
    this.history = history;
  }

  get counters(): CounterStore {
    this.counting ??= this.openCounters();
    return this.counting;
  }

  private openCounters(): LmdbCounterStore {
    if (this.folder === '') this.folder = join(this.root, `counters${this.folders++}`);
    return new LmdbCounterStore(this.folder);
  }

  /** Counts in another store from now on, which it closes. */
  use(counters: CounterStore): void {
    this.counting = counters;
  }

  /** The counters are gone; empty ones take their place. */
  async loseCounters(): Promise<void> {
    await this.counting?.close();
    this.counting = undefined;
    this.folder = '';
  }

  /** What the counters are now, to come back to. */
  async copyCounters(): Promise<string> {
    await this.counting?.close();
    this.counting = undefined;
    const copy = join(this.root, `copy${this.folders++}`);
    cpSync(this.folder, copy, { recursive: true });
    return copy;
  }

  /** The counters are those of an earlier time. */
  async rollBackTo(copy: string): Promise<void> {
    await this.loseCounters();
    this.folder = join(this.root, `counters${this.folders++}`);
    cpSync(copy, this.folder, { recursive: true });
  }

  sink(parts: Partial<Pick<GuardWorld, 'ledger' | 'history'>> = {}, partition = 0): Sink {
    const { ledger, history, log } = { ...this, ...parts };
    return createSink({ source: this.counters.partitions[partition]!, history, ledger, log });
  }

  async sinkAll(): Promise<void> {
    for (const { partition } of this.counters.partitions) await this.sink({}, partition).drain();
  }

  parts(): CounterGuardParts {
    return {
      counters: this.counters,
      ledger: this.ledger,
      history: this.history,
      sinkOf: (partition) => this.sink({}, partition),
      secrets,
      clock: { now: () => this.now },
      newEpoch: () => `epoch${++this.epochs}`,
      log: this.log,
    };
  }

  guard() {
    return createCounterGuard(this.parts());
  }

  /** One line's report, `seconds` after the beginning of the test's day. */
  async report(username: string, seconds: number, output: number, more: Partial<AccountingRecord> = {}) {
    const at = NOW + seconds * 1000;
    const record = recordOf(
      { seconds },
      {
        username,
        inputOctets: octets(1_000),
        outputOctets: octets(output),
        order: { at, eventTimestampSeconds: at / 1000, sessionTimeSeconds: seconds },
        receivedAt: at,
        ...more,
      },
    );
    const { state, version } = await this.counters.load(username);
    const { plans } = await this.counters.reference();
    const lookup = (name: string) => plans.find((plan) => plan.name === name);
    const change = accountRecord(state!, record, { now: at, plans: lookup, bootOf: () => 0 });
    const [outcome] = await this.counters.commit([{ username, expectedVersion: version, at, ...change }]);
    if (!outcome!.ok) throw new Error('nobody else writes here');
    return change;
  }

  /** What each line may say of itself, without what a rebuild begins anew. */
  async figures() {
    const lines = await Promise.all(USERNAMES.map((username) => this.counters.load(username)));
    return lines.map(({ state }) => ({
      profile: state?.profile,
      grants: state?.grants,
      sessions: state?.sessions.map(({ key, state, usage, counters, applied, updatedAt }) => {
        const { segmentFrom: _, ...counted } = counters;
        return { key, state, usage, counted, applied, updatedAt };
      }),
    }));
  }

  async remove(): Promise<void> {
    await this.counting?.close();
    await this.ledger.close();
    await this.history.close();
    rmSync(this.root, { recursive: true });
  }
}
