import { sql } from 'kysely';
import type { AppliedCharge } from '../../../orders/apply-free-charge.ts';
import type { Applied } from '../../../orders/apply-order.ts';
import type { PaidAddress, ServiceRecord } from '../../../orders/line-account.ts';
import type { OperationReason } from '../../../orders/line-status.ts';
import type { Order } from '../../../orders/order.ts';
import { staticIpEnd } from '../../../orders/static-ip.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { LineRecord } from '../../../subscribers/line-record.ts';
import type { Instant } from '../../../values/instant.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { touchPools } from '../pools.ts';
import { setStanding } from '../standing.ts';
import { writeLines } from '../write-lines.ts';
import type { LoadedAccount } from './load-account.ts';

/** A transaction in which something is applied to a line. */
export interface Writing {
  readonly tx: LedgerDb;
  readonly secrets: SecretBox;
  readonly actor: string;
  readonly now: Instant;
}

/** Writes what an order did: the line with its outbox row, and the rows that tell of it. */
export async function writeApplied(
  writing: Writing,
  loaded: LoadedAccount,
  order: Pick<Order, 'id' | 'purchaseType'>,
  applied: Applied,
): Promise<void> {
  const { tx, now } = writing;
  const { lineId } = loaded.account;
  const { service, replaced, moved, traffic, address, repaid } = applied;
  // Months of an address are no service: a line that has none stays in the collection list.
  if (address !== undefined) await writeLineChange(writing, loaded, applied.line);
  else await writeLine(writing, loaded, applied.line, 'purchase');
  if (replaced !== undefined) await endService(tx, replaced.id, now);
  if (moved !== undefined) await moveService(tx, moved);
  if (service !== undefined) await insertService(tx, lineId, service);
  if (traffic !== undefined) {
    const { name, promotion, grant } = traffic;
    await sql`
      INSERT INTO traffic_purchase (line_id, order_id, name, promotion, grant_id, octets, bought_at, purchase_type)
      VALUES (${lineId}::bigint, ${order.id}::bigint, ${storable(name)}, ${storable(promotion)}, ${grant.id},
        ${grant.octets}::bigint, ${toTime(now)}::timestamptz, ${order.purchaseType})`.execute(tx);
  }
  if (address !== undefined) await putAddress(tx, lineId, address);
  if (repaid !== undefined) {
    await sql`UPDATE free_charge SET repaid_days = ${repaid.days}, repaid_octets = ${repaid.octets}::bigint,
      repaid_by_order = ${order.id}::bigint WHERE id = ${repaid.id}::bigint`.execute(tx);
  }
}

/** Writes a free charge. */
export async function writeCharge(
  writing: Writing,
  loaded: LoadedAccount,
  { line, charge, kind, grant }: AppliedCharge,
): Promise<void> {
  await writeLine(writing, loaded, line, 'free-charge');
  await sql`
    INSERT INTO free_charge (line_id, days, octets, kind, grant_id, charged_at, until, actor)
    VALUES (${loaded.account.lineId}::bigint, ${charge.days}, ${charge.octets}::bigint, ${kind}, ${grant?.id ?? null},
      ${toTime(charge.at)}::timestamptz, ${toTime(charge.until)}::timestamptz, ${storable(writing.actor)})`.execute(
    writing.tx,
  );
}

/** Writes a line as the rules have changed it, with its grants and outbox row. */
export async function writeLineChange(
  { tx, secrets, now }: Pick<Writing, 'tx' | 'secrets' | 'now'>,
  { account, row }: LoadedAccount,
  line: LineRecord,
): Promise<void> {
  await writeLines(tx, secrets, [{ next: line, stored: account.line, storedRow: row }], now);
  const { staticIp } = account.line;
  if (line.staticIp !== staticIp) await toldPools(tx, [staticIp, line.staticIp], now);
}

