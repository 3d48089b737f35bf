import { sql } from 'kysely';
import { CHAIN_START, type ChainFault, type ChainPlace, ChainWalk } from '../../ledger/chain.ts';
import type { BalanceFault, ChainReport, Verification } from '../../ledger/money-ledger.ts';
import type { LedgerDb } from './database.ts';
import { selectEntries, selectEntry } from './money-rows.ts';

/** Entries read at a time: the whole journal is never in memory. */
const PAGE = 1_000;

/** Faults that are told of each kind; more of them are only counted. */
const FAULTS_TOLD = 100;

/** `MoneyLedger.verifyChain`. Entries that are appended meanwhile are not looked at. */
export async function verifyMoney(db: LedgerDb, { from = 1, kept }: Verification): Promise<ChainReport> {
  const { rows } = await sql<ChainPlace>`SELECT number, hash FROM ledger_head`.execute(db);
  const head = rows[0]!;
  const first = Math.min(from, kept?.number ?? from);
  const before = first > 1 ? await selectEntry(db, first - 1) : undefined;
  const walk = new ChainWalk(before ?? CHAIN_START, kept);
  const found: ChainFault[] = [];
  let faults = 0;
  let entries = 0;
  const note = (more: readonly ChainFault[]) => {
    faults += more.length;
    found.push(...more.slice(0, FAULTS_TOLD - found.length));
  };
  for (let next = first; ; next = walk.last.number + 1) {
    const isNext = sql`e.number >= ${next}::bigint AND e.number <= ${head.number}::bigint`;
    const page = await selectEntries(db, isNext, sql`e.number LIMIT ${PAGE}`);
    for (const entry of page) note(walk.next(entry));
    entries += page.length;
    if (page.length < PAGE) break;
  }
  note(faultsOfEnd(walk.last, head, kept));
  const wrong = await wrongBalances(db);
  return {
    entries,
    head,
    faults: faults + wrong.length,
    chainFaults: found,
    balanceFaults: wrong.slice(0, FAULTS_TOLD),
  };
}

/** What was cut off at the end shows against the head, or against what was kept outside. */
function faultsOfEnd(last: ChainPlace, head: ChainPlace, kept?: ChainPlace): readonly ChainFault[] {
  const faults: ChainFault[] = [];
  if (last.number < head.number) faults.push({ number: head.number, kind: 'gap' });
  else if (last.hash !== head.hash) faults.push({ number: head.number, kind: 'broken-link' });
  if (kept !== undefined && kept.number > head.number) faults.push({ number: kept.number, kind: 'gap' });
  return faults;
}

/**
 * One statement, and so one moment. A ledger of many years takes longer than a statement of a page may. Sums beyond
 * 2^53 - 1, which only tampering makes, are told as that.
 */
async function wrongBalances(db: LedgerDb): Promise<readonly BalanceFault[]> {
  return db.transaction().execute(async (tx) => {
    await sql`SET LOCAL statement_timeout = 0`.execute(tx);
    const { rows } = await sql<BalanceFault>`
      SELECT coalesce(a.code, 'account ' || coalesce(b.account_id, l.account_id)) AS account,
        coalesce(b.balance, 0) AS balance,
        least(greatest(coalesce(l.total, 0), ${Number.MIN_SAFE_INTEGER}), ${Number.MAX_SAFE_INTEGER})::bigint AS lines
      FROM ledger_balance b
      FULL JOIN (SELECT account_id, sum(amount) AS total FROM ledger_line GROUP BY account_id) l USING (account_id)
      LEFT JOIN ledger_account a ON a.id = account_id
      WHERE coalesce(b.balance, 0) <> coalesce(l.total, 0)
      ORDER BY account_id`.execute(tx);
    return rows;
  });
}
