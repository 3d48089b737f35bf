import type {
  AddressLease,
  AddressLeases,
  ClaimResult,
  LeaseClaim,
  LeaseRequest,
  PoolUsage,
  TakeResult,
} from '../../addresses/address-leases.ts';
import type { AddressPool } from '../../addresses/address-pool.ts';
import { addressText } from '../../addresses/address-range.ts';
import { parseIpv4 } from '../../radius/ip-address.ts';
import type { Instant } from '../../values/instant.ts';
import type { RedisNode } from './redis-node.ts';

const ATTEMPTS = 10_000;

/** Meta, ranges, entries, freed, keys and last of a pool, in the order of the functions. */
type PoolKeys = readonly [string, string, string, string, string, string];

/** The leases in Redis, a pool under one hash tag: each step is one call of a function (`schemas/redis/addresses.lua`). */
export class RedisAddressLeases implements AddressLeases {
  private readonly nodeOf: (key: string) => Promise<RedisNode>;
  /** Takes per pool that this program was told of: a pool that shows fewer was rolled back. */
  private readonly told = new Map<string, number>();

  /** @param nodeOf the node that has a key. Rejects with `StoreAway` when nobody has it. */
  constructor(nodeOf: (key: string) => Promise<RedisNode>) {
    this.nodeOf = nodeOf;
  }

  async take(pool: AddressPool, request: LeaseRequest, proof: string, now: Instant): Promise<TakeResult> {
    const { username, sessionKey, instead } = request;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const told = String(this.told.get(pool.name) ?? 0);
      const head = [proof, told, String(pool.revision), String(now), username, sessionKey];
      const answer = await this.run('take_address', pool.name, head.concat(instead));
      const [word, address, takes] = answer as [string, string?, number?];
      switch (word) {
        case 'leased':
          this.told.set(pool.name, Math.max(this.told.get(pool.name) ?? 0, takes ?? 0));
          return { kind: 'leased', address: addressText(Number(address)) };
        case 'exhausted':
        case 'unsure':
          return { kind: word };
        case 'define':
          await this.define(pool);
      }
    }
    throw new Error(`the pool ${pool.name} is changed by others without end`);
  }

  private async define({ name, revision, free }: AddressPool): Promise<void> {
    const ranges = free.flatMap(({ first, last }) => [String(first), String(last)]);
    await this.run('define_pool', name, [String(revision), ...ranges]);
  }

  async claim(pool: AddressPool, claim: LeaseClaim, now: Instant): Promise<ClaimResult> {
    const { address, username, sessionKey, version } = claim;
    const args = [String(parseIpv4(address)), String(version), sessionKey, String(now), username];
    const answer = (await this.run('claim_address', pool.name, args)) as string[];
    const [key, since, holder] = answer;
    if (key === undefined || holder === undefined) return { ok: true };
    return { ok: false, holder: { address, username: holder, sessionKey: key, since: Number(since) } };
  }

  async release(pool: string, sessionKey: string, version: number, now: Instant): Promise<boolean> {
    return (await this.run('release_address', pool, [sessionKey, String(version), String(now)])) === 1;
  }

  async held(
    pool: string,
    cursor: string,
    limit: number,
  ): Promise<{ leases: readonly AddressLease[]; cursor: string }> {
    const [, , entries] = poolKeys(pool);
    const node = await this.nodeOf(entries);
    const answer = await node.call('HSCAN', [entries, cursor === '' ? '0' : cursor, 'COUNT', limit]);
    const [next, fields] = answer as [string, string[]];
    const leases: AddressLease[] = [];
    for (let index = 0; index < fields.length; index += 2) {
      const [, key, since, username] = /^\S+ (\S+) (\S+) ([\s\S]*)$/.exec(fields[index + 1]!)!;
      if (key === '-') continue;
      const address = addressText(Number(fields[index]));
      leases.push({ address, username: username!, sessionKey: key!, since: Number(since) });
    }
    return { leases, cursor: next === '0' ? '' : next };
  }

  async usage(pool: string): Promise<PoolUsage> {
    const [meta, , , freed] = poolKeys(pool);
    const node = await this.nodeOf(meta);
    const [held, remembered] = await Promise.all([
      node.call('HGET', [meta, 'held']),
      node.call('ZCARD', [freed]),
    ]);
    return { held: Number(held ?? 0), remembered: Number(remembered) };
  }

  async proof(pool: string): Promise<string> {
    const [meta] = poolKeys(pool);
    return ((await (await this.nodeOf(meta)).call('HGET', [meta, 'proof'])) as string | null) ?? '';
  }

  async putProof(pool: string, proof: string): Promise<void> {
    await this.run('prove_pool', pool, [proof, String(this.told.get(pool) ?? 0)]);
  }

  private async run(name: string, pool: string, args: readonly string[]): Promise<unknown> {
    const keys = poolKeys(pool);
    return (await this.nodeOf(keys[0])).run(name, keys, args);
  }
}

function poolKeys(pool: string): PoolKeys {
  const prefix = `mz:{pool:${pool}}:`;
  return [
    `${prefix}meta`,
    `${prefix}ranges`,
    `${prefix}entries`,
    `${prefix}freed`,
    `${prefix}keys`,
    `${prefix}last`,
  ];
}
