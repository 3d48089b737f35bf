import type { Plan } from '../catalog/plan.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { endTerm, findTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import type { LineAccount } from './line-account.ts';
import { endLoan, openLoan, type RepaidCharge, termLessLoan } from './loan.ts';

/**
 * The line with a new running term of `plan` from `now` on, less what was lent to it (product line P60).
 * @param hadBefore octets of the term that the line has had already.
 */
export function startTerm(
  account: Pick<LineAccount, 'line' | 'freeCharge'>,
  plan: Plan,
  { from, until: sold }: { readonly from: Instant; readonly until: Instant },
  now: Instant,
  hadBefore = 0,
): { readonly line: LineRecord; readonly until: Instant; readonly repaid: RepaidCharge | undefined } {
  const { line } = account;
  const { username, revision, reserve } = line;
  const loan = openLoan(account, now);
  const term = { username, key: String(revision + 1), from, until: sold, boughtAt: now };
  const { until, grants, repaid } = termLessLoan(term, plan, loan, hadBefore);
  const reserved = reserve && findTerm(username, line.grants, reserve.expiresAt, reserve.from);
  const ended = endLoan(endTerm(line.grants, reserved?.grants ?? [], now), loan, repaid, now);
  return {
    line: {
      ...line,
      revision: revision + 1,
      ...{ planName: plan.name, expiresAt: until, grants: [...ended, ...grants] },
    },
    until,
    repaid,
  };
}
