import { Hono } from 'hono';
import { parseAccount } from '../../engine/ledger/account.ts';
import { type BalanceRow, explainBalance } from '../../engine/ledger/explain-balance.ts';
import type { ChainReport, MoneyLedger, Verification } from '../../engine/ledger/money-ledger.ts';
import { inTime } from '../../engine/runtime/in-time.ts';
import { accountQuery, verifyQuery } from '../../schemas/http/ledger.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** How long a call waits for the verification that it asked for: clients and proxies give up after a minute or two. */
const ANSWER_WITHIN_MS = 45_000;

/** What was found, or that the verification goes on: ask again. */
export type VerifyAnswer = ChainReport | { readonly running: true };

/** One entry of an account; amounts as people read the account, in whole Rial. */
export interface AccountRowAnswer extends Omit<BalanceRow, 'postedAt' | 'reverses'> {
  readonly postedAt: string;
  readonly reverses: number | null;
}

/** An account, explained entry by entry: opening + all changes = closing. `next` is null when that was all. */
export interface AccountAnswer {
  readonly account: string;
  readonly balance: number;
  /** How far a wallet may go below 0, null for other accounts. */
  readonly creditLimit: number | null;
  readonly opening: number;
  readonly closing: number;
  /** Newest first. */
  readonly entries: readonly AccountRowAnswer[];
  readonly next: number | null;
}

/**
 * GET /ledger/verify: reads the journal and compares it with its hashes and balances, or joins the verification in
 * work; 202 when it takes longer than a call may. GET /ledger/accounts/{code}: a balance, explained.
 */
export function ledgerRoutes(
  { ledger }: Pick<ApiDeps, 'ledger'>,
  answerWithinMs: number = ANSWER_WITHIN_MS,
): Hono {
  const verify = sharedVerification(ledger.money);
  return new Hono()
    .get('/ledger/verify', async (c) => {
      const query = readInput(c, verifyQuery, c.req.query());
      if (!query.ok) return query.error;
      const end = verify(query.value).then(
        (report) => ({ report }),
        (failure: unknown) => ({ failure }),
      );
      // It does not reject of itself: what fails here is the waiting.
      const inWork = { running: true } as const;
      const told = await inTime(end, answerWithinMs).catch(() => inWork);
      if ('failure' in told) throw told.failure;
      return 'running' in told ? c.json(told, 202) : c.json(told.report satisfies VerifyAnswer);
    })
    .get('/ledger/accounts/:code', async (c) => {
      const query = readInput(c, accountQuery, c.req.query());
      if (!query.ok) return query.error;
      const code = parseAccount(c.req.param('code'));
      const found = code === undefined ? undefined : await ledger.money.balance(code);
      if (found === undefined) return notFound(c, 'There is no account of this code.');
      const { limit, before } = query.value;
      const { account } = found;
      const { rows, opening, closing } = explainBalance(
        account,
        await ledger.money.entriesOf(account, limit, before),
      );
      const answer: AccountAnswer = {
        account,
        balance: found.balance,
        creditLimit: found.creditLimit ?? null,
        opening,
        closing,
        entries: rows.map(rowAnswer),
        next: rows.length === limit ? rows.at(-1)!.number : null,
      };
      return c.json(answer);
    });
}

/** Calls that ask for the same while it is in work have one verification: each reads the whole journal. */
function sharedVerification(money: MoneyLedger): (asked: Verification) => Promise<ChainReport> {
  const inWork = new Map<string, Promise<ChainReport>>();
  return (asked) => {
    const name = JSON.stringify(asked);
    const joined = inWork.get(name);
    if (joined !== undefined) return joined;
    const run = money.verifyChain(asked).finally(() => inWork.delete(name));
    inWork.set(name, run);
    return run;
  };
}

function rowAnswer({ postedAt, reverses, ...row }: BalanceRow): AccountRowAnswer {
  return { ...row, postedAt: toIso(postedAt), reverses: reverses ?? null };
}
