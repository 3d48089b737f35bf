import { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';
import { traceKey } from '../../../../engine/payments/deposit.ts';
import { readSchemaFiles } from '../../../../engine/store/schema-files.ts';

/** The file that brings the keys. */
const KEYS = 25;

/** Trace, state and the key that it is to have. */
const DEPOSITS = [
  ['0123', 'rejected', '123'],
  ['00123', 'waiting', '123#2'],
  ['۰۱۲۳', 'approved', '123'],
  ['123', 'waiting', '123#4'],
  ['7', 'waiting', '7'],
  ['000', 'waiting', '0'],
] as const;

it('gives deposits that were told before keys as they are made now, also where one was told twice', async () => {
  const db = await PGlite.create();
  for (const { version, text } of readSchemaFiles('postgres')) {
    if (version === KEYS) {
      await db.exec(`
        INSERT INTO customer (name, kind, revision, created_at, updated_at) VALUES ('c', 'person', 1, now(), now());
        INSERT INTO payment (customer_id, purpose, gateway, amount, state, secret, return_path, actor, created_at)
        VALUES (1, 'top-up', 'bank-deposit', 5, 'created', 's', '', 'a', now())`);
      for (const [trace, state] of DEPOSITS) {
        await db.query(
          `INSERT INTO bank_deposit (customer_id, amount, bank, trace, deposited_on, state, submitted_by, submitted_at,
             reviewed_at, payment_id)
           VALUES (1, 5, 'ملت', $1, '2026-11-21', $2, 'a', now(), CASE WHEN $2 <> 'waiting' THEN now() END,
             CASE WHEN $2 = 'approved' THEN (SELECT max(id) FROM payment) END)`,
          [trace, state],
        );
      }
    }
    await db.exec(text);
  }
  const { rows } = await db.query<{ trace: string; state: string; trace_key: string }>(
    'SELECT trace, state, trace_key FROM bank_deposit ORDER BY id',
  );
  expect(rows.map(({ trace, state, trace_key }) => [trace, state, trace_key])).toEqual(DEPOSITS);
  for (const { trace, trace_key: key } of rows) expect(key.split('#')[0]).toBe(traceKey(trace));
  await db.close();
});
