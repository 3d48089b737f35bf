import { sql } from 'kysely';
import type { PastLedger } from '../../explain/past-stores.ts';
import type { EventLedger } from '../../jobs/sink-targets.ts';
import type { LoggedEvent } from '../../pipeline/counter-store.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import { type ChangeNote, PROVISIONING } from '../../subscribers/audit-trail.ts';
import type { EffectFilter, EffectView } from '../../subscribers/effect-history.ts';
import type {
  KnownNas,
  LedgerStore,
  LineProjection,
  LineView,
  PendingProjection,
  SessionFilter,
  SessionView,
  StatusChange,
} from '../../subscribers/ledger-store.ts';
import type { ProvisioningDocument } from '../../subscribers/provisioning.ts';
import type { LedgerBalance, LineSessions, ReconcileLedger } from '../../subscribers/reconcile.ts';
import type { RecoveryLedger, SessionName } from '../../subscribers/recovery.ts';
import type { TermsLedger } from '../../subscribers/terms-ledger.ts';
import type { Instant } from '../../values/instant.ts';
import { applyDocument } from './apply-document.ts';
import type { LedgerDb } from './database.ts';
import { toTime } from './database.ts';
import { inGrantWindow } from './grant-array.ts';
import { inTransaction } from './in-transaction.ts';
import { beginReserves, bringGrants, dueTerms, lookAtPlans } from './keep-terms.ts';
import { readPools } from './pools.ts';
import { readBalances } from './read-balances.ts';
import { readEffects } from './read-effects.ts';
import { readLines, type StoredLine, usernameIn } from './read-lines.ts';
import { readEffectsOf, readLinePast, readLinePastsOf } from './read-past.ts';
import { readPlans } from './read-plans.ts';
import { recordEvents } from './record-events.ts';
import { partitionRecords, putPartition, readSunkLines, readSunkSessions } from './recover-lines.ts';
import { blankNasEntryOf, lineProfileOf, nasEntryOf, nasLearnedOf, sessionViewOf } from './rows.ts';
import { setStatus } from './set-status.ts';

