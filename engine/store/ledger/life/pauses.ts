import { sql } from 'kysely';
import type { LinePause, PauseRefusal, WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { runningAccount } from '../../../orders/line-account.ts';
import type { Pause } from '../../../orders/pause.ts';
import { beginPause, endPause, type MovedService } from '../../../orders/pause-line.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { type LoadedAccount, loadAccount } from '../orders/load-account.ts';
import { moveService, writeLineChange } from '../orders/write-applied.ts';
import { resume, suspend } from '../suspensions.ts';
import { forEachDue, isBehind, LIFE_ACTOR, type LifeContext } from './work-lines.ts';

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
    await writeMoved(tx, context, loaded.value, begun.value);
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

/** @param at when it ended; the line is written at the context's own time. */
async function end(
  tx: LedgerDb,
  context: LifeContext,
  username: string,
  actor: string,
  at: Instant,
): Promise<Result<LinePause, PauseRefusal>> {
  const { secrets, now, settings } = context;
  const loaded = await loadAccount(tx, secrets, username, true);
  if (!loaded.ok) return loaded;
  const { lineId } = loaded.value.account;
  const { rows } = await sql<{ service_id: number; starts_at: Instant; ends_by: Instant }>`
    UPDATE pause SET ends_at = ${toTime(at)}::timestamptz WHERE line_id = ${lineId}::bigint AND ends_at IS NULL
    RETURNING service_id, starts_at, ends_by`.execute(tx);
  const [row] = rows;
  if (row === undefined) return fail('is-not-paused');
  const pauses = await pausesOfService(tx, row.service_id);
  const facts = { pauses, rules: settings.pause, plans: await context.plans(tx), now: at };
  const moved = endPause(loaded.value.account, facts);
  if (moved !== undefined) await writeMoved(tx, context, loaded.value, moved);
  await resume(tx, lineId, { cause: 'pause', actor, reason: '' }, now);
  return ok({ from: row.starts_at, until: at, endsBy: row.ends_by });
}

async function writeMoved(
  tx: LedgerDb,
  { secrets, now }: LifeContext,
  loaded: LoadedAccount,
  { line, service, until, pausedDays, moved }: MovedService,
): Promise<void> {
  await writeLineChange({ tx, secrets, now }, loaded, line);
  await sql`UPDATE service SET ends_at = ${toTime(until)}::timestamptz, paused_days = ${pausedDays}
    WHERE id = ${service.id}::bigint`.execute(tx);
  if (moved !== undefined) await moveService(tx, moved);
}

async function pausesOfService(tx: LedgerDb, serviceId: number): Promise<readonly Pause[]> {
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
