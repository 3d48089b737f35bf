import { sql } from 'kysely';
import type { CampaignOffer, PostpaidOffer } from '../../../catalog/offer.ts';
import { vatRateAt } from '../../../catalog/vat.ts';
import { invoiceOfBills } from '../../../invoices/issue.ts';
import { bill as billed } from '../../../ledger/business-events.ts';
import type { IssuedBill, WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { openOwnedDays } from '../../../orders/owned-days.ts';
import { type Bill, postpaidBills } from '../../../orders/postpaid-bills.ts';
import { type Instant, MINUTE_MS } from '../../../values/instant.ts';
import { addJalaliDays, type JalaliDay, jalaliDayAt, jalaliDaysBetween } from '../../../values/jalali.ts';
import { rial, ZERO_RIAL } from '../../../values/rial.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { insertInvoice, readBuyer, sellerParty } from '../orders/issue-invoice.ts';
import { postMoney } from '../post-money.ts';
import {
  CLOSINGS,
  type ClosingRow,
  closingsOf,
  FORMER_OWNERS,
  type FormerOwnerRow,
  formerOwnersOf,
} from './former-owners.ts';
import { dayOfDate, toDate } from './tehran-date.ts';
import { tellLine } from './tell-line.ts';
import { forEachDue, LIFE_ACTOR, type LifeContext, NOTHING_DUE } from './work-lines.ts';

interface BilledRow {
  readonly id: number;
  readonly line_id: number;
  readonly username: string;
  /** Whose the line is now, and who answers for it where it is nobody's: who ordered the service. */
  readonly owner_id: number | null;
  readonly ordered_by: number | null;
  readonly former_owners: readonly FormerOwnerRow[];
  readonly name: string;
  readonly offer: PostpaidOffer | CampaignOffer;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly replaced_at: Instant | null;
  readonly billed_to: string | null;
  readonly closings: readonly ClosingRow[];
}

/**
 * Bills of the months that are over (product lines P29 to P32), once the daily minute has come. Every service is looked at
 * once a month, and its bill, invoice, debt and message are written together.
 */
export function billDue(context: LifeContext): Promise<WorkPage> {
  const { now, limit, after, settings } = context;
  if (vatRateAt(now, settings.vatRates) === undefined) return Promise.resolve(NOTHING_DUE);
  const today = jalaliDayAt(now - settings.dailyMinute * MINUTE_MS);
  const monthEnd = toDate(addJalaliDays({ ...today, day: 1 }, -1));
  const month = toDate({ ...today, day: 1 });
  const question = sql<WorkPosition>`
    SELECT id, coalesce(billed_to, '-infinity')::text AS at FROM service
    WHERE kind <> 'prepaid' AND NOT billed_out AND starts_at < ${month}::date AT TIME ZONE 'Asia/Tehran'
      AND (billed_to IS NULL OR billed_to < ${monthEnd}::date)
      AND (coalesce(billed_to, '-infinity'), id) > (${after.at}::date, ${after.id}::bigint)
    ORDER BY billed_to NULLS FIRST, id LIMIT ${limit}`;
  return forEachDue(context, question, async (tx, { id }) => {
    const { rows } = await sql<BilledRow>`
      SELECT s.id, s.line_id, line.username, s.name, s.offer, s.starts_at, s.ends_at, s.replaced_at, s.billed_to::text,
        line.customer_id AS owner_id, o.customer_id AS ordered_by, ${FORMER_OWNERS} AS former_owners,
        ${CLOSINGS} AS closings
      FROM service s JOIN line ON line.id = s.line_id LEFT JOIN customer_order o ON o.id = s.order_id
      WHERE s.id = ${id}::bigint FOR UPDATE OF s`.execute(tx);
    const [service] = rows;
    // Of two workers the one that waited for the other sees here what that has billed.
    if (service === undefined || (service.billed_to ?? '') >= monthEnd) return false;
    await billService(tx, context, service, today, monthEnd);
    return true;
  });
}

/**
 * A service is had from its first day on, and the day on which it ends belongs to what follows. Each day is billed to whose
 * the line was on it, and to nobody where the line was closed: it may be opened again, so that its service is looked at
 * until its own end.
 */
async function billService(
  tx: LedgerDb,
  context: LifeContext,
  service: BilledRow,
  today: JalaliDay,
  monthEnd: string,
): Promise<void> {
  const { offer, name, starts_at, ends_at, replaced_at, billed_to } = service;
  const lastDay = addJalaliDays(jalaliDayAt(Math.min(ends_at, replaced_at ?? ends_at)), -1);
  const { pricePerMonth, monthLength } = offer;
  const isNew = (bill: Bill) => billed_to === null || toDate(bill.firstDay) > billed_to;
  const unowned = service.ordered_by ?? undefined;
  const former = formerOwnersOf(service.former_owners, unowned);
  const closings = closingsOf(service.closings);
  const owner = service.owner_id ?? unowned;
  const spans = openOwnedDays(jalaliDayAt(starts_at), lastDay, closings, former, owner);
  for (const { customer, firstDay, lastDay: until } of spans) {
    if (customer === undefined) continue;
    const all = postpaidBills([{ name, pricePerMonth, monthLength, firstDay, lastDay: until }], today);
    for (const bill of all.filter(isNew)) await issueBill(tx, context, service, customer, bill);
  }
  const isOut = jalaliDaysBetween(lastDay, dayOfDate(monthEnd)) >= 0;
  await sql`UPDATE service SET billed_to = ${monthEnd}::date, billed_out = ${isOut}
    WHERE id = ${service.id}::bigint`.execute(tx);
}

async function issueBill(
  tx: LedgerDb,
  { now, settings }: LifeContext,
  service: BilledRow,
  customer: number,
  bill: Bill,
): Promise<void> {
  if (bill.amount === 0) return;
  const { line_id: lineId, username } = service;
  const billId = `${service.id}-${toDate(bill.firstDay)}`;
  const buyer = await readBuyer(tx, customer, lineId);
  const draft = invoiceOfBills([bill], settings.vatRates, {
    ...{ issuedAt: now, seller: sellerParty(settings.seller), buyer: buyer.party, paid: [], billId },
    line: { username, phone: buyer.linePhone },
  });
  if (!draft.ok) throw new Error(`bill ${billId}: ${draft.error}`);
  const { series, number, totals } = await insertInvoice(tx, customer, draft.value);
  await sql`
    INSERT INTO bill (service_id, line_id, customer_id, name, first_day, last_day, days, amount, vat, invoice_series,
      invoice_number, issued_at)
    VALUES (${service.id}::bigint, ${lineId}::bigint, ${customer}::bigint, ${bill.name}, ${toDate(bill.firstDay)}::date,
      ${toDate(bill.lastDay)}::date, ${bill.days}, ${bill.amount}::bigint, ${totals.vat}::bigint, ${series},
      ${number}::bigint, ${toTime(now)}::timestamptz)`.execute(tx);
  await tellLine(tx, { username, customer_id: customer }, settings, now, {
    content: {
      kind: 'bill-issued',
      params: { number: `${series}-${number}`, amount: totals.payable, dueAt: now },
    },
    subject: billId,
  });
  const charge = { price: bill.amount, vat: totals.vat, lineRental: ZERO_RIAL };
  const circumstances = { key: `bill:${billId}`, actor: LIFE_ACTOR, reason: bill.name };
  const [posted] = await postMoney(tx, [{ posting: billed(circumstances, customer, charge), now }]);
  if (!posted!.ok) throw new Error(`bill ${billId} was refused by the ledger: ${posted!.error.kind}`);
}

interface BillRow {
  readonly id: number;
  readonly customer_id: number;
  readonly name: string;
  readonly first_day: string;
  readonly last_day: string;
  readonly days: number;
  readonly amount: number;
  readonly vat: number;
  readonly invoice_series: string;
  readonly invoice_number: number;
  readonly issued_at: Instant;
}

/** `LifeStore.bills` of a line that is there. */
export async function readBills(db: LedgerDb, lineId: number): Promise<readonly IssuedBill[]> {
  const { rows } = await sql<BillRow>`
    SELECT id, customer_id, name, first_day::text, last_day::text, days, amount, vat, invoice_series, invoice_number,
      issued_at
    FROM bill WHERE line_id = ${lineId}::bigint ORDER BY first_day DESC`.execute(db);
  return rows.map((row) => ({
    ...{ id: row.id, customer: row.customer_id, name: row.name },
    ...{ days: row.days, amount: rial(row.amount), vat: rial(row.vat) },
    ...{ firstDay: dayOfDate(row.first_day), lastDay: dayOfDate(row.last_day), issuedAt: row.issued_at },
    invoice: { series: row.invoice_series, number: row.invoice_number },
  }));
}
