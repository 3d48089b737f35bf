import { sql } from 'kysely';
import {
  type Invoice,
  type InvoiceDraft,
  type InvoiceParty,
  issueInvoice,
} from '../../../invoices/invoice.ts';
import type { Seller } from '../../../orders/house-settings.ts';
import { jalaliDayAt } from '../../../values/jalali.ts';
import { type LedgerDb, toTime } from '../database.ts';

/** Credit notes have numbers of their own. */
const CREDIT_NOTES = 'R';

/**
 * Issues an invoice within the transaction that it is about: its number is the next of the Jalali year's series, and is
 * given back if the transaction is. Others wait for the series until then, so this comes late in it.
 * @param requestKey name of the request that it is the answer to, for one that may come again.
 */
export async function insertInvoice(
  tx: LedgerDb,
  customer: number,
  draft: InvoiceDraft,
  requestKey?: string,
): Promise<Invoice> {
  const { kind, issuedAt, corrects, orderId, billId } = draft;
  const series = `${jalaliDayAt(issuedAt).year}${kind === 'credit-note' ? CREDIT_NOTES : ''}`;
  const { rows } = await sql<{ readonly last_number: number }>`
    INSERT INTO invoice_series (series, last_number) VALUES (${series}, 1)
    ON CONFLICT (series) DO UPDATE SET last_number = invoice_series.last_number + 1
    RETURNING last_number`.execute(tx);
  const invoice = issueInvoice(draft, { series, number: rows[0]!.last_number });
  await sql`
    INSERT INTO invoice (series, number, kind, customer_id, issued_at, order_id, bill_id, corrects_series,
      corrects_number, request_key, document)
    VALUES (${series}, ${invoice.number}::bigint, ${kind}, ${customer}::bigint, ${toTime(issuedAt)}::timestamptz,
      ${orderId}, ${billId}, ${corrects?.series ?? null}, ${corrects?.number ?? null}::bigint,
      ${requestKey ?? null}, ${JSON.stringify(invoice)}::jsonb)`.execute(tx);
  return invoice;
}

/** Who sells, as invoices name him. */
export function sellerParty(seller: Seller): InvoiceParty {
  const { name, nationalId: identity, economicCode, postalCode, address, phone } = seller;
  return { kind: 'company', name, identity, economicCode, postalCode, address, phone };
}

/** What invoices and messages say of a customer and a line. */
export interface BuyerFacts {
  readonly party: InvoiceParty;
  /** E.164, '' when it is not known. */
  readonly mobile: string;
  readonly linePhone: string;
}

interface BuyerRow {
  readonly kind: InvoiceParty['kind'];
  readonly name: string;
  readonly national_id: string | null;
  readonly economic_code: string;
  readonly postal_code: string;
  readonly address: string;
  readonly phone: string;
  readonly mobile: string;
  readonly line_phone: string;
}

/** Reads the customer of a line. */
export async function readBuyer(tx: LedgerDb, customer: number, lineId: number): Promise<BuyerFacts> {
  const { rows } = await sql<BuyerRow>`
    SELECT c.kind, c.name, c.national_id, c.economic_code, c.postal_code, c.address, c.phone, c.mobile,
      line.phone AS line_phone
    FROM customer c JOIN line ON line.id = ${lineId}::bigint WHERE c.id = ${customer}::bigint`.execute(tx);
  const row = rows[0]!;
  const { kind, name, economic_code: economicCode, postal_code: postalCode, address, mobile } = row;
  const phone = row.phone === '' ? mobile : row.phone;
  const identity = row.national_id ?? '';
  return {
    party: { kind, name, identity, economicCode, postalCode, address, phone },
    ...{ mobile, linePhone: row.line_phone },
  };
}
