import { type HmacMd5Key, prepareHmacKey } from './hmac-md5.ts';

/** A shared secret of a NAS, prepared once for all packets to come. */
export interface Secret {
  /** The secret itself (RFC 2865 §3: any octets, at least one). */
  readonly octets: Uint8Array;
  /** The same secret as key of the Message-Authenticator. */
  readonly hmacKey: HmacMd5Key;
}

/**
 * Prepares a shared secret; the octets are copied.
 * @throws RangeError when it is empty: RFC 2865 §3 forbids it, and configuration must have refused it before.
 */
export function prepareSecret(octets: Uint8Array): Secret {
  if (octets.length === 0) throw new RangeError('a shared secret has at least one octet');
  return { octets: Uint8Array.from(octets), hmacKey: prepareHmacKey(octets) };
}

/**
 * Compares `length` octets at `left[leftAt]` and `right[rightAt]`, taking the same time wherever they differ,
 * so that a forger learns nothing from the delay. Own loop because `timingSafeEqual` wants views cut to size.
 * Both ranges must lie inside their arrays.
 */
export function sameOctets(
  left: Uint8Array,
  leftAt: number,
  right: Uint8Array,
  rightAt: number,
  length: number,
): boolean {
  let difference = 0;
  for (let i = 0; i < length; i += 1) difference |= left[leftAt + i]! ^ right[rightAt + i]!;
  return difference === 0;
}
