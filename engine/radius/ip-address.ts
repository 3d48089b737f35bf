/**
 * IPv4 and IPv6 addresses between text and octets. Text is read strictly (dotted quad without leading zeros,
 * RFC 4291 §2.2 forms without zone) and written canonically (RFC 5952).
 */

const ZERO = 0x30;
const DOT = 0x2e;

/** Octets of an IPv4 address. */
export const IPV4_OCTETS = 4;

/** Octets of an IPv6 address. */
export const IPV6_OCTETS = 16;

/** The address as an unsigned 32-bit integer in network order, or -1 when the text is no dotted quad. */
export function parseIpv4(text: string): number {
  let address = 0;
  let part = -1;
  let parts = 0;
  for (let index = 0; index <= text.length; index++) {
    const character = index === text.length ? DOT : text.charCodeAt(index);
    if (character === DOT) {
      if (part === -1 || ++parts > IPV4_OCTETS) return -1;
      address = address * 256 + part;
      part = -1;
      continue;
    }
    const digit = character - ZERO;
    if (digit < 0 || digit > 9 || part === 0) return -1;
    part = part === -1 ? digit : part * 10 + digit;
    if (part > 255) return -1;
  }
  return parts === IPV4_OCTETS ? address : -1;
}

/** Dotted text of the four octets at `start`, which must lie inside `bytes`. */
export function formatIpv4(bytes: Uint8Array, start: number): string {
  return `${bytes[start]!}.${bytes[start + 1]!}.${bytes[start + 2]!}.${bytes[start + 3]!}`;
}

const GROUP = /^[0-9a-f]{1,4}$/i;

/** Reads colon-separated groups, the last of which may be a dotted quad, into 16-bit numbers. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const quad = index === parts.length - 1 ? parseIpv4(part) : -1;
    if (quad === -1) return undefined;
    groups.push(Math.floor(quad / 65_536), quad % 65_536);
  }
  return groups;
}

/** The 16 octets of an IPv6 address, or undefined when the text is none. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!);
  const tail = halves.length === 2 ? parseGroups(halves[1]!) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 || halves[0]!.includes('.') : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const octets = new Uint8Array(IPV6_OCTETS);
  for (const [index, group] of groups.entries()) {
    octets[2 * index] = group >> 8;
    octets[2 * index + 1] = group;
  }
  return octets;
}

/** Index and length of the first longest run of zero groups; a single zero group is not shortened. */
function longestZeroRun(groups: readonly number[]): { at: number; length: number } {
  let best = { at: -1, length: 1 };
  let at = -1;
  for (let index = 0; index <= groups.length; index++) {
    if (groups[index] === 0) {
      if (at === -1) at = index;
    } else if (at !== -1) {
      if (index - at > best.length) best = { at, length: index - at };
      at = -1;
    }
  }
  return best;
}

/**
 * Canonical text (RFC 5952 §4) of the 16 octets at `start`, which must lie inside `bytes`. An IPv4-mapped address
 * is written in hexadecimal as well, so that one address has one text.
 */
export function formatIpv6(bytes: Uint8Array, start: number): string {
  const groups: number[] = [];
  for (let index = 0; index < 8; index++) {
    groups.push((bytes[start + 2 * index]! << 8) | bytes[start + 2 * index + 1]!);
  }
  const hex = groups.map((group) => group.toString(16));
  const run = longestZeroRun(groups);
  if (run.at === -1) return hex.join(':');
  return `${hex.slice(0, run.at).join(':')}::${hex.slice(run.at + run.length).join(':')}`;
}

/** Clears the bits of `address` after the first `prefixLength`, in place. */
export function maskAddress(address: Uint8Array, prefixLength: number): void {
  for (let index = 0; index < address.length; index++) {
    const keep = prefixLength - 8 * index;
    if (keep <= 0) address[index] = 0;
    else if (keep < 8) address[index]! &= 0xff << (8 - keep);
  }
}

/** The two halves of `address/length`, length an integer from 0 to `maximum`; undefined when it is no such text. */
function splitPrefix(text: string, maximum: number): { address: string; length: number } | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const length = Number(match[2]);
  return length <= maximum ? { address: match[1]!, length } : undefined;
}

/**
 * Value octets of an IPv6 prefix attribute from `address/length` (RFC 3162 §2.3), undefined when it is no such text.
 * Bits after the length are sent as zero, and all 16 octets of the address are written: the RFC allows fewer, but a
 * NAS that reads a fixed structure understands only this form.
 */
export function ipv6PrefixOctets(text: string): Uint8Array | undefined {
  const parts = splitPrefix(text, 128);
  const address = parts && parseIpv6(parts.address);
  if (parts === undefined || address === undefined) return undefined;
  maskAddress(address, parts.length);
  return Uint8Array.of(0, parts.length, ...address);
}

/** Value octets of an IPv4 prefix attribute from `address/length` (RFC 8044 §3.11), undefined when it is no such text. */
export function ipv4PrefixOctets(text: string): Uint8Array | undefined {
  const parts = splitPrefix(text, 32);
  const address = parts === undefined ? -1 : parseIpv4(parts.address);
  if (parts === undefined || address === -1) return undefined;
  const octets = Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
  maskAddress(octets, parts.length);
  return Uint8Array.of(0, parts.length, ...octets);
}
