import type { Instant } from '../values/instant.ts';
import { type Rial, rial, subtractRial, ZERO_RIAL } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';

/** «نماینده» sells in our name; «ریسلر» in their own. Offers may be for either. */
export type AgentKind = 'agent' | 'reseller';

/** A suspended agent neither sees nor sells; what those below sell goes on earning for him. */
export type AgentState = 'active' | 'suspended';

/** What is declared of an agent. */
export interface AgentParticulars {
  /** Number of the agent above; `undefined` at the top. */
  readonly parentId: number | undefined;
  readonly kind: AgentKind;
  readonly name: string;
  /** E.164, '' when it is not known. */
  readonly mobile: string;
  /** Share of the price of what is sold here and below, whole percent from 0 to 100; at most the parent's. */
  readonly commissionPercent: number;
}

/** An agent as the ledger has it. */
export interface Agent extends AgentParticulars {
  /** The number in the ledger's account `agent:N`. */
  readonly id: number;
  readonly state: AgentState;
  /** What is left of the deposit; below 0 what the agent owes, as far as the limit or by commission given back. */
  readonly deposit: number;
  /** How far the deposit may go below 0 by sales. */
  readonly creditLimit: Rial;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** An agent in a chain: the one who sells first, then who is above, up to the top. */
export interface AgentShare {
  readonly agent: number;
  readonly percent: number;
}

/** Stands in the place of a gateway for a payment that an agent's deposit has made. */
export const AGENT_DEPOSIT = 'agent';

/** What an agent earns of a sale. */
export interface Commission {
  readonly agent: number;
  readonly amount: Rial;
}

/**
 * What a sale earns for whom: the seller has its share, each one above the difference to the share below, TRUNC to the
 * Rial; those who earn nothing are left out. Nobody counts for more than anybody above, so that all together never have
 * more than the share of the top.
 * @param price without tax.
 * @param chain the seller first.
 */
export function commissionsOf(price: Rial, chain: readonly AgentShare[]): readonly Commission[] {
  const earned: Commission[] = [];
  let below = 0;
  for (const [index, { agent }] of chain.entries()) {
    const share = Math.min(...chain.slice(index).map(({ percent }) => percent));
    const amount = truncShare(price, share - below, 100);
    below = share;
    if (amount > ZERO_RIAL) earned.push({ agent, amount });
  }
  return earned;
}

/** The figures of a sale that commission depends on. */
export interface SoldFromDeposit {
  /** Without tax. */
  readonly price: Rial;
  readonly vat: Rial;
  readonly lineRental: Rial;
  /** What a former service is given back for. */
  readonly remainingValue: Rial;
  /** Of that what is price without tax: see `priceShare`. */
  readonly takenOff: Rial;
  /** What the agent's deposit pays; the customer's wallet bears what is left. */
  readonly payable: Rial;
}

/**
 * What commission is a share of: the price without tax and rental, less the price that a former service is given back for,
 * as far as the agent's own deposit pays it, TRUNC to the Rial. 0 of what the deposit pays nothing of.
 */
export function commissionBaseOf(sold: SoldFromDeposit): Rial {
  const { price, vat, lineRental, remainingValue, takenOff, payable } = sold;
  if (payable === ZERO_RIAL) return ZERO_RIAL;
  const due = price + vat + lineRental - remainingValue;
  const own = rial(Math.min(due, Math.max(0, price - takenOff)));
  return truncShare(own, payable, due);
}

/**
 * Of a remaining value what is price without tax: all of it where the price alone was shared, else TRUNC to the Rial.
 * @param base what was shared: the price, or the price with its tax.
 * @param price of the service that it is the value of, without tax.
 */
export function priceShare(
  { amount, base }: { readonly amount: Rial; readonly base: Rial },
  price: Rial,
): Rial {
  return base > price ? truncShare(amount, price, base) : amount;
}

/** A sale, or a change in the place of an earlier one, by its prices without tax. */
export interface SaleInChain {
  readonly price: Rial;
  /** Given back by credit notes. */
  readonly refunded: Rial;
  /** Of the price of the sale before this one what was taken off here; 0 of the first sale. */
  readonly takenOff: Rial;
}

/**
 * What of each price does not stand any more: what credit notes have given back, and what later changes have taken off
 * without that it stands in their own prices. A change carries of what it takes off as much as its price on into it, and the
 * rest is credit, or tax, at once; of what it carries the share goes, TRUNC, that goes of its own price.
 * @param chain the newest sale first, each in the place of the one after it.
 */
export function givenBackOf(chain: readonly SaleInChain[]): readonly Rial[] {
  let byLater = 0;
  return chain.map(({ price, refunded, takenOff }) => {
    const gone = rial(Math.min(price, refunded + byLater));
    const carried = rial(Math.min(price, takenOff));
    byLater = takenOff - carried + (carried === ZERO_RIAL ? 0 : truncShare(carried, gone, price));
    return gone;
  });
}

/**
 * What is given back of a commission now that so much of the sale's price does not stand any more (`givenBackOf`): TRUNC to
 * the Rial of the share, less what was given back before, so that nothing is left of it once everything is given back, in
 * however many parts.
 * @param before given back already.
 */
export function commissionToReturn(
  earned: Rial,
  givenBack: { readonly price: Rial; readonly of: Rial },
  before: Rial,
): Rial {
  return subtractRial(truncShare(earned, givenBack.price, givenBack.of), before);
}

/** Most agents from the top to the lowest one. */
export const AGENT_LEVELS_MAX = 20;

/** Why an agent cannot stand where it is wanted. */
export type PlacementFault =
  | 'would-be-above-itself'
  | 'more-than-parent'
  /** One below has a greater share. */
  | 'less-than-below'
  | 'too-deep';

/** An agent's place and share, and what hangs on it. */
export interface Placement {
  /** `undefined` of one that is new. */
  readonly agent: number | undefined;
  readonly percent: number;
  /** The wanted parent first, then who is above; none for the top. */
  readonly above: readonly AgentShare[];
  /** Greatest share directly below; 0 of none. */
  readonly greatestBelow: number;
  /** Levels below; 0 of one without any. */
  readonly levelsBelow: number;
}

/** What is wrong with a place or a share; `undefined` when it may be had. The database holds the same rules. */
export function placementFault({
  agent,
  percent,
  above,
  greatestBelow,
  levelsBelow,
}: Placement): PlacementFault | undefined {
  if (above.some((one) => one.agent === agent)) return 'would-be-above-itself';
  const [parent] = above;
  if (parent !== undefined && percent > parent.percent) return 'more-than-parent';
  if (greatestBelow > percent) return 'less-than-below';
  return above.length + 1 + levelsBelow > AGENT_LEVELS_MAX ? 'too-deep' : undefined;
}
