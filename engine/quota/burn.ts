import type { Instant } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import { type Grant, isGrantValid } from './grant.ts';
import { FULL_WEIGHT } from './rate.ts';

/** Grants after burning, which of them changed, and what no grant could cover. */
export interface Burned {
  readonly grants: readonly Grant[];
  /** Ids of the grants that were burned. */
  readonly touched: readonly string[];
  readonly overshotOctets: Octets;
}

/**
 * Takes `amount` from the grants valid at `at`: those of full speed before those of the tiers behind them, then soonest
 * end first, then lowest priority number, then oldest, then id (design section 7). What is left uncovered is overshoot;
 * the sum of both is always `amount`.
 */
export function burn(grants: readonly Grant[], amount: Octets, at: Instant): Burned {
  if (amount === 0) return { grants, touched: [], overshotOctets: amount };
  const order = grants
    .filter((grant) => grant.consumed < grant.octets && isGrantValid(grant, at))
    .sort(byBurnOrder);
  if (order.length === 0) return { grants, touched: [], overshotOctets: amount };
  const next = [...grants];
  const touched: string[] = [];
  let left: number = amount;
  for (const grant of order) {
    if (left === 0) break;
    const taken = Math.min(left, grant.octets - grant.consumed);
    next[grants.indexOf(grant)] = { ...grant, consumed: octets(grant.consumed + taken) };
    touched.push(grant.id);
    left -= taken;
  }
  return { grants: next, touched, overshotOctets: octets(left) };
}

/** Order in which grants are burned; negative when `left` goes first. */
export function byBurnOrder(left: Grant, right: Grant): number {
  if (left.tier !== right.tier) return left.tier - right.tier;
  const leftUntil = left.until ?? Number.POSITIVE_INFINITY;
  const rightUntil = right.until ?? Number.POSITIVE_INFINITY;
  if (leftUntil !== rightUntil) return leftUntil < rightUntil ? -1 : 1;
  if (left.priority !== right.priority) return left.priority - right.priority;
  if (left.createdAt !== right.createdAt) return left.createdAt - right.createdAt;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** Result of weighing charged octets: whole octets to burn and the ten-thousandths kept for the next time. */
export interface Weighed {
  readonly octets: Octets;
  /** 0 to 9,999. */
  readonly remainder: number;
}

/** `charged` octets at `weight` ten-thousandths each, TRUNC; the remainder is carried so that nothing is lost. */
export function weigh(charged: Octets, weight: number, remainder: number): Weighed {
  if (weight === FULL_WEIGHT) return { octets: charged, remainder };
  const parts = BigInt(charged) * BigInt(weight) + BigInt(remainder);
  return { octets: octets(Number(parts / WHOLE)), remainder: Number(parts % WHOLE) };
}

const WHOLE = BigInt(FULL_WEIGHT);
