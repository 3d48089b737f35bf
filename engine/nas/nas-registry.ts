import { parseIpv4, parseIpv6 } from '../radius/ip-address.ts';
import type { NasClient } from './nas-client.ts';

const SOURCES_MAX = 20_000;

interface Block {
  readonly octets: Uint8Array;
  readonly prefixLength: number;
  readonly client: NasClient;
}

/**
 * Finds a NAS by the source address of a packet. Immutable but for a memo of sources already looked up, so an unknown
 * source costs one Map look-up and no crypto; a changed list of NAS is a new registry.
 */
export class NasRegistry {
  private readonly byName = new Map<string, NasClient>();
  private readonly blocks: Block[] = [];
  private readonly bySource = new Map<string, NasClient | undefined>();

  constructor(clients: readonly NasClient[]) {
    for (const client of clients) {
      this.byName.set(client.entry.name, client);
      const block = parseBlock(client);
      if (block !== undefined) this.blocks.push(block);
    }
    this.blocks.sort((left, right) => right.prefixLength - left.prefixLength);
  }

  /** The NAS whose address or smallest block holds `address` (as node:dgram gives it), else `undefined`. */
  bySourceAddress(address: string): NasClient | undefined {
    if (this.bySource.has(address)) return this.bySource.get(address);
    if (this.bySource.size >= SOURCES_MAX) this.bySource.clear();
    const octets = addressOctets(address);
    const client = octets && this.blocks.find((block) => contains(block, octets))?.client;
    this.bySource.set(address, client);
    return client;
  }

  /** The NAS that staff named so. */
  named(name: string): NasClient | undefined {
    return this.byName.get(name);
  }

  /** All NAS in the order of their entry. */
  all(): readonly NasClient[] {
    return [...this.byName.values()];
  }
}

function parseBlock(client: NasClient): Block | undefined {
  const [address = '', length] = client.entry.address.split('/');
  const octets = addressOctets(address);
  if (octets === undefined) return undefined;
  if (length === undefined) return { octets, prefixLength: 128, client };
  // Anything but a whole number in range would read as a shorter prefix and let strangers in.
  const isIpv4 = isIpv4Text(address);
  if (!/^\d{1,3}$/.test(length) || Number(length) > (isIpv4 ? 32 : 128)) return undefined;
  return { octets, prefixLength: (isIpv4 ? 96 : 0) + Number(length), client };
}

/** Sixteen octets, IPv4 as an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), so that one comparison serves both. */
function addressOctets(address: string): Uint8Array | undefined {
  const plain = address.split('%', 1)[0] ?? '';
  if (!isIpv4Text(plain)) return parseIpv6(plain);
  const value = parseIpv4(plain);
  if (value < 0) return undefined;
  const octets = new Uint8Array(16);
  octets.fill(0xff, 10, 12);
  new DataView(octets.buffer).setUint32(12, value);
  return octets;
}

function isIpv4Text(address: string): boolean {
  return address.includes('.') && !address.includes(':');
}

function contains(block: Block, address: Uint8Array): boolean {
  for (let bit = 0; bit < block.prefixLength; bit += 8) {
    const left = block.prefixLength - bit;
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    const at = bit >> 3;
    if (((block.octets[at] ?? 0) & mask) !== ((address[at] ?? 0) & mask)) return false;
  }
  return true;
}
