import { DAY, dayOf } from './calendar.ts';
import { endVolume, type Volume } from './volumes.ts';

/** A free charge that a line was given, and whether a loan was given back. */
export interface BookedCharge {
  readonly at: number;
  readonly days: number;
  readonly until: number;
  readonly isLoan: boolean;
  isRepaid: boolean;
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
  return charge?.isLoan === true && !charge.isRepaid;
}

/** A service begins: it gives back days by their dates, but never its last one, and the octets that were used. */
export function repayAtOnce(charge: BookedCharge | undefined, at: number, until: number): Repaid {
  if (!isOwed(charge)) return NOTHING;
  const days = Math.min(charge.days, dayOf(at) - dayOf(charge.at));
  const spare = Math.max(0, Math.floor((until - at) / DAY) - 1);
  return { days: Math.min(days, spare), octets: giveBack(charge, at) };
}

/** A service that waits gives back the octets that were used. */
export function repayByWaiting(charge: BookedCharge | undefined, at: number): Repaid {
  return isOwed(charge) ? { days: 0, octets: giveBack(charge, at) } : NOTHING;
}

/** Traffic does the same where it is more than what was used. */
export function repayByTraffic(charge: BookedCharge | undefined, octets: number, at: number): Repaid {
  return isOwed(charge) && octets > (charge.volume?.used ?? 0) ? repayByWaiting(charge, at) : NOTHING;
}

/** Nothing more of the loan may be used; the octets that were. */
function giveBack(charge: BookedCharge, at: number): number {
  charge.isRepaid = true;
  if (charge.volume === undefined) return 0;
  endVolume(charge.volume, at);
  return charge.volume.used;
}
