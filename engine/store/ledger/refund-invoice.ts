import { sql } from 'kysely';
import { type Invoice, paidAmount } from '../../invoices/invoice.ts';
import { invoiceName } from '../../invoices/invoice-sheet.ts';
import type { Refunded, RefundRefusal, RefundRequest, StoredInvoice } from '../../invoices/invoice-store.ts';
import { chargeOf, creditNoteOf } from '../../invoices/issue.ts';
import { refund, repayment } from '../../ledger/business-events.ts';
import type { Posting } from '../../ledger/posting.ts';
import { type EndRefusal, endOrdered } from '../../orders/end-service.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { ChangeNote } from '../../subscribers/audit-trail.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { addRial, rial } from '../../values/rial.ts';
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
  if (await wasTakenOff(tx, invoice)) return fail('value-was-taken-off');
  const earlier = await selectCreditNotes(tx, invoice);
  const { takenBack } = request;
  const draft = creditNoteOf(invoice, { issuedAt: now, takenBack, earlier, to: { by: 'wallet' } });
  if (!draft.ok) return draft;
  if (request.service === 'end') {
    const rows = earlier.reduce((count, note) => count + note.rows.length, draft.value.rows.length);
    if (rows < invoice.rows.length) return fail('not-all-is-taken-back');
    const ended = await endWhatItBrought(refunding, invoice);
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
  await post(refunding, await postingsOf(refunding, stored, creditNote, earlier));
  return ok({ customer, creditNote, isNews: true });
}

/** Whether the rest of the service was paid with already, in a change to another one (product line P52). */
async function wasTakenOff(tx: LedgerDb, { orderId }: Invoice): Promise<boolean> {
  if (orderId === '') return false;
  const { rows } = await sql`
    SELECT 1 FROM service s JOIN customer_order o ON o.line_id = s.line_id AND o.replaces = s.id
    WHERE s.order_id = ${orderId}::bigint AND o.state = 'applied' AND (o.quote ->> 'remainingValue')::bigint > 0
    `.execute(tx);
  return rows.length > 0;
}

async function endWhatItBrought(
  { tx, secrets, now }: Refunding,
  { orderId }: Invoice,
): Promise<Result<void, EndRefusal>> {
  const [order] = orderId === '' ? [] : await selectOrders(tx, sql`o.id = ${orderId}::bigint`);
  const loaded = order && (await loadAccount(tx, secrets, order.username, true));
  if (order === undefined || !loaded?.ok) return fail('nothing-to-end');
  const plans = await readPlanLookup(tx);
  const ended = endOrdered(loaded.value.account, order.id, plans, now);
  if (!ended.ok) return ended;
  await writeLineChange({ tx, secrets, now }, loaded.value, ended.value.line);
  if (ended.value.ended !== undefined) await endService(tx, ended.value.ended.id, now);
  if (ended.value.begun !== undefined) await moveService(tx, ended.value.begun);
  return ok(undefined);
}

/** The wallet gets everything; what of a bill is not paid yet is paid from it. */
async function postingsOf(
  { tx, by, now }: Refunding,
  stored: StoredInvoice,
  creditNote: Invoice,
  earlier: readonly Invoice[],
): Promise<readonly Posting[]> {
  const { customer, invoice } = stored;
  const refunded = addRial(...[...earlier, creditNote].map(({ totals }) => totals.price));
  const key = `credit-note:${invoiceName(creditNote)}`;
  const circumstances = { ...by, key, orderId: invoice.orderId };
  const given = refund(circumstances, customer, chargeOf(creditNote));
  const part = { orderId: invoice.orderId, price: refunded, of: invoice.totals.price };
  const commission = { ...circumstances, key: `${key}:commission` };
  const returned = await returnedCommission(tx, part, commission, now);
  if (returned !== undefined) return [given, returned];
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
