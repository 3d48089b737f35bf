import type { Plan } from '../catalog/plan.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { endTerm, findTerm, grantsOfTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { octets, ZERO_OCTETS } from '../values/octets.ts';
import { deductFreeCharge, freeChargeDebt } from './free-charge.ts';
import type { ChargedFree, LineAccount } from './line-account.ts';

/** A loan that a purchase has given back. */
export interface RepaidCharge {
  readonly id: number;
  readonly days: number;
  readonly octets: number;
}

/** The line with a new running term of `plan` from `now` on, less what was lent to it (product line P60). */
export function startTerm(
  { line, freeCharge }: LineAccount,
  plan: Plan,
  { from, until: sold }: { readonly from: Instant; readonly until: Instant },
  now: Instant,
): { readonly line: LineRecord; readonly until: Instant; readonly repaid: RepaidCharge | undefined } {
  const debt = debtOf(freeCharge, line.grants, now);
  const volume = plan.quota?.octets;
  const { until, volume: left } = deductFreeCharge({ from, until: sold, volume }, debt);
  const quota = plan.quota && { ...plan.quota, octets: left! };
  const { username, revision, reserve } = line;
  const term = { username, key: String(revision + 1), from, until, boughtAt: now };
  const given =
    plan.quota?.per === 'term' || debt.octets === 0
      ? grantsOfTerm(term, { ...plan, quota })
      : lessened(grantsOfTerm(term, plan), debt.octets);
  const reserved = reserve && findTerm(username, line.grants, reserve.expiresAt, reserve.from);
  const ended = endTerm(line.grants, reserved?.grants ?? [], now);
  return {
    line: {
      ...line,
      revision: revision + 1,
      ...{ planName: plan.name, expiresAt: until, grants: [...ended, ...given] },
    },
    until,
    repaid:
      freeCharge === undefined || freeCharge.isRepaid || freeCharge.kind === 'gift'
        ? undefined
        : { id: freeCharge.id, days: debt.days, octets: debt.octets },
  };
}

/** Of volumes by the day or month the first ones bear the debt. */
function lessened(grants: readonly Grant[], debt: number): readonly Grant[] {
  let owed = debt;
  return grants.map((grant) => {
    if (grant.tier !== FULL_SPEED_TIER || owed === 0) return grant;
    const taken = Math.min(owed, grant.octets);
    owed -= taken;
    return { ...grant, octets: octets(grant.octets - taken) };
  });
}

function debtOf(
  charge: ChargedFree | undefined,
  grants: readonly Grant[],
  now: Instant,
): ReturnType<typeof freeChargeDebt> {
  if (charge === undefined || charge.isRepaid) return { days: 0, octets: ZERO_OCTETS };
  const used = grants.find(({ id }) => id === charge.grantId)?.consumed ?? ZERO_OCTETS;
  return freeChargeDebt(charge, charge, used, now);
}
