import type { ChargeMode, PlanWindow } from '../catalog/plan.ts';
import { type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import type { Stretch } from './split.ts';
import { windowAt } from './windows.ts';

/** How octets are charged: the direction, the class of traffic, and the hours in which they weigh more or less. */
export interface Tariff {
  /** `none`: nothing is charged (unlimited plans). */
  readonly charge: ChargeMode | 'none';
  readonly windows: readonly PlanWindow[];
  /** Weight of the class of traffic; 100 is normal. */
  readonly classPercent: number;
}

/** What a stretch costs: `charged + free` is all its octets; the charged ones count `weight` ten-thousandths each. */
export interface Rating {
  readonly chargedOctets: Octets;
  readonly freeOctets: Octets;
  readonly weight: number;
}

/** Normal weight: every charged octet takes one octet of volume. */
export const FULL_WEIGHT = 10_000;

const FULL_PERCENT = 100;

/** Rates a stretch that lies within one window (see `windowEdges`); its middle decides which window that is. */
export function rateStretch(stretch: Stretch, tariff: Tariff): Rating {
  const total = octets(stretch.inputOctets + stretch.outputOctets);
  if (tariff.charge === 'none') return { chargedOctets: ZERO_OCTETS, freeOctets: total, weight: FULL_WEIGHT };
  const window = windowAt(tariff.windows, (stretch.from + stretch.to) / 2);
  const weight = (window?.percent ?? FULL_PERCENT) * tariff.classPercent;
  if (weight === 0) return { chargedOctets: ZERO_OCTETS, freeOctets: total, weight };
  if (tariff.charge === 'both') return { chargedOctets: total, freeOctets: ZERO_OCTETS, weight };
  return { chargedOctets: stretch.outputOctets, freeOctets: stretch.inputOctets, weight };
}
