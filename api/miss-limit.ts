import { maskAddress, parseIpv6 } from '../engine/radius/ip-address.ts';
import type { Instant } from '../engine/values/instant.ts';
import { MINUTE_MS } from '../engine/values/instant.ts';

/** Misses of one address within a minute, after which it has to wait for the end of that minute. */
const MOST = 60;
/** Addresses remembered; more of them within a minute begin a new minute for all. */
const ADDRESSES_MOST = 10_000;
/** Prefix that one customer of a provider usually has (RFC 6177). */
const IPV6_PREFIX_LENGTH = 64;

/** Counts what was asked for and is not there, so that nobody tries out addresses at full speed. */
export interface MissLimit {
  isBlocked(address: string): boolean;
  miss(address: string): void;
}

/** A limit in the memory of this process. @param now the clock. */
export function createMissLimit(now: () => Instant): MissLimit {
  let minute = -1;
  const misses = new Map<string, number>();
  const missesOf = (address: string): number => {
    const current = Math.floor(now() / MINUTE_MS);
    if (current !== minute || misses.size > ADDRESSES_MOST) misses.clear();
    minute = current;
    return misses.get(neighbourhood(address)) ?? 0;
  };
  return {
    isBlocked: (address) => missesOf(address) >= MOST,
    miss: (address) => void misses.set(neighbourhood(address), missesOf(address) + 1),
  };
}

function neighbourhood(address: string): string {
  const octets = parseIpv6(address);
  if (octets === undefined) return address;
  maskAddress(octets, IPV6_PREFIX_LENGTH);
  return Buffer.from(octets).toString('hex');
}
