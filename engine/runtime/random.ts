import { randomBytes } from 'node:crypto';

/** Octets of the system's cryptographic random source. */
export function randomOctets(octets: number): Buffer {
  return randomBytes(octets);
}
