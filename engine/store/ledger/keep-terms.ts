import { sql } from 'kysely';
import { GRANT_WINDOW } from '../../subscribers/grant-window.ts';
import type { DueTerms } from '../../subscribers/terms-ledger.ts';
import { DAY_MS, type Instant, SECOND_MS } from '../../values/instant.ts';
import { type LedgerDb, toTime } from './database.ts';

/** By then every program that answers packets has read the plans again. */
const PLANS_KNOWN_AFTER_MS = 2 * SECOND_MS;

/** A plan's online lines are looked at in so many pages, one a second, so that all are done well within a minute… */
const PAGES = 40;
/** …but not in ridiculously small ones, nor in larger ones than the packet path can take beside its packets. */
const PAGE_LEAST = 100;
const PAGE_MOST = 5_000;

/** `TermsLedger.dueTerms`. */
export async function dueTerms(db: LedgerDb, now: Instant): Promise<DueTerms> {
  const at = toTime(now);
  const { rows } = await sql<DueTerms>`
    SELECT EXISTS (SELECT 1 FROM line WHERE reserve_from <= ${at}::timestamptz) AS reserves,
      EXISTS (SELECT 1 FROM grant_pass WHERE target IS NOT NULL OR reached <= ${passAt(now)}::timestamptz) AS grants,
      EXISTS (SELECT 1 FROM plan_look WHERE not_before <= ${at}::timestamptz) AS plans`.execute(db);
  return rows[0]!;
}

/** A pass begins when the last one was to reach no further than this: once a day. */
function passAt(now: Instant): string {
  return toTime(now + GRANT_WINDOW.aheadMs - DAY_MS);
}

/** `TermsLedger.beginReserves`. */
export async function beginReserves(db: LedgerDb, now: Instant, limit: number): Promise<number> {
  const at = toTime(now);
  const { rows } = await sql`
    WITH begun AS (
      SELECT id FROM line WHERE reserve_from <= ${at}::timestamptz ORDER BY id LIMIT ${limit} FOR UPDATE
    ), changed AS (
      UPDATE line SET plan_name = reserve_plan_name, expires_at = reserve_until, reserve_plan_name = NULL,
        reserve_from = NULL, reserve_until = NULL, revision = revision + 1, updated_at = ${at}::timestamptz
      FROM begun WHERE line.id = begun.id RETURNING username
    )
    INSERT INTO outbox (kind, key) SELECT 'line', username FROM changed RETURNING id`.execute(db);
  return rows.length;
}

/**
 * `TermsLedger.bringGrants`; `tx` is a transaction. Lines have been told of all grants that begin before `reached`, and of
 * those that begin then up to the line `after_line`; `target` is where the pass in work ends. A line with several grants on
 * the way may be told several times, which costs less than to look for them all at once.
 */
export async function bringGrants(tx: LedgerDb, now: Instant, limit: number): Promise<number> {
  await sql`
    UPDATE grant_pass SET target = ${toTime(now + GRANT_WINDOW.aheadMs)}::timestamptz
    WHERE target IS NULL AND reached <= ${passAt(now)}::timestamptz`.execute(tx);
  const { rows } = await sql<{ valid_from: Instant; line_id: number }>`
    WITH pass AS (SELECT * FROM grant_pass WHERE target IS NOT NULL FOR UPDATE),
    told AS (
      SELECT DISTINCT g.valid_from, g.line_id FROM "grant" g
      WHERE g.valid_from > g.created_at AND g.valid_from <= (SELECT target FROM pass)
        AND (g.valid_from, g.line_id) > ((SELECT reached FROM pass), (SELECT after_line FROM pass))
      ORDER BY g.valid_from, g.line_id LIMIT ${limit}
    ), noted AS (
      INSERT INTO outbox (kind, key)
      SELECT 'line', username FROM line WHERE id IN (SELECT line_id FROM told) ORDER BY id
    )
    SELECT valid_from, line_id FROM told ORDER BY valid_from, line_id`.execute(tx);
  const last = rows[limit - 1];
  await (last === undefined
    ? sql`UPDATE grant_pass SET reached = target, after_line = 0, target = NULL WHERE target IS NOT NULL`
    : sql`UPDATE grant_pass SET reached = ${toTime(last.valid_from)}::timestamptz,
        after_line = ${last.line_id}::bigint`
  ).execute(tx);
  return rows.length;
}

/** Notes that the plan's online lines are to be looked at, from the first one on; `tx` is a transaction. */
export async function askToLookAtPlan(tx: LedgerDb, planId: number, now: Instant): Promise<void> {
  await sql`
    INSERT INTO plan_look (plan_id, not_before)
    VALUES (${planId}::bigint, ${toTime(now + PLANS_KNOWN_AFTER_MS)}::timestamptz)
    ON CONFLICT (plan_id) DO UPDATE
      SET not_before = excluded.not_before, after_line = 0, per_page = NULL`.execute(tx);
}

interface PlanLook {
  readonly plan_id: number;
  readonly name: string;
  readonly after_line: number;
  readonly per_page: number | null;
}

/** `TermsLedger.lookAtPlans`; `tx` is a transaction. */
export async function lookAtPlans(tx: LedgerDb, now: Instant): Promise<number> {
  const { rows: looks } = await sql<PlanLook>`
    SELECT look.plan_id, plan.name, look.after_line, look.per_page
    FROM plan_look look JOIN plan ON plan.id = look.plan_id
    WHERE look.not_before <= ${toTime(now)}::timestamptz ORDER BY look.plan_id FOR UPDATE OF look`.execute(
    tx,
  );
  let total = 0;
  for (const look of looks) total += await lookAtPage(tx, look);
  return total;
}

async function lookAtPage(tx: LedgerDb, look: PlanLook): Promise<number> {
  const perPage = look.per_page ?? (await pageSize(tx, look.name));
  const { rows } = await sql<{ id: number }>`
    WITH online AS (
      SELECT line.id, line.username FROM line
      WHERE line.plan_name = ${look.name} AND line.id > ${look.after_line}::bigint AND ${IS_ONLINE}
      ORDER BY line.id LIMIT ${perPage}
    ), noted AS (
      INSERT INTO outbox (kind, key) SELECT 'line', username FROM online ORDER BY id
    )
    SELECT id FROM online`.execute(tx);
  const last = Math.max(0, ...rows.map(({ id }) => id));
  await (rows.length === perPage
    ? sql`UPDATE plan_look SET after_line = ${last}::bigint, per_page = ${perPage}::integer
        WHERE plan_id = ${look.plan_id}::bigint`
    : sql`DELETE FROM plan_look WHERE plan_id = ${look.plan_id}::bigint`
  ).execute(tx);
  return rows.length;
}

const IS_ONLINE = sql`EXISTS (SELECT 1 FROM session WHERE line_id = line.id AND closed_at IS NULL)`;

async function pageSize(tx: LedgerDb, planName: string): Promise<number> {
  const { rows } = await sql<{ lines: number }>`
    SELECT count(*) AS lines FROM line WHERE line.plan_name = ${planName} AND ${IS_ONLINE}`.execute(tx);
  return Math.min(PAGE_MOST, Math.max(PAGE_LEAST, Math.ceil(Number(rows[0]!.lines) / PAGES)));
}
