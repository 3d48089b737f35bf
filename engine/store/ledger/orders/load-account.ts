import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { ServiceOffer } from '../../../catalog/offer.ts';
import type { ChargedFree, LineAccount, PaidAddress, StoredService } from '../../../orders/line-account.ts';
import type { LineStanding } from '../../../orders/line-status.ts';
import type { NoBuyer } from '../../../orders/order-store.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Instant } from '../../../values/instant.ts';
import { octets } from '../../../values/octets.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { rial, ZERO_RIAL } from '../../../values/rial.ts';
import type { LedgerDb, LineTable } from '../database.ts';
import { readLines, usernameIn } from '../read-lines.ts';
import { refundedOf } from '../refunded-orders.ts';
import { lineRecordOf } from '../rows.ts';

/** An account, and the row of its line for writing it back. */
export interface LoadedAccount {
  readonly account: LineAccount;
  readonly row: Selectable<LineTable>;
}

/** Services of a line that the rules look at: the waiting, the running and some that are over. */
const SERVICES = 8;

interface FactsRow {
  readonly id: number;
  readonly customer_id: number | null;
  readonly county: string;
  readonly standing: LineStanding;
  readonly is_paused: boolean;
  readonly created_at: Instant;
  readonly last_paid_at: Instant | null;
  readonly refunded_at: Instant | null;
}

/**
 * Everything that the rules of buying have to know of a line.
 * @param locks whether the line is to stay as it is until the transaction ends.
 */
export async function loadAccount(
  tx: LedgerDb,
  secrets: SecretBox,
  username: string,
  locks: boolean,
): Promise<Result<LoadedAccount, NoBuyer>> {
  // On its own: a statement that waits for the lock goes on with a snapshot of before it in all but the line's row.
  if (locks) await sql`SELECT id FROM line WHERE username = ${username} FOR UPDATE`.execute(tx);
  const { rows } = await sql<FactsRow>`
    SELECT line.id, customer_id, county, standing, line.created_at,
      EXISTS (SELECT 1 FROM pause WHERE line_id = line.id AND ends_at IS NULL) AS is_paused,
      (SELECT max(bought_at) FROM (
        SELECT order_id, bought_at FROM service WHERE line_id = line.id
        UNION ALL SELECT order_id, bought_at FROM traffic_purchase WHERE line_id = line.id) AS bought
        WHERE NOT ${isRefunded(sql`bought.order_id`)}) AS last_paid_at,
      (SELECT max(replaced_at) FROM service s
        WHERE s.line_id = line.id AND s.replaced_at IS NOT NULL AND ${isRefunded(sql`s.order_id`)}) AS refunded_at
    FROM line WHERE username = ${username}`.execute(tx);
  const [facts] = rows;
  if (facts === undefined) return fail('no-such-line');
  if (facts.customer_id === null) return fail('no-customer');
  const [line] = await readLines(tx, usernameIn([username]));
  const { row, grants } = line!;
  const account: LineAccount = {
    ...{ lineId: facts.id, customer: facts.customer_id, county: facts.county, standing: facts.standing },
    isPaused: facts.is_paused,
    line: lineRecordOf(row, grants, secrets),
    services: await readServices(tx, facts.id),
    // A line that was declared was paid for somewhere else.
    lastPaidAt: facts.last_paid_at ?? (row.expires_at === null ? undefined : facts.created_at),
    refundedAt: facts.refunded_at ?? undefined,
    freeCharge: await readFreeCharge(tx, facts.id),
    address: await readAddress(tx, facts.id),
  };
  return ok({ account, row });
}

/** Whether all of an order's price was given back. */
function isRefunded(orderId: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`EXISTS (
    SELECT 1 FROM invoice i JOIN invoice note ON note.corrects_series = i.series AND note.corrects_number = i.number
    WHERE i.kind = 'invoice' AND i.order_id = (${orderId})::text AND i.order_id <> ''
    GROUP BY i.series, i.number
    HAVING sum((note.document -> 'totals' ->> 'price')::bigint) >= (i.document -> 'totals' ->> 'price')::bigint)`;
}

interface ServiceRow {
  readonly id: number;
  readonly order_id: number | null;
  readonly name: string;
  readonly offer: ServiceOffer;
  readonly price: number;
  readonly vat: number;
  readonly days_sold: number;
  readonly bought_at: Instant;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly paused_days: number;
  readonly purchase_type: StoredService['purchaseType'];
  readonly note: string;
}

/** The newest services of a line that were not given up, by when they begin. */
async function readServices(tx: LedgerDb, lineId: number): Promise<readonly StoredService[]> {
  const { rows } = await sql<ServiceRow>`
    SELECT * FROM service WHERE line_id = ${lineId}::bigint AND replaced_at IS NULL
    ORDER BY starts_at DESC, id DESC LIMIT ${SERVICES}`.execute(tx);
  const refunded = await refundedOf(
    tx,
    rows.flatMap(({ order_id }) => order_id ?? []),
  );
  return rows.reverse().map((row) => ({
    refunded: refunded.get(row.order_id ?? 0) ?? { price: ZERO_RIAL, vat: ZERO_RIAL },
    ...{ id: row.id, orderId: row.order_id ?? undefined, name: row.name, offer: row.offer },
    ...{ price: rial(row.price), vat: rial(row.vat), daysSold: row.days_sold, boughtAt: row.bought_at },
    ...{ from: row.starts_at, until: row.ends_at, pausedDays: row.paused_days },
    ...{ purchaseType: row.purchase_type, note: row.note },
  }));
}

async function readFreeCharge(tx: LedgerDb, lineId: number): Promise<ChargedFree | undefined> {
  const { rows } = await sql<{
    readonly id: number;
    readonly days: number;
    readonly octets: number;
    readonly kind: ChargedFree['kind'];
    readonly grant_id: string | null;
    readonly charged_at: Instant;
    readonly until: Instant;
    readonly repaid_days: number | null;
  }>`SELECT * FROM free_charge WHERE line_id = ${lineId}::bigint ORDER BY id DESC LIMIT 1`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { id, days, kind, grant_id, charged_at: at, until, repaid_days } = row;
  return {
    ...{ id, days, octets: octets(row.octets), kind, grantId: grant_id ?? undefined, at, until },
    isRepaid: repaid_days !== null,
  };
}

async function readAddress(tx: LedgerDb, lineId: number): Promise<PaidAddress | undefined> {
  const { rows } = await sql<{
    readonly address: string;
    readonly started_at: Instant;
    readonly months: number;
    readonly withdrawn_at: Instant | null;
  }>`SELECT * FROM static_ip_term WHERE line_id = ${lineId}::bigint`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { address, started_at: startedAt, months, withdrawn_at } = row;
  return { address, startedAt, months, isWithdrawn: withdrawn_at !== null };
}
