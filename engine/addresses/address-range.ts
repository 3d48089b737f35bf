import { parseIpv4 } from '../radius/ip-address.ts';

/** IPv4 addresses from `first` to `last`, both included, as unsigned 32-bit integers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

const ADDRESS_BITS = 32;

/**
 * The range of `10.0.0.0/22`, `10.0.0.10-10.0.0.20` or a single address; `undefined` when the text is none of these. Of a
 * block all addresses are meant, also its first and its last: a subscriber's address is his alone, not one of a network.
 */
export function parseRange(text: string): AddressRange | undefined {
  const [from = '', to, ...more] = text.split('-');
  if (more.length > 0) return undefined;
  if (to !== undefined) {
    const first = parseIpv4(from);
    const last = parseIpv4(to);
    return first === -1 || last < first ? undefined : { first, last };
  }
  const [address = '', bits = String(ADDRESS_BITS), ...rest] = text.split('/');
  const base = parseIpv4(address);
  if (base === -1 || rest.length > 0 || !/^\d{1,2}$/.test(bits) || Number(bits) > ADDRESS_BITS)
    return undefined;
  const size = 2 ** (ADDRESS_BITS - Number(bits));
  const first = base - (base % size);
  return { first, last: first + size - 1 };
}

/** Dotted text of an address. */
export function addressText(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The ranges in the order of their addresses, those that touch or overlap joined. */
export function joinRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const joined: AddressRange[] = [];
  for (const range of [...ranges].sort((left, right) => left.first - right.first)) {
    const before = joined.at(-1);
    if (before === undefined || range.first > before.last + 1) joined.push(range);
    else joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return joined;
}

/** What is left of joined ranges without some addresses. */
export function withoutAddresses(
  ranges: readonly AddressRange[],
  addresses: readonly number[],
): readonly AddressRange[] {
  const left: AddressRange[] = [];
  const out = [...addresses].sort((one, other) => one - other);
  let next = 0;
  for (const { first, last } of ranges) {
    let from = first;
    while (next < out.length && out[next]! < first) next++;
    for (; next < out.length && out[next]! <= last; next++) {
      if (out[next]! > from) left.push({ first: from, last: out[next]! - 1 });
      from = out[next]! + 1;
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

/** The first of joined ranges that ends at the address or after it, `undefined` when all end before. */
export function rangeFrom(ranges: readonly AddressRange[], address: number): AddressRange | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.last < address) low = middle + 1;
    else high = middle;
  }
  return ranges[low];
}

/** Whether an address lies in joined ranges. */
export function isInRanges(ranges: readonly AddressRange[], address: number): boolean {
  const range = rangeFrom(ranges, address);
  return range !== undefined && range.first <= address;
}

/** Number of addresses in joined ranges. */
export function rangesSize(ranges: readonly AddressRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** The CIDR blocks, as texts, that cover a range exactly. */
export function blocksOf({ first, last }: AddressRange): readonly string[] {
  const blocks: string[] = [];
  for (let at = first; at <= last; ) {
    let bits = ADDRESS_BITS;
    while (bits > 0) {
      const size = 2 ** (ADDRESS_BITS - bits + 1);
      if (at % size !== 0 || at + size - 1 > last) break;
      bits--;
    }
    blocks.push(`${addressText(at)}/${bits}`);
    at += 2 ** (ADDRESS_BITS - bits);
  }
  return blocks;
}
