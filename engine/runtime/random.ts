import { randomBytes } from 'node:crypto';

/** Octets drawn from the system at once: a call for 2 or 8 octets costs as much as one for thousands. */
const POOL_OCTETS = 8_192;

let pool = Buffer.alloc(0);
let taken = 0;

/**
 * Octets of the system's cryptographic random source, each handed out once. The result is the caller's own and does
 * not change any more.
 */
export function randomOctets(octets: number): Buffer {
  if (octets > POOL_OCTETS / 8) return randomBytes(octets);
  if (taken + octets > pool.length) {
    pool = randomBytes(POOL_OCTETS);
    taken = 0;
  }
  taken += octets;
  return pool.subarray(taken - octets, taken);
}
