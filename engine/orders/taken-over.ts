import { calendarDays } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import { ZERO_RIAL } from '../values/rial.ts';
import type { ServiceRecord } from './line-account.ts';

/** Note of what came from another program: initial data conversion (product line P27). */
export const TAKEN_OVER = 'کانورت اطلاعات اولیه';

/** A term that a line had when it was taken over. */
export interface TakenOverTerm {
  readonly planName: string;
  readonly from: Instant;
  /** First instant after it. */
  readonly until: Instant;
}

/**
 * The service that a term of another program is in the history here: sold by staff, and of no price, since it was paid for
 * there. So its days are seen, it may be paused or changed, and a change takes nothing off for it.
 * @param now when it was taken over.
 */
export function takenOverService({ planName, from, until }: TakenOverTerm, now: Instant): ServiceRecord {
  const daysSold = Math.max(1, calendarDays(from, until));
  return {
    offer: {
      ...{ kind: 'prepaid', code: '', name: planName, planName, price: ZERO_RIAL, lineRental: ZERO_RIAL },
      term: { unit: 'day', count: daysSold },
      audience: { seenBy: [], boughtBy: [], counties: [], purchase: 'any' },
    },
    ...{ orderId: undefined, name: planName, price: ZERO_RIAL, vat: ZERO_RIAL, daysSold },
    ...{ boughtAt: now, from, until, pausedDays: 0, purchaseType: 'admin', note: TAKEN_OVER },
  };
}
