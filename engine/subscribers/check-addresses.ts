import { parseRange } from '../addresses/address-range.ts';
import { parseIpv4, parseIpv6 } from '../radius/ip-address.ts';
import type { Report } from './check-plan.ts';
import type { LineRecord } from './line-record.ts';
import type { LineDeclaration, PoolDeclaration, ProvisioningDocument } from './provisioning.ts';

/** What the addresses of a line are for. */
export type PrefixKind = 'static-ip' | 'route' | 'framed-ipv6' | 'delegated-ipv6';

/** A prefix of a line, as text with its length. */
export interface OwnedPrefix {
  readonly username: string;
  readonly kind: PrefixKind;
  readonly prefix: string;
}

/** What is stored of addresses and may clash with a document. */
export interface KnownAddresses {
  /** Pools of ours by name, with their ranges. */
  readonly pools: ReadonlyMap<string, readonly string[]>;
  /** Prefixes that overlap one in the document, of any line. */
  readonly prefixes: readonly OwnedPrefix[];
}

/** A prefix or range of the document, or of what it may clash with. */
export interface AddressUse {
  readonly kind: PrefixKind | 'pool';
  /** Username, or name of the pool. */
  readonly owner: string;
  readonly text: string;
  /** Where it stands in the document, '' for what is stored. */
  readonly path: string;
}

interface Span extends AddressUse {
  readonly use: AddressUse;
  readonly first: bigint;
  readonly last: bigint;
}

/** Every IPv4 address counts below every IPv6 address, so that both can be sorted in one list. */
const IPV6_BASE = 1n << 32n;

/**
 * No address belongs to two lines once the whole document is applied: prefixes of IPv6, routes and static addresses of
 * different lines do not overlap, and no route runs through a pool of ours. A static address may lie in a pool, from
 * which it is never leased then. That no two lines have the same static address is checked elsewhere.
 */
export function checkAddresses(
  document: ProvisioningDocument,
  stored: ReadonlyMap<string, LineRecord>,
  known: KnownAddresses,
  report: Report,
): void {
  const declared = new Set(document.lines?.map(({ username }) => username));
  const pools = new Set(document.pools?.map(({ name }) => name));
  const uses = usesOf(document, stored);
  for (const { username, kind, prefix } of known.prefixes) {
    if (!declared.has(username)) uses.push({ kind, owner: username, text: prefix, path: '' });
  }
  for (const [name, ranges] of known.pools) {
    if (!pools.has(name)) for (const text of ranges) uses.push({ kind: 'pool', owner: name, text, path: '' });
  }
  const order = new Map(uses.map((use, index) => [use, index]));
  const faults = new Map<AddressUse, AddressUse>();
  for (const [one, other] of overlaps(uses.flatMap((use) => spanOf(use) ?? []))) {
    const [wrong, owner] = blame(one, other, order);
    if (wrong.path !== '' && !faults.has(wrong)) faults.set(wrong, owner);
  }
  for (const use of uses) {
    const owner = faults.get(use);
    if (owner === undefined) continue;
    const whose = owner.kind === 'pool' ? 'pool' : 'line';
    report(use.path, `${use.text} overlaps ${owner.text} of ${whose} ${owner.owner}`);
  }
}

/** All prefixes and ranges that lines and pools of the document have once it is applied, stored ones included. */
export function usesOf(
  document: ProvisioningDocument,
  stored: ReadonlyMap<string, LineRecord>,
): AddressUse[] {
  const uses: AddressUse[] = [];
  for (const [index, pool] of (document.pools ?? []).entries()) addPool(pool, `pools[${index}]`, uses);
  for (const [index, line] of (document.lines ?? []).entries()) {
    addLine(line, stored.get(line.username), `lines[${index}]`, uses);
  }
  return uses;
}

function addPool({ name, ranges }: PoolDeclaration, path: string, uses: AddressUse[]): void {
  for (const [index, text] of ranges.entries()) {
    uses.push({ kind: 'pool', owner: name, text, path: `${path}.ranges[${index}]` });
  }
}

function addLine(
  line: LineDeclaration,
  stored: LineRecord | undefined,
  path: string,
  uses: AddressUse[],
): void {
  const { username: owner } = line;
  const add = (kind: PrefixKind, text: string | undefined, field: string) => {
    if (text) uses.push({ kind, owner, text, path: `${path}.${field}` });
  };
  add('static-ip', line.staticIp ?? stored?.staticIp, 'staticIp');
  for (const [index, route] of (line.framedRoutes ?? stored?.framedRoutes ?? []).entries()) {
    add('route', route.split(' ')[0], `framedRoutes[${index}]`);
  }
  add('framed-ipv6', line.framedIpv6Prefix ?? stored?.framedIpv6Prefix, 'framedIpv6Prefix');
  add('delegated-ipv6', line.delegatedIpv6Prefix ?? stored?.delegatedIpv6Prefix, 'delegatedIpv6Prefix');
}

/** The later one in the document is at fault; what is stored was there first. */
function blame(
  one: AddressUse,
  other: AddressUse,
  order: ReadonlyMap<AddressUse, number>,
): readonly [wrong: AddressUse, owner: AddressUse] {
  if (one.path === '') return [other, one];
  if (other.path === '') return [one, other];
  return (order.get(one) ?? 0) > (order.get(other) ?? 0) ? [one, other] : [other, one];
}

/** Pairs that must not overlap and do. Sorted by their beginning, each meets only those that have not ended. */
function* overlaps(spans: readonly Span[]): Generator<readonly [AddressUse, AddressUse]> {
  let running: Span[] = [];
  for (const span of [...spans].sort((one, other) => (one.first < other.first ? -1 : 1))) {
    running = running.filter(({ last }) => last >= span.first);
    for (const earlier of running) if (isForbidden(earlier, span)) yield [earlier.use, span.use];
    running.push(span);
  }
}

function isForbidden(one: AddressUse, other: AddressUse): boolean {
  const kinds = [one.kind, other.kind];
  if (kinds.every((kind) => kind === 'static-ip' || kind === 'pool')) {
    return kinds.every((kind) => kind === 'pool') && one.owner !== other.owner;
  }
  return one.owner !== other.owner || (kinds.includes('pool') && one.kind !== other.kind);
}

function spanOf(use: AddressUse): Span | undefined {
  const range = parseRange(use.text);
  if (range !== undefined) return { ...use, use, first: BigInt(range.first), last: BigInt(range.last) };
  const [address = '', bits = '128'] = use.text.split('/');
  const octets = parseIpv4(address) === -1 ? parseIpv6(address) : undefined;
  if (octets === undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > 128) return undefined;
  const size = 1n << BigInt(128 - Number(bits));
  const number = BigInt(`0x${Buffer.from(octets).toString('hex')}`);
  const first = IPV6_BASE + number - (number % size);
  return { ...use, use, first, last: first + size - 1n };
}
