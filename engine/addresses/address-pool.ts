import { parseIpv4 } from '../radius/ip-address.ts';
import { type AddressRange, isInRanges, joinRanges, parseRange, withoutAddresses } from './address-range.ts';

/** A pool of ours as the packet path stores it. */
export interface StoredPool {
  readonly name: string;
  /** Grows with every change of what follows, so that an older word never replaces a newer one. */
  readonly revision: number;
  /** As declared: `10.20.0.0/22`, `10.20.8.10-10.20.8.200`. */
  readonly ranges: readonly string[];
  /** Static addresses of lines inside the ranges: nobody else is ever leased one. */
  readonly reserved: readonly string[];
}

/** A pool of ours, ready for use. */
export interface AddressPool {
  readonly name: string;
  readonly revision: number;
  /** The ranges as declared, by which it shows that a pool has other addresses than before. */
  readonly declared: string;
  /** All its addresses, joined and in order. */
  readonly ranges: readonly AddressRange[];
  /** Those that are leased to any line: all but the reserved ones. */
  readonly free: readonly AddressRange[];
}

/** The pool of its stored form; a range that is none is left out. */
export function addressPool({ name, revision, ranges, reserved }: StoredPool): AddressPool {
  const all = joinRanges(ranges.flatMap((text) => parseRange(text) ?? []));
  const free = withoutAddresses(all, reserved.map(parseIpv4));
  return { name, revision, declared: ranges.join(' '), ranges: all, free };
}

/** The pools of ours that have addresses, found by name and by address. Immutable. */
export class PoolBook {
  readonly pools: readonly AddressPool[];
  private readonly names: ReadonlyMap<string, AddressPool>;

  constructor(stored: readonly StoredPool[]) {
    this.pools = stored.map(addressPool).filter(({ ranges }) => ranges.length > 0);
    this.names = new Map(this.pools.map((pool) => [pool.name, pool]));
  }

  named(name: string): AddressPool | undefined {
    return this.names.get(name);
  }

  /** The pool that has the address; no two have the same. */
  poolAt(address: string): AddressPool | undefined {
    if (this.pools.length === 0 || address === '') return undefined;
    const number = parseIpv4(address);
    return number === -1 ? undefined : this.pools.find(({ ranges }) => isInRanges(ranges, number));
  }
}
