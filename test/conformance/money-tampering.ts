import { expect, it } from 'vitest';
import { purchaseOf, topUpOf } from '../engine/ledger/sample.ts';
import type { MoneyWorld } from './money-world.ts';

type GetWorld = () => MoneyWorld;

/** Runs SQL with the table's triggers and constraints of ours out of the way, as only an owner can. */
function withoutTriggers(table: string, script: string): string {
  return `ALTER TABLE ${table} DISABLE TRIGGER USER; ${script}; ALTER TABLE ${table} ENABLE TRIGGER USER;`;
}

/** What the database refuses, and what it cannot refuse is found by a verification. */
export function moneyTamperingTests(world: GetWorld): void {
  refusesChanges(world);
  refusesFalseEntries(world);
  findsTampering(world);
  findsOtherChains(world);
}

/** Every script is refused with its words. */
async function expectRefusals(
  world: MoneyWorld,
  scripts: readonly string[],
  words: readonly string[],
): Promise<void> {
  const ends = await world.behindTheScenes(scripts);
  for (const [index, { refusal }] of ends.entries()) {
    expect(refusal, scripts[index]).toContain(words[index] ?? words[0]);
  }
  expect(await world.money.verifyChain()).toMatchObject({ faults: 0 });
}

function refusesChanges(world: GetWorld): void {
  const changes = [
    'UPDATE ledger_entry SET reason = reason',
    'UPDATE ledger_line SET amount = amount * 2',
    "UPDATE ledger_account SET code = 'wallet:99' WHERE code = 'wallet:17'",
    'UPDATE ledger_credit_limit SET amount = 0',
    'DELETE FROM ledger_entry WHERE number = 1',
    'DELETE FROM ledger_line WHERE entry = 0',
    'DELETE FROM ledger_account',
    'DELETE FROM ledger_head',
    'DELETE FROM ledger_balance',
    'TRUNCATE ledger_line',
    'TRUNCATE ledger_entry',
    'TRUNCATE ledger_account CASCADE',
    'INSERT INTO ledger_entry SELECT * FROM ledger_entry LIMIT 1 ON CONFLICT (number) DO UPDATE SET reason = $$x$$',
    "SET LOCAL session_replication_role = 'replica'; DELETE FROM ledger_line WHERE entry = 1",
    'INSERT INTO ledger_head VALUES (true, 0, $$x$$)',
  ];

  it('refuses changes, removals and truncations, to a superuser too', async () => {
    await expectRefusals(world(), changes, ['is refused: the ledger only grows']);
  });
}

type Line = readonly [account: string, amount: number];

/** An entry after the last one, as somebody would write it past the program; `hash` is SQL. */
function entrySql(lines: readonly Line[], { hash = HONEST, reverses = 'NULL', head = HEAD } = {}): string {
  const values = lines.map(([code, amount], index) => `(${index + 1}, '${code}', ${amount})`);
  return `
    INSERT INTO ledger_line (entry, position, account_id, amount)
    SELECT h.number + 1, v.position, a.id, v.amount FROM ledger_head h, (VALUES ${values.join(', ')})
      v (position, code, amount) JOIN ledger_account a USING (code);
    INSERT INTO ledger_entry
    SELECT number, posted_at, kind, key, order_id, payment_id, reverses, actor, reason, line_count, previous_hash, ${hash}
    FROM (
      SELECT number + 1 AS number, '2026-11-21'::timestamptz AS posted_at, 'gift' AS kind, 'by hand' AS key,
        '' AS order_id, '' AS payment_id, ${reverses}::bigint AS reverses, 'x' AS actor, '' AS reason, 2 AS line_count,
        hash AS previous_hash, '' AS hash
      FROM ledger_head) e;
    ${head}`;
}

const HONEST = `encode(sha256(convert_to(
  previous_hash || E'\\n' || ledger_entry_text(ROW (e.*)::ledger_entry), 'UTF8')), 'hex')`;
const HEAD = `UPDATE ledger_head SET number = number + 1, hash =
  (SELECT hash FROM ledger_entry e WHERE e.number = ledger_head.number + 1)`;

/** Lines for entry 1, with a sum of 0. */
const MORE_LINES = `
  INSERT INTO ledger_line (entry, position, account_id, amount)
  SELECT 1, row_number() OVER () + 2, id, CASE code WHEN 'wallet:18' THEN -5 ELSE 5 END FROM ledger_account
  WHERE code IN ('wallet:18', 'revenue')`;

