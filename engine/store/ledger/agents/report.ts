import { sql } from 'kysely';
import { depositOf } from '../../../ledger/account.ts';
import type { AgentReport, CommissionRow, ReportFilter } from '../../../subscribers/agent-store.ts';
import type { Instant } from '../../../values/instant.ts';
import { type LedgerDb, toTime } from '../database.ts';

interface SumsRow {
  readonly opening: number;
  readonly deposits: number;
  readonly sales: number;
  readonly sale_count: number;
  readonly commission: number;
  readonly change: number;
}

interface EarnedRow {
  readonly entry: number;
  readonly at: Instant;
  readonly order_id: string;
  readonly amount: number;
}

/** An entry that is commission, or gives some back. */
const IS_COMMISSION = sql`e.kind IN ('commission', 'commission-return')`;

/** What moved the deposit of an agent, who is there, within a period. */
export async function readReport(db: LedgerDb, id: number, filter: ReportFilter): Promise<AgentReport> {
  const from = sql`${toTime(filter.from)}::timestamptz`;
  const to = sql`${toTime(filter.to)}::timestamptz`;
  // What is ours to pay is below 0 in the ledger and above 0 for its owner.
  const moved = sql`FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
    JOIN ledger_entry e ON e.number = l.entry WHERE a.code = ${depositOf(id)} AND e.posted_at < ${to}`;
  const sum = (what: ReturnType<typeof sql>) =>
    sql`coalesce(sum(-l.amount) FILTER (WHERE ${what}), 0)::bigint`;
  const within = sql`e.posted_at >= ${from}`;
  const { rows } = await sql<SumsRow>`
    SELECT ${sum(sql`e.posted_at < ${from}`)} AS opening, ${sum(within)} AS change,
      ${sum(sql`${within} AND e.kind = 'agent-deposit'`)} AS deposits,
      (0 - ${sum(sql`${within} AND e.kind = 'purchase'`)})::bigint AS sales,
      (count(*) FILTER (WHERE ${within} AND e.kind = 'purchase'))::bigint AS sale_count,
      ${sum(sql`${within} AND ${IS_COMMISSION}`)} AS commission
    ${moved}`.execute(db);
  const before = filter.before === undefined ? sql`true` : sql`e.number < ${filter.before}::bigint`;
  const { rows: earned } = await sql<EarnedRow>`
    SELECT e.number AS entry, e.posted_at AS at, e.order_id, -l.amount AS amount
    ${moved} AND ${within} AND ${IS_COMMISSION} AND ${before}
    ORDER BY e.number DESC LIMIT ${filter.limit}`.execute(db);
  const { opening, deposits, sales, sale_count: saleCount, commission, change } = rows[0]!;
  return {
    ...{ opening, deposits, sales, saleCount, commission },
    other: change - deposits + sales - commission,
    closing: opening + change,
    rows: earned.map(rowOf),
  };
}

function rowOf({ entry, at, order_id, amount }: EarnedRow): CommissionRow {
  return { entry, at, orderId: Number(order_id), amount };
}
