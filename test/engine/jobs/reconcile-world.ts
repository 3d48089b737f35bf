import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { createProjector } from '../../../engine/jobs/project.ts';
import { createReconciler, type ReconcilerParts } from '../../../engine/jobs/reconcile.ts';
import { createSink } from '../../../engine/jobs/sink.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { LineContext } from '../../../engine/pipeline/line-change.ts';
import { LineEngine } from '../../../engine/pipeline/line-engine.ts';
import { projectLine } from '../../../engine/pipeline/project-line.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import type { LedgerTables } from '../../../engine/store/ledger/database.ts';
import { KyselyLedger } from '../../../engine/store/ledger/kysely-ledger.ts';
import { migrateLedger } from '../../../engine/store/ledger/migrate.ts';
import { valueParsers } from '../../../engine/store/ledger/value-parsers.ts';
import { openUsage } from '../../../engine/store/usage/open-usage.ts';
import type { ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { secrets } from '../store/ledger/sample.ts';

const log = { warn: () => undefined };

/** The three real stores in a folder of their own, with everything that carries things between them. */
export async function openStores() {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-reconcile-'));
  const pglite = await PGlite.create({ dataDir: join(folder, 'ledger'), parsers: { ...valueParsers } });
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  const ledger = new KyselyLedger(
    new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) }),
    secrets,
  );
  const history = await openUsage({ folder: join(folder, 'usage') });
  const counters = new LmdbCounterStore(join(folder, 'counters'));
  const engine = new LineEngine(counters, { onCommit: () => undefined });
  const source = counters.partitions[0]!;
  const sink = createSink({ source, history, ledger, log });
  let now = T0;

  const context = async (): Promise<LineContext> => {
    const { plans } = await counters.reference();
    return { now, planOf: (name) => plans.find((plan) => plan.name === name), bootOf: () => 0 };
  };
  const projector = createProjector({
    ledger,
    counters,
    secrets,
    log,
    lines: {
      applyLine: async (username, projection) => {
        const facts = await context();
        await engine.run(username, now, (state) => ({
          change: projectLine(state, projection, facts),
          result: undefined,
        }));
      },
    },
  });
  /** Carries over what is in the log by now, while others may add to it. */
  const sunk = async (): Promise<void> => {
    const [past] = await counters.past();
    while ((await source.sinkMark()).sunkThrough < past!.lastEvent) await sink.runOnce();
  };
  const parts: ReconcilerParts = {
    counters,
    ledger,
    history,
    sunk,
    now: () => now,
    onResult: () => undefined,
    log,
  };
  return {
    ledger,
    history,
    counters,
    engine,
    sink,
    parts,
    sql: (text: string) => pglite.query(text),
    reconcile: () => createReconciler(parts).runOnce(),
    moveTo: (instant: number) => {
      now = instant;
    },
    async apply(document: ProvisioningDocument): Promise<void> {
      const applied = await ledger.apply(document, now);
      if (!applied.ok) throw new Error(JSON.stringify(applied.error));
      await projector.runOnce();
    },
    project: projector.runOnce,
    /** One accounting record of a line, by the engine's own rule. */
    async account(record: AccountingRecord): Promise<void> {
      const facts = await context();
      await engine.run(record.username, now, (state) => ({
        change: state === undefined ? undefined : accountRecord(state, record, facts),
        result: undefined,
      }));
    },
    async stateOf(username: string): Promise<LineState> {
      const { state } = await counters.load(username);
      if (state === undefined) throw new Error(`no line ${username}`);
      return state;
    },
    /** Puts another state over the stored one, without an event. */
    async overwrite(username: string, change: (state: LineState) => LineState | undefined): Promise<void> {
      const { state, version } = await counters.load(username);
      const next = change(state!);
      const line = { username, at: now, expectedVersion: version, state: next, events: [], effects: [] };
      const [outcome] = await counters.commit([{ ...line, wakeAt: undefined }]);
      if (!outcome?.ok) throw new Error(`${username} was changed by somebody else`);
      engine.forgetAll();
    },
    async close(): Promise<void> {
      await Promise.all([ledger.close(), history.close(), counters.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

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