function refusesFalseEntries(world: GetWorld): void {
  const toWallet: Line = ['wallet:17', -5];
  const fair: readonly Line[] = [toWallet, ['revenue', 5]];
  const refused: readonly (readonly [script: string, refusal: string])[] = [
    [entrySql([toWallet, ['revenue', 6]]), 'with the sum 1'],
    [entrySql([toWallet]), 'has 1 of 2 lines'],
    [entrySql([['nobody', 1]]), 'has 0 of 2 lines'],
    [entrySql([toWallet, ['revenue', 4], ['bank', 1]]), 'line 3 is none of entry'],
    [entrySql([toWallet, ['wallet:17', 5]]), 'duplicate key'],
    [entrySql([toWallet, ['revenue', 0]]), 'ledger_line_amount_check'],
    [entrySql(fair, { hash: "repeat('a', 64)" }), 'does not continue the chain'],
    [entrySql(fair, { head: '' }), 'does not continue the chain'],
    [entrySql(fair).replaceAll('number + 1', 'number + 2'), 'does not continue the chain'],
    [
      entrySql([
        ['wallet:17', 1_001],
        ['revenue', -1_001],
      ]),
      'ledger_balance_limit',
    ],
    [entrySql(fair, { reverses: '1' }), 'is not the opposite of entry 1'],
    [MORE_LINES, 'is none of entry 1'],
    [
      "UPDATE ledger_head SET number = number + 1, hash = repeat('a', 64)",
      'the head is not the end of the chain',
    ],
    [
      'UPDATE ledger_head SET number = 1, hash = (SELECT hash FROM ledger_entry WHERE number = 1)',
      'the head is not the end of the chain',
    ],
  ];

  it('refuses entries, lines and heads that are not right, past the program too', async () => {
    const [scripts, words] = [refused.map(([script]) => script), refused.map(([, refusal]) => refusal)];
    await expectRefusals(world(), scripts, words);
  });

  it('takes what is right in everything, so that nothing else was refused', async () => {
    expect(await world().refusal(entrySql(fair))).toBe('');
    const { faults, head } = await world().money.verifyChain();
    expect(faults).toBe(0);
    expect(await world().money.entry(head.number)).toMatchObject({ key: 'by hand', kind: 'gift' });
  });
}

function findsTampering(world: GetWorld): void {
  it('finds an amount that a superuser changed, in a balanced way and with its balances', async () => {
    const amounts = (factor: string) =>
      withoutTriggers('ledger_line', `UPDATE ledger_line SET amount = amount ${factor} WHERE entry = 1`) +
      `UPDATE ledger_balance b SET balance = (SELECT sum(amount) FROM ledger_line l WHERE l.account_id = b.account_id)`;
    expect(await world().refusal(amounts('* 2'))).toBe('');
    expect(await world().money.verifyChain()).toMatchObject({
      faults: 1,
      chainFaults: [{ number: 1, kind: 'wrong-hash' }],
      balanceFaults: [],
    });
    expect(await world().refusal(amounts('/ 2'))).toBe('');
    expect(await world().money.verifyChain()).toMatchObject({ faults: 0 });
  });

  it('finds a changed balance', async () => {
    const add = (amount: number) =>
      `UPDATE ledger_balance SET balance = balance + ${amount}
       WHERE account_id = (SELECT id FROM ledger_account WHERE code = 'bank')`;
    const { balance = 0 } = (await world().money.balance('bank')) ?? {};
    expect(await world().refusal(add(7))).toBe('');
    expect(await world().money.verifyChain()).toMatchObject({
      faults: 1,
      balanceFaults: [{ account: 'bank', balance: balance + 7, lines: balance }],
    });
    expect(await world().refusal(add(-7))).toBe('');
  });

  it('finds sums that no sum of money can be', async () => {
    const grow = `UPDATE ledger_line SET amount = sign(amount) * ${Number.MAX_SAFE_INTEGER} WHERE entry IN (1, 2)`;
    const shrink =
      'UPDATE ledger_line l SET amount = w.amount FROM was w WHERE (w.entry, w.position) = (l.entry, l.position)';
    const save = 'CREATE TABLE was AS SELECT * FROM ledger_line WHERE entry IN (1, 2)';
    expect(await world().refusal(`${save}; ${withoutTriggers('ledger_line', grow)}`)).toBe('');
    const { chainFaults, balanceFaults } = await world().money.verifyChain();
    expect(chainFaults).toEqual([1, 2].map((number) => ({ number, kind: 'wrong-hash' })));
    const { lines } = balanceFaults.find(({ account }) => account === 'gateway:zarinpal')!;
    expect(lines).toBe(Number.MAX_SAFE_INTEGER);
    expect(await world().refusal(withoutTriggers('ledger_line', shrink))).toBe('');
    expect(await world().money.verifyChain()).toMatchObject({ faults: 0 });
  });
}

function findsOtherChains(world: GetWorld): void {
  it('finds a chain that was made anew by a place that was kept, and an end that was cut off', async () => {
    await world().post(topUpOf('kept', 30, 100));
    const { head: kept } = await world().money.verifyChain();
    await world().post(purchaseOf('after', 30, 100));
    expect(await world().money.verifyChain({ kept, from: 999_999 })).toMatchObject({ faults: 0, entries: 2 });
    const other = { number: kept.number, hash: 'b'.repeat(64) };
    expect(await world().money.verifyChain({ kept: other })).toMatchObject({
      chainFaults: [{ number: kept.number, kind: 'other-than-kept' }],
    });
    const beyond = { number: kept.number + 9, hash: kept.hash };
    expect((await world().money.verifyChain({ kept: beyond })).chainFaults).toEqual([
      { number: kept.number + 9, kind: 'gap' },
    ]);
    const cut = withoutTriggers(
      'ledger_entry',
      `DELETE FROM ledger_entry WHERE number >= ${kept.number};
       INSERT INTO ledger_entry SELECT * FROM gone WHERE number > ${kept.number}`,
    );
    const made = `CREATE TABLE gone AS SELECT * FROM ledger_entry WHERE number >= ${kept.number}; ${cut}`;
    expect(await world().refusal(made)).toBe('');
    expect((await world().money.verifyChain()).chainFaults).toEqual([
      { number: kept.number + 1, kind: 'gap' },
    ]);
    const last = withoutTriggers('ledger_entry', `DELETE FROM ledger_entry WHERE number > ${kept.number}`);
    expect(await world().refusal(last)).toBe('');
    expect((await world().money.verifyChain()).chainFaults).toEqual([
      { number: kept.number + 1, kind: 'gap' },
    ]);
  });
}
