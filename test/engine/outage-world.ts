import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { AccountingRecord } from '../../engine/accounting/record.ts';
import { NasRegistry } from '../../engine/nas/nas-registry.ts';
import { PacketOutage } from '../../engine/packet-outage.ts';
import { accountingRule } from '../../engine/pipeline/handle-accounting.ts';
import { LineEngine } from '../../engine/pipeline/line-engine.ts';
import type { PacketContext } from '../../engine/pipeline/packet-context.ts';
import { replayEntry } from '../../engine/pipeline/replay-entry.ts';
import { strayEvent } from '../../engine/pipeline/stray-event.ts';
import type { LineState } from '../../engine/policy/line-state.ts';
import { prepareHmacKey } from '../../engine/radius/hmac-md5.ts';
import { LmdbCounterStore } from '../../engine/store/counters/lmdb-counter-store.ts';
import { HOUR_MS } from '../../engine/values/instant.ts';
import { T0 } from './accounting/samples.ts';
import { type AwayStore, awayStore } from './pipeline/away-store.ts';
import { historyOf, planOf } from './pipeline/samples.ts';

/** Lines of the log: fields and sentence. */
export type Said = readonly [fields: Readonly<Record<string, unknown>>, sentence: string];

export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** One process with a journal on counters that can be switched off; `next` is the process after it was killed. */
export class OutageWorld {
  readonly folder: string;
  readonly real: LmdbCounterStore;
  readonly said: Said[] = [];
  readonly errors: unknown[] = [];
  now = T0 + HOUR_MS;
  away!: AwayStore;
  engine!: LineEngine;
  outage!: PacketOutage;
  context!: PacketContext;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'mizan-outage-'));
    this.real = new LmdbCounterStore(join(this.folder, 'counters'));
    this.open();
  }

  private open(): void {
    this.away = awayStore(this.real);
    const { store } = this.away;
    const say = (fields: Said[0], sentence: string) => this.said.push([fields, sentence]);
    this.outage = new PacketOutage({
      folder: join(this.folder, 'process'),
      counters: store,
      engine: () => this.engine,
      replay: (entry) => replayEntry(entry, this.now, this.context, store),
      onJournalled: () => {},
      logError: () => (error) => this.errors.push(error),
      log: { warn: say, error: say } as unknown as Logger,
    });
    this.engine = new LineEngine(store, { onCommit: () => {} }, this.outage.lines);
    this.context = {
      engine: this.engine,
      registry: new NasRegistry([]),
      plans: new Map([['gold', historyOf(planOf())]]),
      classKey: prepareHmacKey(Buffer.from('key')),
      recent: this.outage.recent,
      onAnomalies: () => {},
    } as unknown as PacketContext;
  }

  /** Handles a record as the packet path does; resolves when it may be acknowledged. */
  async account(record: AccountingRecord): Promise<void> {
    const accounting = { about: 'session', record, classValues: [] } as const;
    const anomalies = await this.engine.account(accounting, (line) =>
      accountingRule(line, accounting, record.receivedAt, this.context),
    );
    this.outage.recent.add(accounting, record.receivedAt);
    if (anomalies === undefined) await this.engine.record([strayEvent(record)]);
  }

  async putLine(state: LineState): Promise<void> {
    const { username } = state.profile;
    const { version } = this.real.load(username);
    const commit = {
      username,
      expectedVersion: version,
      state,
      events: [],
      effects: [],
      wakeAt: undefined,
      at: 0,
    };
    await this.real.commit([commit]);
    this.engine.forgetOlder(username, version + 1);
  }

  stored(username: string): LineState | undefined {
    return this.real.load(username).state;
  }

  /** Kills the process at this instant and starts the next one on what is on disk. */
  async crash(): Promise<void> {
    this.away.mood = 'dead';
    // In one process the dead one shares the journal's folder with its follower: its last write must be over.
    for (let turns = 0; turns < 40 || this.outage.lines.waiting > 0; turns++) await turn();
    void this.outage.stop();
    this.open();
  }

  async dispose(): Promise<void> {
    this.away.mood = 'there';
    await this.outage.stop();
    await this.real.close();
    rmSync(this.folder, { recursive: true });
  }
}
