import { sql } from 'kysely';
import { type Invoice, paidAmount } from '../../invoices/invoice.ts';
import { invoiceName } from '../../invoices/invoice-sheet.ts';
import type { Refunded, RefundRefusal, RefundRequest, StoredInvoice } from '../../invoices/invoice-store.ts';
import { chargeOf, creditNoteOf } from '../../invoices/issue.ts';
import { refund, repayment } from '../../ledger/business-events.ts';
import type { Posting } from '../../ledger/posting.ts';
import { type EndRefusal, endOrdered } from '../../orders/end-service.ts';
import type { Order } from '../../orders/order.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { ChangeNote } from '../../subscribers/audit-trail.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { rial } from '../../values/rial.ts';
import { returnedCommission } from './agents/return-commission.ts';
import { audit } from './audit.ts';
import type { LedgerDb } from './database.ts';
import { isNamed, readPaidLater, selectCreditNotes, selectInvoices } from './invoice-rows.ts';
import { insertInvoice } from './orders/issue-invoice.ts';
import { loadAccount } from './orders/load-account.ts';
import { selectOrders } from './orders/order-rows.ts';
import { endService, moveService, writeLineChange } from './orders/write-applied.ts';
import { lockHead, postMoney } from './post-money.ts';
import { readPlanLookup } from './read-plans.ts';

/** A transaction in which an invoice is taken back. */
interface Refunding {
  readonly tx: LedgerDb;
  readonly secrets: SecretBox;
  readonly by: ChangeNote;
  readonly now: Instant;
}

/**
 * `InvoiceStore.refund` within a transaction. The invoice's row is the lock of all that take it back. The number comes late
 * and the money last, as others wait for them.
 */
export async function refundInvoice(
  refunding: Refunding,
  request: RefundRequest,
): Promise<Result<Refunded, RefundRefusal>> {
  const { tx, by, now } = refunding;
  const [stored] = await selectInvoices(tx, isNamed(request.invoice), sql`FOR NO KEY UPDATE`);
  if (stored === undefined) return fail('no-such-invoice');
  const { customer, invoice } = stored;
  const [done] = await selectInvoices(tx, sql`request_key = ${request.key}`);
  if (done !== undefined) {
    const { corrects } = done.invoice;
    const isOwn = corrects?.series === invoice.series && corrects.number === invoice.number;
    return isOwn ? ok({ customer, creditNote: done.invoice, isNews: false }) : fail('key-is-taken');
  }
  const order = await holdOrder(refunding, invoice);
  if (order !== undefined && (await wasTakenOff(tx, order))) return fail('value-was-taken-off');
  const earlier = await selectCreditNotes(tx, invoice);
  const { takenBack } = request;
  const draft = creditNoteOf(invoice, { issuedAt: now, takenBack, earlier, to: { by: 'wallet' } });
  if (!draft.ok) return draft;
  if (request.service === 'end') {
    const rows = earlier.reduce((count, note) => count + note.rows.length, draft.value.rows.length);
    if (rows < invoice.rows.length) return fail('not-all-is-taken-back');
    const ended = await endWhatItBrought(refunding, order, customer);
    if (!ended.ok) return ended;
  }
  const creditNote = await insertInvoice(tx, customer, draft.value, request.key);
  const { totals, rows } = creditNote;
  const taken = { rows: rows.map((row) => row.takesBack), lineRental: totals.lineRental };
  await audit(
    tx,
    {
      ...{ ...by, action: 'invoice.refund', subject: `invoice:${invoiceName(invoice)}`, before: null },
      after: {
        creditNote: invoiceName(creditNote),
        amount: totals.payable,
        ...taken,
        service: request.service,
      },
    },
    now,
  );
  await post(refunding, await postingsOf(refunding, stored, creditNote));
  return ok({ customer, creditNote, isNews: true });
}

/** An order, and its line where that is somebody's. */
interface HeldOrder {
  readonly order: Order;
  readonly loaded: Awaited<ReturnType<typeof loadAccount>>;
}

