import { DAY, dayOf } from './calendar.ts';
import { endVolume, type Volume } from './volumes.ts';

/** A free charge that a line was given, and whether a loan was given back. */
export interface BookedCharge {
  readonly at: number;
  readonly days: number;
  readonly until: number;
  readonly isLoan: boolean;
  /** The order that has given it back. */
  repaidBy?: number | undefined;
  volume?: Volume;
}

/** What is taken from a purchase for a loan. */
export interface Repaid {
  readonly days: number;
  readonly octets: number;
}

const NOTHING: Repaid = { days: 0, octets: 0 };

/** Whether something was lent that no purchase has given back yet. */
export function isOwed(charge: BookedCharge | undefined): charge is BookedCharge {
  return charge?.isLoan === true && charge.repaidBy === undefined;
}

/** A purchase that may have to give a loan back. */
interface Repaying {
  readonly orderId: number;
  readonly at: number;
}

/** A service begins: it gives back days and the octets that were used, and nothing more of the loan may be used. */
export function repayAtOnce(charge: BookedCharge | undefined, order: Repaying, until: number): Repaid {
  if (!isOwed(charge)) return NOTHING;
  const days = repaidDays(charge, order.at, { from: order.at, until });
  return { days, octets: giveBack(charge, order) };
}

/** A service that waits gives back all octets of a loan that goes on until then. */
export function repayByWaiting(
  charge: BookedCharge | undefined,
  { orderId, at }: Repaying,
  term: { readonly from: number; readonly until: number },
): Repaid {
  if (!isOwed(charge)) return NOTHING;
  charge.repaidBy = orderId;
  const { volume } = charge;
  const goesOn = volume !== undefined && (volume.until === undefined || at < volume.until);
  return { days: repaidDays(charge, at, term), octets: goesOn ? volume.octets : (volume?.used ?? 0) };
}

/** Traffic gives back the octets that were used where it is more than that. */
export function repayByTraffic(charge: BookedCharge | undefined, octets: number, order: Repaying): Repaid {
  if (!isOwed(charge) || octets <= (charge.volume?.used ?? 0)) return NOTHING;
  return { days: 0, octets: giveBack(charge, order) };
}

/** Days by their dates, but never the last one of a service. */
function repaidDays(
  charge: BookedCharge,
  at: number,
  { from, until }: { readonly from: number; readonly until: number },
): number {
  const spare = Math.max(0, Math.floor((until - from) / DAY) - 1);
  return Math.min(charge.days, dayOf(at) - dayOf(charge.at), spare);
}

/** Nothing more of the loan may be used; the octets that were. */
function giveBack(charge: BookedCharge, { orderId, at }: Repaying): number {
  charge.repaidBy = orderId;
  if (charge.volume === undefined) return 0;
  endVolume(charge.volume, at);
  return charge.volume.used;
}
