import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { findTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { octets } from '../values/octets.ts';
import { truncShare } from '../values/trunc-share.ts';
import type { HouseSettings } from './house-settings.ts';
import type { LineAccount, StoredService } from './line-account.ts';
import type { Quote, Replaced } from './quote.ts';
import { type PaidService, remainingValue } from './remaining-value.ts';

/** What the remaining value of a running service depends on beside the line. */
export interface ReplacingFacts {
  readonly plans: PlanLookup;
  readonly settings: Pick<HouseSettings, 'remainingRules' | 'changeTolerancePercent'>;
  readonly now: Instant;
}

/** The running service of a line as it is valued when another takes its place (product line P51). */
export function replacedBy(
  { line }: LineAccount,
  service: StoredService,
  { plans, settings }: ReplacingFacts,
): Replaced {
  const { name, price, vat, from, until, pausedDays, daysSold, boughtAt } = service;
  const history = plans(service.offer.planName);
  const quota = history && planAt(history, boughtAt).quota;
  const term = findTerm(line.username, line.grants, until, from);
  const traffic = quota?.per === 'term' && term !== undefined ? trafficOf(term.grants) : undefined;
  const paid: PaidService = { name, price, vat, from, until, pausedDays, daysSold, traffic };
  return { service: paid, rules: settings.remainingRules };
}

/**
 * Whether the service that a change replaces has lost more of its value since the quote than the house overlooks: who orders
 * a change, uses the volume up and pays then would have it twice.
 */
export function hasLostValue(
  { remainingValue: quoted }: Quote,
  account: LineAccount,
  service: StoredService,
  facts: ReplacingFacts,
): boolean {
  const replaced = replacedBy(account, service, facts);
  const { amount, base } = remainingValue(replaced.service, replaced.rules, facts.now);
  return quoted - amount > truncShare(base, facts.settings.changeTolerancePercent, 100);
}

function trafficOf(grants: readonly Grant[]): NonNullable<PaidService['traffic']> {
  const full = grants.filter(({ tier }) => tier === FULL_SPEED_TIER);
  const whole = octets(full.reduce((sum, grant) => sum + grant.octets, 0));
  return { left: octets(full.reduce((left, grant) => left - grant.consumed, whole as number)), whole };
}