/**
 * The order that an invoice is of; none of a bill. Its line stays as it is until the transaction ends: a change of the same
 * service comes before, and is seen, or after, and sees what was given back (`refundedOf`).
 */
async function holdOrder({ tx, secrets }: Refunding, { orderId }: Invoice): Promise<HeldOrder | undefined> {
  const [order] = orderId === '' ? [] : await selectOrders(tx, sql`o.id = ${orderId}::bigint`);
  return order && { order, loaded: await loadAccount(tx, secrets, order.username, true) };
}

/** Whether the rest of the service was paid with already, in a change to another one (product line P52). */
async function wasTakenOff(tx: LedgerDb, { order }: HeldOrder): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM service s JOIN customer_order o ON o.line_id = s.line_id AND o.replaces = s.id
    WHERE s.line_id = ${order.lineId}::bigint AND s.order_id = ${order.id}::bigint AND o.state = 'applied'
      AND (o.quote ->> 'remainingValue')::bigint > 0`.execute(tx);
  return rows.length > 0;
}

/** @param customer whose the invoice is: what another one has by now is not ended. */
async function endWhatItBrought(
  { tx, secrets, now }: Refunding,
  held: HeldOrder | undefined,
  customer: number,
): Promise<Result<void, EndRefusal | 'line-has-moved'>> {
  if (held === undefined) return fail('nothing-to-end');
  const { order, loaded } = held;
  if (!loaded.ok) return fail(loaded.error === 'no-customer' ? 'line-has-moved' : 'nothing-to-end');
  if (loaded.value.account.customer !== customer) return fail('line-has-moved');
  const plans = await readPlanLookup(tx);
  const ended = endOrdered(loaded.value.account, order.id, plans, now);
  if (!ended.ok) return ended;
  await writeLineChange({ tx, secrets, now }, loaded.value, ended.value.line);
  if (ended.value.ended !== undefined) await endService(tx, ended.value.ended.id, now);
  if (ended.value.begun !== undefined) await moveService(tx, ended.value.begun);
  await reopenLoan(tx, order);
  return ok(undefined);
}

/** What was lent is owed again when the order that gave it back is given back itself. */
async function reopenLoan(tx: LedgerDb, { id, lineId }: Order): Promise<void> {
  await sql`UPDATE free_charge SET repaid_days = NULL, repaid_octets = NULL, repaid_by_order = NULL
    WHERE line_id = ${lineId}::bigint AND repaid_by_order = ${id}::bigint`.execute(tx);
}

/** The wallet gets everything; what of a bill is not paid yet is paid from it. */
async function postingsOf(
  { tx, by, now }: Refunding,
  stored: StoredInvoice,
  creditNote: Invoice,
): Promise<readonly Posting[]> {
  const { customer, invoice } = stored;
  const key = `credit-note:${invoiceName(creditNote)}`;
  const circumstances = { ...by, key, orderId: invoice.orderId };
  const given = refund(circumstances, customer, chargeOf(creditNote));
  if (invoice.orderId !== '') {
    const commission = { ...circumstances, key: `${key}:commission` };
    return [given, ...(await returnedCommission(tx, Number(invoice.orderId), commission, now))];
  }
  if (invoice.billId === '') return [given];
  // Whoever pays a debt holds the head, so it stays what is read here.
  await lockHead(tx);
  const open = invoice.totals.payable - paidAmount(await readPaidLater(tx, stored));
  const settled = rial(Math.min(open, creditNote.totals.payable));
  const settling = { ...circumstances, key: `${key}:debt` };
  return settled === 0 ? [given] : [given, repayment(settling, customer, settled)];
}

async function post({ tx, now }: Refunding, postings: readonly Posting[]): Promise<void> {
  const outcomes = await postMoney(
    tx,
    postings.map((posting) => ({ posting, now })),
  );
  const refused = outcomes.find(({ ok: isPosted }) => !isPosted);
  if (refused !== undefined)
    throw new Error(`a credit note is refused by the ledger: ${JSON.stringify(refused)}`);
}
