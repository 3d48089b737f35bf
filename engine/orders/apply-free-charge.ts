import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { FULL_SPEED_TIER, fullSpeedOctets, type Grant } from '../quota/grant.ts';
import { beginReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { findTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { ZERO_OCTETS } from '../values/octets.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { type FreeCharge, type FreeChargePolicy, type FreeChargeRefusal, freeCharge } from './free-charge.ts';
import { type LineAccount, runningAccount } from './line-account.ts';
import { openLoan } from './loan.ts';

/** A line with its free charge. */
export interface AppliedCharge {
  /** With the next revision. */
  readonly line: LineRecord;
  readonly charge: FreeCharge;
  readonly kind: FreeChargePolicy['kind'];
  /** `undefined` when only days were given. */
  readonly grant: Grant | undefined;
}

/** What a free charge would be refused for, beside the rules of `freeCharge`. */
export type ChargeRefusal = FreeChargeRefusal | 'not-offered' | 'line-is-closed';

/**
 * Gives a line that ran out its days and traffic (product lines P57 to P60). Where only the days ran out, what is left of
 * the last volume may be used for as long; days and traffic of the charge do not move the service itself.
 * @param policy `null` where the house gives none.
 */
export function applyFreeCharge(
  account: LineAccount,
  policy: FreeChargePolicy | null,
  plans: PlanLookup,
  now: Instant,
): Result<AppliedCharge, ChargeRefusal> {
  if (policy === null) return fail('not-offered');
  const line = beginReserve(account.line, now);
  if (line.status === 'closed') return fail('line-is-closed');
  const { paidUntil } = runningAccount({ ...account, line }, now);
  const end = paidUntil === undefined ? now : Math.min(now, paidUntil - 1);
  const history = plans(line.planName);
  const hasQuota = history !== undefined && planAt(history, now).quota !== undefined;
  const facts = {
    serviceUntil: paidUntil,
    // Of a service that is over: whether it still had volume at its end.
    isExhausted: hasQuota && fullSpeedOctets(line.grants, end) === 0,
    lastPaidAt: account.lastPaidAt,
    lastChargedAt: account.freeCharge?.at,
    isOwed: openLoan(account, now) !== undefined,
  };
  const given = freeCharge(policy, facts, now);
  if (!given.ok) return given;
  const charge = given.value;
  const revision = line.revision + 1;
  const grant = charge.octets === 0 ? undefined : giftOf(line.username, revision, charge);
  // The volume of a service that was refunded went with it.
  const isProlonged = charge.days > 0 && !facts.isExhausted && paidUntil !== account.refundedAt;
  const term = isProlonged ? findTerm(line.username, line.grants, paidUntil) : undefined;
  const grants = line.grants.map((own) =>
    term?.grants.includes(own) && own.until === paidUntil ? { ...own, until: charge.until } : own,
  );
  const next: LineRecord = {
    ...{ ...line, revision, grants: grant === undefined ? grants : [...grants, grant] },
    expiresAt: charge.days === 0 ? line.expiresAt : charge.until,
  };
  return ok({ line: next, charge, kind: policy.kind, grant });
}

function giftOf(username: string, revision: number, { octets, at, until }: FreeCharge): Grant {
  return {
    ...{ id: `free:${username}:${revision}`, kind: 'gift', octets, consumed: ZERO_OCTETS },
    ...{ from: at, until, priority: 0, tier: FULL_SPEED_TIER, createdAt: at },
  };
}
