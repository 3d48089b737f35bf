import { LANDING_MARGIN_SECONDS, ORDER_SECONDS } from '../../engine/policy/soft-landing.ts';
import type { Speed } from '../../engine/values/speed.ts';
import type { LineOutcome } from './play-line.ts';
import type { Scenario } from './scenario.ts';
import type { Variant } from './variant.ts';

/** Where no slower speed follows the quota: see `engine/policy/soft-landing.ts`. */
const FLOOR: Speed = { downKbps: 128, upKbps: 128 };
const NAIVE_SECONDS = 300;
/** Caps are whole multiples of it. */
const CAP_UNIT_OCTETS = 2 ** 20;

/**
 * Octets that a line can use beyond its volume at most, by the way its end is met, as long as a report and the order that
 * follows it take 10 s together. Without landing every session has its whole speed from the report before the end until
 * it is ordered to stop: rate × (interval + 10 s). With a landing that is the floor's rate, and the lease's margin comes to
 * it: floor × (interval + 20 s); and what a second session uses until its NAS obeys, which nobody knows of when the first is
 * told what it may have: rate × 10 s. A cap leaves what its unit rounds up, and the NAS of this play looks once a millisecond; it is
 * for one session.
 */
export function boundOf(scenario: Scenario, variant: Variant, outcome: LineOutcome): number {
  const cap = outcome.caps[0];
  const isCapped = scenario.sessions === 1 && cap !== undefined;
  const bound = variant.softLanding
    ? landingBound(scenario, outcome)
    : speedBound(scenario, variant, outcome);
  return isCapped ? Math.min(bound, CAP_UNIT_OCTETS + rateOf(scenario.speed) / 1000) : bound;
}

/** Octets per second of both directions. */
export function rateOf({ downKbps, upKbps }: Speed): number {
  return (downKbps + upKbps) * 125;
}

function speedBound({ speed }: Scenario, { adaptive }: Variant, outcome: LineOutcome): number {
  let bound = 0;
  for (const seconds of outcome.intervalsSeconds) {
    bound += rateOf(speed) * ((adaptive ? seconds : NAIVE_SECONDS) + ORDER_SECONDS);
  }
  return bound;
}

function landingBound({ speed, exhausted }: Scenario, { intervalsSeconds }: LineOutcome): number {
  const after = typeof exhausted === 'string' ? FLOOR : exhausted;
  const floor = {
    downKbps: Math.min(after.downKbps, speed.downKbps),
    upKbps: Math.min(after.upKbps, speed.upKbps),
  };
  const others = (intervalsSeconds.length - 1) * rateOf(speed) * ORDER_SECONDS;
  return intervalsSeconds.reduce(
    (sum, seconds) => sum + rateOf(floor) * (seconds + LANDING_MARGIN_SECONDS),
    Math.max(0, others),
  );
}
