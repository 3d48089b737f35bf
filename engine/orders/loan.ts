import type { Plan } from '../catalog/plan.ts';
import { calendarDays } from '../catalog/term.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { type BoughtTerm, grantsOfTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import { deductFreeCharge, type FreeChargeDebt, freeChargeDebt } from './free-charge.ts';
import type { LineAccount } from './line-account.ts';

/** A free charge that was lent and is not given back yet, with what is owed of it (product line P60). */
export interface Loan extends FreeChargeDebt {
  readonly id: number;
  /** `undefined` when only days were lent. */
  readonly grantId: string | undefined;
}

/** A loan that a purchase has given back. */
export interface RepaidCharge {
  readonly id: number;
  readonly days: number;
  readonly octets: number;
}

/** What a line owes at `now`; `undefined` when nothing was lent to it, or all is given back. */
export function openLoan(
  { freeCharge, line }: Pick<LineAccount, 'freeCharge' | 'line'>,
  now: Instant,
): Loan | undefined {
  if (freeCharge === undefined || freeCharge.isRepaid || freeCharge.kind === 'gift') return undefined;
  const { id, grantId } = freeCharge;
  const used = line.grants.find((grant) => grant.id === grantId)?.consumed ?? ZERO_OCTETS;
  return { id, grantId, ...freeChargeDebt(freeCharge, freeCharge, used, now) };
}

/**
 * The same for a service that waits: the line goes on with what was lent until that begins, so that all of it is given back
 * where it can still be used.
 */
export function loanUntilBegun(
  account: Pick<LineAccount, 'freeCharge' | 'line'>,
  now: Instant,
): Loan | undefined {
  const loan = openLoan(account, now);
  const lent = account.line.grants.find(
    ({ id, until }) => id === loan?.grantId && (until === undefined || now < until),
  );
  return loan && lent ? { ...loan, octets: lent.octets } : loan;
}

/**
 * A term of `plan` as it was sold, with its volumes, less what was lent; what is given back is said.
 * @param hadBefore octets of it that the line has had already.
 */
export function termLessLoan(
  sold: BoughtTerm,
  plan: Plan,
  loan: Loan | undefined,
  hadBefore = 0,
): { readonly until: Instant; readonly grants: readonly Grant[]; readonly repaid: RepaidCharge | undefined } {
  if (loan === undefined) {
    const { left } = lessened(grantsOfTerm(sold, plan), hadBefore);
    return { until: sold.until, grants: left, repaid: undefined };
  }
  const until = deductFreeCharge({ ...sold, volume: undefined }, loan).until;
  const grants = lessened(lessened(grantsOfTerm({ ...sold, until }, plan), hadBefore).left, loan.octets);
  return {
    ...{ until, grants: grants.left },
    repaid: { id: loan.id, days: calendarDays(until, sold.until), octets: grants.taken },
  };
}

/**
 * The volume of bought traffic less what was lent. Traffic that is no more than that gives nothing back: who paid is to have
 * something of it.
 */
export function trafficLessLoan(
  volume: Octets,
  loan: Loan | undefined,
): { readonly volume: Octets; readonly repaid: RepaidCharge | undefined } {
  if (loan === undefined || loan.octets >= volume) return { volume, repaid: undefined };
  const { id, octets: owed } = loan;
  return { volume: octets(volume - owed), repaid: { id, days: 0, octets: owed } };
}

/** The grants once a loan is given back: what was not used of it is over. */
export function endLoan(
  grants: readonly Grant[],
  loan: Loan | undefined,
  repaid: RepaidCharge | undefined,
  now: Instant,
): readonly Grant[] {
  if (loan === undefined || repaid === undefined) return grants;
  return grants.map((grant) => {
    const isOver = grant.until !== undefined && grant.until <= now;
    return grant.id !== loan.grantId || isOver ? grant : { ...grant, until: Math.max(grant.from, now) };
  });
}

/** Of volumes by the day or month the first ones bear the debt. */
function lessened(
  grants: readonly Grant[],
  debt: number,
): { readonly left: readonly Grant[]; readonly taken: number } {
  let owed = debt;
  const left = grants.map((grant) => {
    if (grant.tier !== FULL_SPEED_TIER || owed === 0) return grant;
    const taken = Math.min(owed, grant.octets);
    owed -= taken;
    return { ...grant, octets: octets(grant.octets - taken) };
  });
  return { left, taken: debt - owed };
}
