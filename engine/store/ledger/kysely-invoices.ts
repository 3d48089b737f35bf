import type { Invoice, InvoiceNumber } from '../../invoices/invoice.ts';
import type {
  InvoiceFile,
  InvoiceFilter,
  InvoiceStore,
  RefundRequest,
  StoredInvoice,
} from '../../invoices/invoice-store.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { ChangeNote } from '../../subscribers/audit-trail.ts';
import type { Instant } from '../../values/instant.ts';
import type { LedgerDb } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { isNamed, listInvoices, readPaidLater, selectCreditNotes, selectInvoices } from './invoice-rows.ts';
import { refundInvoice } from './refund-invoice.ts';

/** Invoices on PostgreSQL or its embedded twin. */
export class KyselyInvoices implements InvoiceStore {
  readonly #db: LedgerDb;
  readonly #secrets: SecretBox;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb, secrets: SecretBox) {
    this.#db = db;
    this.#secrets = secrets;
  }

  async invoice(name: InvoiceNumber): Promise<InvoiceFile | undefined> {
    const [stored] = await selectInvoices(this.#db, isNamed(name));
    if (stored === undefined) return undefined;
    const creditNotes: readonly Invoice[] = await selectCreditNotes(this.#db, name);
    return { ...stored, creditNotes, paidLater: await readPaidLater(this.#db, stored) };
  }

  invoices(filter: InvoiceFilter): Promise<readonly StoredInvoice[]> {
    return listInvoices(this.#db, filter);
  }

  refund(request: RefundRequest, by: ChangeNote, now: Instant): ReturnType<InvoiceStore['refund']> {
    return inTransaction(this.#db, (tx) => refundInvoice({ tx, secrets: this.#secrets, by, now }, request));
  }
}
