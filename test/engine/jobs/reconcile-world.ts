import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { createProjector, type Projector } from '../../../engine/jobs/project.ts';
import { createReconciler, type ReconcilerParts } from '../../../engine/jobs/reconcile.ts';
import { createSink, type Sink } from '../../../engine/jobs/sink.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { LineContext } from '../../../engine/pipeline/line-change.ts';
import { LineEngine } from '../../../engine/pipeline/line-engine.ts';
import { projectLine } from '../../../engine/pipeline/project-line.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import type { LedgerTables } from '../../../engine/store/ledger/database.ts';
import { KyselyLedger } from '../../../engine/store/ledger/kysely-ledger.ts';
import { migrateLedger } from '../../../engine/store/ledger/migrate.ts';
import { embeddedTypes } from '../../../engine/store/ledger/value-parsers.ts';
import { openUsage } from '../../../engine/store/usage/open-usage.ts';
import type { LineProjection } from '../../../engine/subscribers/ledger-store.ts';
import type { ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';
import type { Reconciliation } from '../../../engine/subscribers/reconcile.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { secrets } from '../store/ledger/sample.ts';

const log = { warn: () => undefined };

/** The three real stores in a folder of their own; `sql` goes to the ledger past all rules. */
async function openAll() {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-reconcile-'));
  const pglite = await PGlite.create({ dataDir: join(folder, 'ledger'), ...embeddedTypes() });
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  const dialect = new PGliteDialect({ pglite });
  const ledger = new KyselyLedger(new Kysely<LedgerTables>({ dialect }), secrets);
  const history = await openUsage({ folder: join(folder, 'usage') });
  const counters = new LmdbCounterStore(join(folder, 'counters'));
  return {
    ledger,
    history,
    counters,
    sql: (text: string) => pglite.query(text),
    async close(): Promise<void> {
      await Promise.all([ledger.close(), history.close(), counters.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Real stores with everything that carries things between them, and a time that the test moves. */
export class ReconcileWorld {
  readonly ledger: KyselyLedger;
  readonly history: Opened['history'];
  readonly sql: Opened['sql'];
  readonly close: Opened['close'];
  readonly sink: Sink;
  readonly parts: ReconcilerParts;
  now = T0;
  private readonly counters: LmdbCounterStore;
  private readonly engine: LineEngine;
  private readonly projector: Projector;

  private constructor({ ledger, history, counters, sql, close }: Opened) {
    this.ledger = ledger;
    this.history = history;
    this.counters = counters;
    this.sql = sql;
    this.close = close;
    this.engine = new LineEngine(counters, { onCommit: () => undefined });
    this.sink = createSink({ source: counters.partitions[0]!, history, ledger, log });
    const lines = { applyLine: this.applyLine.bind(this) };
    this.projector = createProjector({ ...{ ledger, counters, secrets, log, lines }, now: () => this.now });
    this.parts = {
      counters,
      ledger,
      history,
      sunk: () => this.sunk(),
      now: () => this.now,
      onResult: () => undefined,
      log,
    };
  }

  static async open(): Promise<ReconcileWorld> {
    return new ReconcileWorld(await openAll());
  }

  reconcile(): Promise<Reconciliation> {
    return createReconciler(this.parts).runOnce();
  }

  async apply(document: ProvisioningDocument): Promise<void> {
    const applied = await this.ledger.apply(document, this.now);
    if (!applied.ok) throw new Error(JSON.stringify(applied.error));
    await this.project();
  }

  async project(): Promise<void> {
    await this.projector.runOnce();
  }

  /** One accounting record of a line, by the engine's own rule. */
  async account(record: AccountingRecord): Promise<void> {
    const context = await this.context();
    await this.engine.run(record.username, this.now, (state) => ({
      change: state === undefined ? undefined : accountRecord(state, record, context),
      result: undefined,
    }));
  }

  async stateOf(username: string): Promise<LineState> {
    const { state } = await this.counters.load(username);
    if (state === undefined) throw new Error(`no line ${username}`);
    return state;
  }

  /** Puts another state over the stored one, without an event. */
  async overwrite(username: string, state: LineState | undefined): Promise<void> {
    const { version } = await this.counters.load(username);
    const [outcome] = await this.counters.commit([
      { username, at: this.now, expectedVersion: version, state, events: [], effects: [], wakeAt: undefined },
    ]);
    if (!outcome?.ok) throw new Error(`${username} was changed by somebody else`);
    this.engine.forgetAll();
  }

  private async applyLine(username: string, projection: LineProjection | undefined): Promise<void> {
    const context = await this.context();
    await this.engine.run(username, this.now, (state) => ({
      change: projectLine(state, projection, context),
      result: undefined,
    }));
  }

  private async context(): Promise<LineContext> {
    const { plans } = await this.counters.reference();
    return { now: this.now, plans: (name) => plans.find((plan) => plan.name === name), bootOf: () => 0 };
  }

  /** Carries over what is in the log by now, while others may add to it. */
  private async sunk(): Promise<void> {
    const [past] = await this.counters.past();
    const [source] = this.counters.partitions;
    while ((await source!.sinkMark()).sunkThrough < past!.lastEvent) await this.sink.runOnce();
  }
}

type Opened = Awaited<ReturnType<typeof openAll>>;

/** A report of a line's session: seconds since login and cumulative counters. */
export function report(
  username: string,
  session: string,
  given: Parameters<typeof recordOf>[0],
): AccountingRecord {
  const record = recordOf(given, {
    username,
    acctSessionId: session,
    nasPort: session,
    framedIp: '',
    callingStationId: '',
  });
  return {
    ...record,
    inputOctets: octets(given.input ?? 0),
    outputOctets: octets(given.output ?? 0),
  };
}
