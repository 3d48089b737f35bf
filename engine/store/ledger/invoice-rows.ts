import { type RawBuilder, sql } from 'kysely';
import type { Invoice, InvoiceNumber, InvoicePayment } from '../../invoices/invoice.ts';
import type { InvoiceFilter, StoredInvoice } from '../../invoices/invoice-store.ts';
import { type DebtChange, paymentsOfDebt } from '../../invoices/paid-later.ts';
import { receivableOf } from '../../ledger/account.ts';
import { customerWithin } from './agents/scope.ts';
import type { LedgerDb } from './database.ts';

interface InvoiceRow {
  readonly customer_id: number;
  readonly document: Invoice;
}

/** Invoices that fulfil a condition on table `invoice`, in an order and with a limit or lock if any. */
export async function selectInvoices(
  db: LedgerDb,
  condition: RawBuilder<unknown>,
  tail: RawBuilder<unknown> = sql``,
): Promise<readonly StoredInvoice[]> {
  const { rows } = await sql<InvoiceRow>`
    SELECT customer_id, document FROM invoice WHERE ${condition} ${tail}`.execute(db);
  return rows.map(({ customer_id: customer, document }) => ({ customer, invoice: revived(document) }));
}

/** JSON has no fields without a value. */
function revived(document: Invoice): Invoice {
  const rows = document.rows.map((row) => ({ ...row, term: row.term, takesBack: row.takesBack }));
  return { ...document, rows, corrects: document.corrects };
}

/** Condition on the name of an invoice. */
export function isNamed({ series, number }: InvoiceNumber): RawBuilder<unknown> {
  return sql`series = ${series} AND number = ${number}::bigint`;
}

/** Credit notes of an invoice, oldest first. */
export async function selectCreditNotes(
  db: LedgerDb,
  { series, number }: InvoiceNumber,
): Promise<readonly Invoice[]> {
  const corrects = sql`corrects_series = ${series} AND corrects_number = ${number}::bigint`;
  const notes = await selectInvoices(db, corrects, sql`ORDER BY issued_at, series, number`);
  return notes.map(({ invoice }) => invoice);
}

/** `InvoiceStore.invoices`. */
export function listInvoices(
  db: LedgerDb,
  { scope = { kind: 'all' }, customer, orderId, limit, before }: InvoiceFilter,
): Promise<readonly StoredInvoice[]> {
  const conditions: RawBuilder<unknown>[] = [
    customerWithin(scope, sql`customer_id`),
    customer === undefined ? sql`true` : sql`customer_id = ${customer}::bigint`,
    orderId === undefined ? sql`true` : sql`order_id = ${String(orderId)}`,
    before === undefined
      ? sql`true`
      : sql`(issued_at, series, number) <
          (SELECT issued_at, series, number FROM invoice WHERE ${isNamed(before)})`,
  ];
  const tail = sql`ORDER BY issued_at DESC, series DESC, number DESC LIMIT ${limit}`;
  return selectInvoices(db, sql.join(conditions, sql` AND `), tail);
}

/** How the debt of a bill was paid; no payments of an invoice that made no debt. */
export async function readPaidLater(
  db: LedgerDb,
  { customer, invoice: { kind, billId } }: StoredInvoice,
): Promise<readonly InvoicePayment[]> {
  if (billId === '' || kind === 'credit-note') return [];
  const { rows } = await sql<{
    readonly key: string;
    readonly amount: number;
    readonly against: string;
    readonly reference: string | null;
  }>`
    SELECT e.key, l.amount, p.reference, (SELECT string_agg(other.code, ',')
      FROM ledger_line o JOIN ledger_account other ON other.id = o.account_id
      WHERE o.entry = e.number AND other.id <> a.id) AS against
    FROM ledger_account a JOIN ledger_line l ON l.account_id = a.id JOIN ledger_entry e ON e.number = l.entry
    LEFT JOIN payment p ON e.payment_id <> '' AND p.id::text = e.payment_id
    WHERE a.code = ${receivableOf(customer)} ORDER BY l.entry`.execute(db);
  const changes = rows.map(
    ({ key, amount, against, reference }): DebtChange => ({
      key,
      amount,
      from: placeOf(against, reference ?? ''),
    }),
  );
  return paymentsOfDebt(changes, `bill:${billId}`);
}

function placeOf(against: string, reference: string): DebtChange['from'] {
  const [kind = '', name] = against.split(':');
  if (kind === 'wallet') return { by: 'wallet' };
  return { by: 'gateway', gateway: kind === 'gateway' ? (name ?? '') : kind, reference };
}