/** The same of a line that was given something, which takes it out of the collection list. */
async function writeLine(
  writing: Writing,
  loaded: LoadedAccount,
  line: LineRecord,
  reason: OperationReason,
): Promise<void> {
  const { tx, actor, now } = writing;
  const { account } = loaded;
  await writeLineChange(writing, loaded, line);
  const standing = { standing: 'in-operation', reason, note: '', actor } as const;
  await setStanding(tx, account.lineId, standing, now);
}

async function toldPools(tx: LedgerDb, addresses: readonly string[], now: Instant): Promise<void> {
  const changed = addresses.filter((address) => address !== '');
  if (!(await touchPools(tx, changed, now))) return;
  await tx.insertInto('outbox').values({ kind: 'reference', key: '' }).execute();
}

/** Notes that a stored service was given up before its end; its campaign gives nothing more. */
export async function endService(tx: LedgerDb, id: number, now: Instant): Promise<void> {
  const at = toTime(now);
  await sql`UPDATE service SET replaced_at = ${at}::timestamptz WHERE id = ${id}::bigint`.execute(tx);
  await sql`UPDATE campaign_schedule SET next_at = NULL WHERE service_id = ${id}::bigint`.execute(tx);
}

/** Gives a stored service that has not begun before other edges; the first volume of a campaign comes with its beginning. */
export async function moveService(
  tx: LedgerDb,
  moved: NonNullable<Applied['moved']> & { readonly daysSold?: number },
): Promise<void> {
  await sql`UPDATE service SET starts_at = ${toTime(moved.from)}::timestamptz,
    ends_at = ${toTime(moved.until)}::timestamptz, days_sold = coalesce(${moved.daysSold ?? null}::integer, days_sold)
    WHERE id = ${moved.id}::bigint`.execute(tx);
  await sql`UPDATE campaign_schedule SET next_at = ${toTime(moved.from)}::timestamptz
    WHERE service_id = ${moved.id}::bigint AND next_at IS NOT NULL`.execute(tx);
}

/** Adds a service to the history of a line. */
export async function insertService(tx: LedgerDb, lineId: number, service: ServiceRecord): Promise<void> {
  const { offer, orderId, name, price, vat, daysSold, boughtAt, from, until } = service;
  const { rows } = await sql<{ readonly id: number }>`
    INSERT INTO service (line_id, order_id, kind, name, plan_name, offer, price, vat, days_sold, bought_at, starts_at,
      ends_at, paused_days, purchase_type, note)
    VALUES (${lineId}::bigint, ${orderId ?? null}::bigint, ${offer.kind}, ${storable(name)}, ${offer.planName},
      ${JSON.stringify(offer)}::jsonb, ${price}::bigint, ${vat}::bigint, ${daysSold}, ${toTime(boughtAt)}::timestamptz,
      ${toTime(from)}::timestamptz, ${toTime(until)}::timestamptz, ${service.pausedDays},
      ${service.purchaseType}, ${storable(service.note)}) RETURNING id`.execute(tx);
  if (offer.kind !== 'campaign') return;
  await sql`INSERT INTO campaign_schedule (service_id, next_at)
    VALUES (${rows[0]!.id}::bigint, ${toTime(from)}::timestamptz)`.execute(tx);
}

/** Notes how far the address of a line is paid. */
async function putAddress(tx: LedgerDb, lineId: number, address: PaidAddress): Promise<void> {
  const { address: ip, startedAt, months } = address;
  await sql`
    INSERT INTO static_ip_term (line_id, address, started_at, months, ends_at)
    VALUES (${lineId}::bigint, ${ip}, ${toTime(startedAt)}::timestamptz, ${months},
      ${toTime(staticIpEnd(address))}::timestamptz)
    ON CONFLICT (line_id) DO UPDATE SET address = excluded.address, started_at = excluded.started_at,
      months = excluded.months, ends_at = excluded.ends_at, withdrawn_at = NULL`.execute(tx);
}
