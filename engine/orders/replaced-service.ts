import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { findTerm } from '../subscribers/term-grants.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import { subtractRial } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';
import type { HouseSettings } from './house-settings.ts';
import type { LineAccount, StoredService } from './line-account.ts';
import type { Order } from './order.ts';
import type { Replaced } from './quote.ts';
import { type PaidService, remainingValue } from './remaining-value.ts';

/** What the remaining value of a running service depends on beside the line. */
export interface ReplacingFacts {
  readonly plans: PlanLookup;
  readonly settings: Pick<HouseSettings, 'remainingRules' | 'changeTolerancePercent'>;
  readonly now: Instant;
}

/** The running service of a line as it is valued when another takes its place (product line P51): by what is paid of it. */
export function replacedBy(
  { line }: LineAccount,
  service: StoredService,
  { plans, settings }: ReplacingFacts,
): Replaced {
  const { name, refunded, from, until, pausedDays, daysSold, boughtAt } = service;
  const price = subtractRial(service.price, refunded.price);
  const vat = subtractRial(service.vat, refunded.vat);
  const history = plans(service.offer.planName);
  const quota = history && planAt(history, boughtAt).quota;
  const term = findTerm(line.username, line.grants, until, from);
  const traffic =
    quota?.per === 'term' && term !== undefined ? trafficOf(term.grants, quota.octets) : undefined;
  const paid: PaidService = { name, price, vat, from, until, pausedDays, daysSold, traffic };
  return { service: paid, rules: settings.remainingRules };
}

/**
 * Whether the service that a change replaces has lost more of its value since the quote than the house overlooks: who orders
 * a change, uses the volume up and pays then would have it twice. The days that go by while it is paid, one at most, are no
 * loss.
 * @param placedAt when the change was quoted.
 */
export function hasLostValue(
  { quote: { remainingValue: quoted }, placedAt }: Pick<Order, 'quote' | 'placedAt'>,
  account: LineAccount,
  service: StoredService,
  facts: ReplacingFacts,
): boolean {
  const replaced = replacedBy(account, service, facts);
  const at = Math.max(placedAt, facts.now - DAY_MS);
  const { amount, base } = remainingValue(replaced.service, replaced.rules, at);
  return quoted - amount > truncShare(base, facts.settings.changeTolerancePercent, 100);
}

/** @param sold the volume as it was sold; what a loan took off was used, too. */
function trafficOf(grants: readonly Grant[], sold: Octets): NonNullable<PaidService['traffic']> {
  const full = grants.filter(({ tier }) => tier === FULL_SPEED_TIER);
  const left = full.reduce((sum, grant) => sum + Math.max(0, grant.octets - grant.consumed), 0);
  const whole = full.reduce((sum, grant) => sum + grant.octets, 0);
  return { left: octets(left), whole: octets(Math.max(whole, sold)) };
}
