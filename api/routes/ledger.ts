import { z } from 'zod';
import { parseAccount } from '../../engine/ledger/account.ts';
import { type BalanceRow, explainBalance } from '../../engine/ledger/explain-balance.ts';
import type { ChainReport, MoneyLedger, Verification } from '../../engine/ledger/money-ledger.ts';
import { inTime } from '../../engine/runtime/in-time.ts';
import { stillRunning } from '../../schemas/http/job-answers.ts';
import { accountQuery, verifyQuery } from '../../schemas/http/ledger.ts';
import { accountAnswer, type accountRowAnswer, chainReport } from '../../schemas/http/ledger-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { Resource } from '../route.ts';

/** How long a call waits for the verification that it asked for: clients and proxies give up after a minute or two. */
const ANSWER_WITHIN_MS = 45_000;

const NO_SUCH_ACCOUNT = 'There is no account of this code.';

/** What was found, or that the verification goes on: ask again. */
export type VerifyAnswer = Told<typeof chainReport> | Told<typeof stillRunning>;

/** One entry of an account; amounts as people read the account, in whole Rial. */
export type AccountRowAnswer = Told<typeof accountRowAnswer>;

/** An account, explained entry by entry: opening + all changes = closing. */
export type AccountAnswer = Told<typeof accountAnswer>;

/** The money: a verification of the journal, which calls share while it is in work, and balances, explained. */
export function ledgerRoutes(
  { ledger }: Pick<ApiDeps, 'ledger'>,
  answerWithinMs: number = ANSWER_WITHIN_MS,
): Resource {
  const verify = sharedVerification(ledger.money);
  return new Resource('Money')
    .serve(
      {
        ...{ method: 'get', path: '/ledger/verify', operationId: 'verifyLedger' },
        summary: 'Read the journal of the money and compare hashes and balances',
        query: verifyQuery,
        answers: { 200: chainReport, 202: stillRunning },
      },
      async ({ query }, c) => {
        const end = verify(query).then(
          (report) => ({ report }),
          (failure: unknown) => ({ failure }),
        );
        // It does not reject of itself: what fails here is the waiting.
        const inWork = { running: true } as const;
        const told = await inTime(end, answerWithinMs).catch(() => inWork);
        if ('failure' in told) throw told.failure;
        return 'running' in told ? c.json(told satisfies VerifyAnswer, 202) : told.report;
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/ledger/accounts/{code}', operationId: 'showAccount' },
        summary: 'Explain the balance of an account, entry by entry',
        params: { code: z.string().describe('Such as wallet:17 or revenue.') },
        query: accountQuery,
        answers: { 200: accountAnswer },
        problems: { 404: NO_SUCH_ACCOUNT },
      },
      async ({ params, query: { limit, before } }, c) => {
        const code = parseAccount(params.code);
        const found = code === undefined ? undefined : await ledger.money.balance(code);
        if (found === undefined) return notFound(c, NO_SUCH_ACCOUNT);
        const { account, balance, creditLimit = null } = found;
        const page = await ledger.money.entriesOf(account, limit, before);
        const { rows, opening, closing } = explainBalance(account, page);
        const next = rows.length === limit ? rows.at(-1)!.number : null;
        return { account, balance, creditLimit, opening, closing, entries: rows.map(rowAnswer), next };
      },
    );
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

/** An entry as answers tell it. */
export function rowAnswer({ postedAt, reverses, ...row }: BalanceRow): AccountRowAnswer {
  return { ...row, postedAt: toIso(postedAt), reverses: reverses ?? null };
}
