import { sql } from 'kysely';
import { settingsAt } from '../../../orders/house-settings.ts';
import type { LinePause, PauseRefusal, WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { runningAccount } from '../../../orders/line-account.ts';
import type { Pause } from '../../../orders/pause.ts';
import { beginPause, endPause, type MovedService } from '../../../orders/pause-line.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { storable } from '../bulk.ts';
import { readCatalogue } from '../catalogue.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { readLineServices } from '../line-services.ts';
import { type HeldLine, holdLine } from '../line-status.ts';
import { loadAccount } from '../orders/load-account.ts';
import { moveService } from '../orders/write-applied.ts';
import { readLines, usernameIn } from '../read-lines.ts';
import { readPlanLookup } from '../read-plans.ts';
import { lineRecordOf } from '../rows.ts';
import { resume, suspend } from '../suspensions.ts';
import { type ChangedLine, writeLines } from '../write-lines.ts';
import { forEachDue, isBehind, LIFE_ACTOR, type LifeContext } from './work-lines.ts';

/** What the end of a pause depends on beside the line. */
type Ending = Pick<LifeContext, 'secrets' | 'now' | 'settings' | 'plans'>;

/** `LifeStore.pause`. */
export function pauseLine(
  context: LifeContext,
  username: string,
  actor: string,
): Promise<Result<LinePause, PauseRefusal>> {
  const { db, secrets, now, settings } = context;
  return inTransaction(db, async (tx) => {
    const facts = { rules: settings.pause, plans: await context.plans(tx), now };
    const loaded = await loadAccount(tx, secrets, username, true);
    if (!loaded.ok) return loaded;
    const { account } = loaded.value;
    const { service } = runningAccount(account, now);
    const pauses = service === undefined ? [] : await pausesOfService(tx, service.id);
    if (pauses.some(({ until }) => until === undefined)) return fail('is-paused');
    const begun = beginPause(account, { ...facts, pauses });
    if (!begun.ok) return begun;
    const { endsBy } = begun.value;
    await writeMoved(tx, context, { stored: account.line, storedRow: loaded.value.row }, begun.value);
    await sql`
      INSERT INTO pause (line_id, service_id, starts_at, ends_by, actor)
      VALUES (${account.lineId}::bigint, ${begun.value.service.id}::bigint, ${toTime(now)}::timestamptz,
        ${toTime(endsBy)}::timestamptz, ${storable(actor)})`.execute(tx);
    await suspend(tx, account.lineId, { cause: 'pause', actor, reason: '' }, now);
    return ok({ from: now, until: undefined, endsBy });
  });
}

/** `LifeStore.endPause`. */
export function endLinePause(
  context: LifeContext,
  username: string,
  actor: string,
): Promise<Result<LinePause, PauseRefusal>> {
  return inTransaction(context.db, (tx) => end(tx, context, username, actor, context.now));
}

/** Ends pauses that have lasted as long as they may; of a line that nobody has, once somebody has it again. */
export function endPausesDue(context: LifeContext): Promise<WorkPage> {
  const { now, limit } = context;
  const question = sql<WorkPosition & { readonly username: string; readonly ends_by: Instant }>`
    SELECT pause.id, ends_by::text AS at, username, ends_by FROM pause JOIN line ON line.id = pause.line_id
    WHERE ends_at IS NULL AND ends_by <= ${toTime(now)}::timestamptz AND customer_id IS NOT NULL
      AND ${isBehind(context, sql`ends_by`, sql`pause.id`)}
    ORDER BY ends_by, pause.id LIMIT ${limit}`;
  return forEachDue(context, question, async (tx, { username, ends_by }) => {
    return (await end(tx, context, username, LIFE_ACTOR, ends_by)).ok;
  });
}

/**
 * Ends the open pause of a line as of `now`, whoever has the line, within the transaction that takes away the suspension
 * which the pause is; false when there is none.
 * @param line held.
 */
export async function endPauseOf(
  tx: LedgerDb,
  secrets: SecretBox,
  line: HeldLine,
  actor: string,
  now: Instant,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM pause WHERE line_id = ${line.id}::bigint AND ends_at IS NULL`.execute(tx);
  if (rows.length === 0) return false;
  const settings = settingsAt((await readCatalogue(tx)).settings, now);
  const ending = { secrets, now, settings, plans: readPlanLookup };
  return (await closePause(tx, ending, line, actor, now)).ok;
}

/** @param at when it ended; the line is written at the context's own time. */
async function end(
  tx: LedgerDb,
  context: Ending,
  username: string,
  actor: string,
  at: Instant,
): Promise<Result<LinePause, PauseRefusal>> {
  const held = await holdLine(tx, username);
  if (held === undefined) return fail('no-such-line');
  return held.customerId === null ? fail('no-customer') : closePause(tx, context, held, actor, at);
}

async function closePause(
  tx: LedgerDb,
  context: Ending,
  { id: lineId, username }: HeldLine,
  actor: string,
  at: Instant,
): Promise<Result<LinePause, PauseRefusal>> {
  const { secrets, now, settings } = context;
  const { rows } = await sql<{ service_id: number; starts_at: Instant; ends_by: Instant }>`
    UPDATE pause SET ends_at = ${toTime(at)}::timestamptz WHERE line_id = ${lineId}::bigint AND ends_at IS NULL
    RETURNING service_id, starts_at, ends_by`.execute(tx);
  const [row] = rows;
  if (row === undefined) return fail('is-not-paused');
  const [read] = await readLines(tx, usernameIn([username]));
  const stored = lineRecordOf(read!.row, read!.grants, secrets);
  const services = (await readLineServices(tx, [lineId], at)).get(lineId) ?? [];
  const pauses = await pausesOfService(tx, row.service_id);
  const facts = { pauses, rules: settings.pause, plans: await context.plans(tx), now: at };
  const moved = endPause({ line: stored, services }, facts);
  // Of a service that was given up meanwhile nothing is credited to what came after it.
  if (moved?.service.id === row.service_id) {
    await writeMoved(tx, context, { stored, storedRow: read!.row }, moved);
  }
  await resume(tx, lineId, { cause: 'pause', actor, reason: '' }, now);
  return ok({ from: row.starts_at, until: at, endsBy: row.ends_by });
}

async function writeMoved(
  tx: LedgerDb,
  { secrets, now }: Pick<LifeContext, 'secrets' | 'now'>,
  before: Pick<ChangedLine, 'stored' | 'storedRow'>,
  { line, service, until, pausedDays, moved }: MovedService,
): Promise<void> {
  await writeLines(tx, secrets, [{ ...before, next: line }], now);
  await sql`UPDATE service SET ends_at = ${toTime(until)}::timestamptz, paused_days = ${pausedDays}
    WHERE id = ${service.id}::bigint`.execute(tx);
  if (moved !== undefined) await moveService(tx, moved);
}

/** Pauses of a service by when they begin, the open one without an end. */
export async function pausesOfService(tx: LedgerDb, serviceId: number): Promise<readonly Pause[]> {
  const { rows } = await sql<{ starts_at: Instant; ends_at: Instant | null }>`
    SELECT starts_at, ends_at FROM pause WHERE service_id = ${serviceId}::bigint ORDER BY starts_at, id`.execute(
    tx,
  );
  return rows.map(({ starts_at: from, ends_at }) => ({ from, until: ends_at ?? undefined }));
}

/** `LifeStore.pauses` of a line that is there. */
export async function readPauses(db: LedgerDb, lineId: number): Promise<readonly LinePause[]> {
  const { rows } = await sql<{ starts_at: Instant; ends_at: Instant | null; ends_by: Instant }>`
    SELECT starts_at, ends_at, ends_by FROM pause WHERE line_id = ${lineId}::bigint ORDER BY id`.execute(db);
  return rows.map(({ starts_at: from, ends_at, ends_by: endsBy }) => {
    return { from, until: ends_at ?? undefined, endsBy };
  });
}