/** The ledger on PostgreSQL or its embedded twin; the SQL is the same. */
export class KyselyLedger
  implements LedgerStore, EventLedger, ReconcileLedger, RecoveryLedger, PastLedger, TermsLedger
{
  private readonly db: LedgerDb;
  private readonly secrets: SecretBox;

  /** @param db owned from now on: `close` closes it. Its schema is up to date. */
  constructor(db: LedgerDb, secrets: SecretBox) {
    this.db = db;
    this.secrets = secrets;
  }

  apply(
    document: ProvisioningDocument,
    now: Instant,
    by: ChangeNote = PROVISIONING,
  ): ReturnType<LedgerStore['apply']> {
    return applyDocument(this.db, this.secrets, document, by, now);
  }

  setStatus(username: string, change: StatusChange, now: Instant): Promise<boolean> {
    return inTransaction(this.db, (tx) => setStatus(tx, this.secrets, username, change, now));
  }

  async pendingProjections(limit: number): Promise<readonly PendingProjection[]> {
    return this.db.selectFrom('outbox').selectAll().orderBy('id').limit(limit).execute();
  }

  async lineProjection(username: string, now: Instant): Promise<LineProjection | undefined> {
    return (await this.lineProjections([username], now)).get(username);
  }

  async lineProjections(
    usernames: readonly string[],
    now: Instant,
  ): Promise<ReadonlyMap<string, LineProjection>> {
    const lines = await readLines(this.db, usernameIn(usernames), inGrantWindow(now));
    return new Map(lines.map(({ row, grants }) => [row.username, { profile: lineProfileOf(row), grants }]));
  }

  async reference(): ReturnType<LedgerStore['reference']> {
    const plans = await readPlans(this.db);
    const pools = await readPools(this.db);
    const nas = await this.db.selectFrom('nas').selectAll().orderBy('name').execute();
    return {
      plans,
      pools,
      nas: nas.map((row) => ({ entry: nasEntryOf(row, this.secrets), learned: nasLearnedOf(row) })),
    };
  }

  async completeProjections(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.db.deleteFrom('outbox').where(sql<boolean>`id = ANY(${ids})`).execute();
  }

  recordEvents(events: readonly LoggedEvent[], partition: number): Promise<void> {
    return inTransaction(this.db, (tx) => recordEvents(tx, events, partition));
  }

  async line(username: string): Promise<LineView | undefined> {
    const [line] = await readLines(this.db, usernameIn([username]));
    return line && lineViewOf(line);
  }

  async lines(limit: number, after = ''): Promise<readonly LineView[]> {
    const page = sql<boolean>`line.id IN (
      SELECT id FROM line WHERE username > ${after} ORDER BY username LIMIT ${limit})`;
    return (await readLines(this.db, page)).map(lineViewOf);
  }

  async sessions(filter: SessionFilter): Promise<readonly SessionView[]> {
    const { username, open, limit, before } = filter;
    let query = this.db.selectFrom('session').selectAll();
    if (username !== undefined) query = query.where('username', '=', username);
    if (open !== undefined) query = query.where('state', open ? '<>' : '=', 'closed');
    if (before !== undefined) {
      const { startedAt, sessionKey } = before;
      query = query.where(
        sql<boolean>`(started_at, session_key) < (${toTime(startedAt)}::timestamptz, ${sessionKey})`,
      );
    }
    const rows = await query
      .orderBy('started_at', 'desc')
      .orderBy('session_key', 'desc')
      .limit(limit)
      .execute();
    return rows.map(sessionViewOf);
  }

  effects(filter: EffectFilter): Promise<readonly EffectView[]> {
    return readEffects(this.db, filter);
  }

  async openSessionCount(): Promise<number> {
    const row = await this.db
      .selectFrom('session')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '<>', 'closed')
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  async nasList(): Promise<readonly KnownNas[]> {
    const rows = await this.db.selectFrom('nas').selectAll().orderBy('name').execute();
    return rows.map((row) => ({ entry: blankNasEntryOf(row), learned: nasLearnedOf(row) }));
  }

  async linesAfter(lineId: number, limit: number): ReturnType<ReconcileLedger['linesAfter']> {
    return this.db
      .selectFrom('line')
      .select(['id as lineId', 'username'])
      .where('id', '>', lineId)
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  async lineIds(usernames: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const query = this.db.selectFrom('line').select(['id', 'username']);
    const rows = await query.where(usernameIn(usernames)).execute();
    return new Map(rows.map(({ id, username }) => [username, id]));
  }

  ledgerBalances(lines: readonly LineSessions[]): Promise<readonly LedgerBalance[]> {
    return readBalances(this.db, lines);
  }

  async unprojected(usernames: readonly string[]): Promise<ReadonlySet<string>> {
    const query = this.db.selectFrom('outbox').select('key').where('kind', '=', 'line');
    const rows = await query.where(sql<boolean>`key = ANY(${usernames})`).execute();
    return new Set(rows.map(({ key }) => key));
  }

  partitionRecords(): ReturnType<RecoveryLedger['partitionRecords']> {
    return partitionRecords(this.db);
  }

  putPartition(partition: number, epoch: string, lastEvent: number, now: Instant): Promise<void> {
    return putPartition(this.db, partition, epoch, lastEvent, now);
  }

  sunkLines(...args: Parameters<RecoveryLedger['sunkLines']>): ReturnType<RecoveryLedger['sunkLines']> {
    return readSunkLines(this.db, ...args);
  }

  sunkSessions(names: readonly SessionName[]): ReturnType<RecoveryLedger['sunkSessions']> {
    return readSunkSessions(this.db, names);
  }

  linePast(username: string): ReturnType<PastLedger['linePast']> {
    return readLinePast(this.db, username);
  }

  linePastsOf(...args: Parameters<PastLedger['linePastsOf']>): ReturnType<PastLedger['linePastsOf']> {
    return readLinePastsOf(this.db, ...args);
  }

  effectsOf(...args: Parameters<PastLedger['effectsOf']>): ReturnType<PastLedger['effectsOf']> {
    return readEffectsOf(this.db, ...args);
  }

  dueTerms(now: Instant): ReturnType<TermsLedger['dueTerms']> {
    return dueTerms(this.db, now);
  }

  beginReserves(now: Instant, limit: number): Promise<number> {
    return inTransaction(this.db, (tx) => beginReserves(tx, now, limit));
  }

  bringGrants(now: Instant, limit: number): Promise<number> {
    return inTransaction(this.db, (tx) => bringGrants(tx, now, limit));
  }

  lookAtPlans(now: Instant): Promise<number> {
    return inTransaction(this.db, (tx) => lookAtPlans(tx, now));
  }

  async ping(): Promise<void> {
    await sql`SELECT 1`.execute(this.db);
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}

function lineViewOf({ row, grants }: StoredLine): LineView {
  return {
    lineId: row.id,
    username: row.username,
    displayName: row.display_name,
    profile: lineProfileOf(row),
    grants,
    createdAt: row.created_at,
  };
}
