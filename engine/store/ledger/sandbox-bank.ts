import { sql } from 'kysely';
import type { SandboxBankStore, SandboxPayment, SandboxState } from '../../payments/sandbox-bank.ts';
import type { Instant } from '../../values/instant.ts';
import { rial } from '../../values/rial.ts';
import { storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

interface SandboxRow {
  readonly token: string;
  readonly payment_id: number;
  readonly amount: number;
  readonly description: string;
  readonly callback_url: string;
  readonly state: SandboxState;
  readonly reference: string;
  readonly card: string;
  readonly opened_at: Instant;
}

/** The book of the sandbox bank, in the database of the ledger (`0017-sandbox-bank.sql`). */
export class KyselySandboxBank implements SandboxBankStore {
  private readonly db: LedgerDb;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb) {
    this.db = db;
  }

  async insert(payment: SandboxPayment): Promise<boolean> {
    const { token, paymentId, amount, description, callbackUrl, state, reference, card, openedAt } = payment;
    const { rows } = await sql`
      INSERT INTO sandbox_payment
        (token, payment_id, amount, description, callback_url, state, reference, card, opened_at)
      VALUES (${token}, ${paymentId}::bigint, ${amount}::bigint, ${storable(description)},
        ${storable(callbackUrl)}, ${state}, ${reference}, ${card}, ${toTime(openedAt)}::timestamptz)
      ON CONFLICT DO NOTHING RETURNING token`.execute(this.db);
    return rows.length > 0;
  }

  async find(token: string): Promise<SandboxPayment | undefined> {
    // Whatever stands in an address comes here; a text with NUL would be refused.
    const { rows } = await sql<SandboxRow>`
      SELECT token, payment_id, amount, description, callback_url, state, reference, card, opened_at
      FROM sandbox_payment WHERE token = ${storable(token)}`.execute(this.db);
    return rows[0] === undefined ? undefined : paymentOf(rows[0]);
  }

  async replace(from: SandboxState, { token, state, reference, card }: SandboxPayment): Promise<boolean> {
    const { rows } = await sql`
      UPDATE sandbox_payment SET state = ${state}, reference = ${reference}, card = ${card}
      WHERE token = ${token} AND state = ${from} RETURNING token`.execute(this.db);
    return rows.length > 0;
  }
}

function paymentOf(row: SandboxRow): SandboxPayment {
  const { token, description, state, reference, card } = row;
  return {
    ...{ token, description, state, reference, card },
    paymentId: row.payment_id,
    amount: rial(row.amount),
    callbackUrl: row.callback_url,
    openedAt: row.opened_at,
  };
}
