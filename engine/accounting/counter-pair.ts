import { octets, ZERO_OCTETS } from '../values/octets.ts';
import type { CounterPair } from './session.ts';

const WRAP = 2 ** 32;

/** Both counters at zero. */
export const ZERO_PAIR: CounterPair = { inputOctets: ZERO_OCTETS, outputOctets: ZERO_OCTETS };

/** The two counters alone, without what else `value` carries. */
export function pair(value: CounterPair): CounterPair {
  return { inputOctets: value.inputOctets, outputOctets: value.outputOctets };
}

/** Sum by direction. */
export function add(left: CounterPair, right: CounterPair): CounterPair {
  return {
    inputOctets: octets(left.inputOctets + right.inputOctets),
    outputOctets: octets(left.outputOctets + right.outputOctets),
  };
}

/** A 32-bit reading on the scale of a counter that has wrapped so many times. */
export function addWraps(value: CounterPair, inputWraps: number, outputWraps: number): CounterPair {
  if (inputWraps === 0 && outputWraps === 0) return value;
  return {
    inputOctets: octets(value.inputOctets + inputWraps * WRAP),
    outputOctets: octets(value.outputOctets + outputWraps * WRAP),
  };
}

/** How much `higher` is above `lower` by direction, 0 where it is not. */
export function difference(higher: CounterPair, lower: CounterPair): CounterPair {
  return {
    inputOctets: octets(Math.max(0, higher.inputOctets - lower.inputOctets)),
    outputOctets: octets(Math.max(0, higher.outputOctets - lower.outputOctets)),
  };
}

/** The higher value of each direction. */
export function highest(left: CounterPair, right: CounterPair): CounterPair {
  return {
    inputOctets: octets(Math.max(left.inputOctets, right.inputOctets)),
    outputOctets: octets(Math.max(left.outputOctets, right.outputOctets)),
  };
}

/** True when neither direction is below `floor`. */
export function isAtLeast(value: CounterPair, floor: CounterPair): boolean {
  return value.inputOctets >= floor.inputOctets && value.outputOctets >= floor.outputOctets;
}

/** Both directions together. */
export function sum(value: CounterPair): number {
  return value.inputOctets + value.outputOctets;
}
