import type { Database, RootDatabase, TransactionFlags } from 'lmdb';
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
import { addressText, isInRanges, rangeFrom } from '../../addresses/address-range.ts';
import { parseIpv4 } from '../../radius/ip-address.ts';
import type { Instant } from '../../values/instant.ts';
import { atomically } from './lmdb-atomic.ts';

/** Username, session key ('' when it is free), version of the line, when it was taken or freed. */
type Entry = readonly [username: string, sessionKey: string, version: number, at: Instant];

/** What is kept of a pool as a whole. */
interface PoolMeta {
  readonly proof: string;
  /** Of the pool whose never used addresses are handed out. */
  readonly revision: number;
  /** The next address that was perhaps never used. */
  readonly next: number;
  readonly held: number;
  readonly remembered: number;
}

interface Step {
  readonly run: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const NO_META: PoolMeta = { proof: '', revision: -1, next: 0, held: 0, remembered: 0 };

/**
 * Abortable, committed at once, and flushed by another thread, if at all: the commit of the login that follows is in the same file and flushes
 * both, and a lease that is lost without it was nobody's yet.
 */
const UNFLUSHED = 0x10003 as number as TransactionFlags;

/** The leases in the folder of the embedded counters. */
export class LmdbAddressLeases implements AddressLeases {
  private readonly root: RootDatabase;
  private readonly entries: Database<Entry, [pool: string, address: number]>;
  /** Free addresses that were used, longest free first. */
  private readonly freed: Database<boolean, [pool: string, at: Instant, address: number]>;
  private readonly keys: Database<number, [pool: string, sessionKey: string]>;
  private readonly last: Database<number, [pool: string, username: string]>;
  private readonly metas: Database<PoolMeta, string>;
  private waiting: Step[] = [];

  constructor(root: RootDatabase) {
    this.root = root;
    this.entries = root.openDB({ name: 'addresses' });
    this.freed = root.openDB({ name: 'addresses-freed' });
    this.keys = root.openDB({ name: 'addresses-keys' });
    this.last = root.openDB({ name: 'addresses-last' });
    this.metas = root.openDB({ name: 'addresses-pools' });
  }

  async take(pool: AddressPool, request: LeaseRequest, proof: string, now: Instant): Promise<TakeResult> {
    return this.step((): TakeResult => {
      if (this.meta(pool.name).proof !== proof) return { kind: 'unsure' };
      const own = this.keys.get([pool.name, request.sessionKey]);
      if (own !== undefined) return { kind: 'leased', address: addressText(own) };
      const address = this.choose(pool, request);
      if (address === undefined) return { kind: 'exhausted' };
      this.hold(pool.name, address, [request.username, request.sessionKey, 0, now]);
      return { kind: 'leased', address: addressText(address) };
    });
  }

  private choose(pool: AddressPool, { username, instead }: LeaseRequest): number | undefined {
    const { name, free } = pool;
    for (const key of instead) {
      const address = this.keys.get([name, key]);
      if (address === undefined || !isInRanges(free, address)) continue;
      if (this.entries.get([name, address])?.[0] === username) return address;
    }
    const last = this.last.get([name, username]);
    const isFree = last !== undefined && this.entries.get([name, last])?.[1] === '';
    if (isFree && isInRanges(free, last)) return last;
    return this.neverUsed(pool) ?? this.longestFree(pool);
  }

  private neverUsed({ name, revision, free }: AddressPool): number | undefined {
    const meta = this.meta(name);
    let next = meta.revision < revision ? 0 : meta.next;
    let found: number | undefined;
    for (;;) {
      const range = rangeFrom(free, next);
      if (range === undefined) break;
      next = Math.max(next, range.first);
      if (this.entries.get([name, next]) === undefined) {
        found = next;
        break;
      }
      next++;
    }
    this.metas.putSync(name, { ...meta, revision: Math.max(meta.revision, revision), next });
    return found;
  }

  private longestFree({ name, free }: AddressPool): number | undefined {
    for (const [, , address] of this.freed.getKeys({ start: [name], end: [`${name}\0`] })) {
      if (isInRanges(free, address)) return address;
    }
    return undefined;
  }

  async claim(pool: AddressPool, claim: LeaseClaim, now: Instant): Promise<ClaimResult> {
    const address = parseIpv4(claim.address);
    return this.step((): ClaimResult => {
      const [username, sessionKey, version, since] = this.entries.get([pool.name, address]) ?? ['', '', 0, 0];
      if (sessionKey !== '' && username !== claim.username) {
        return { ok: false, holder: { address: claim.address, username, sessionKey, since } };
      }
      const newest = sessionKey === claim.sessionKey ? Math.max(version, claim.version) : claim.version;
      this.hold(pool.name, address, [claim.username, claim.sessionKey, newest, now]);
      return { ok: true };
    });
  }

  /** Puts the entry in the place of whatever is there, and of what its key held before. */
  private hold(pool: string, address: number, entry: Entry): void {
    const [username, sessionKey, , now] = entry;
    const other = this.keys.get([pool, sessionKey]);
    if (other !== undefined && other !== address) this.free(pool, other, now);
    const before = this.entries.get([pool, address]);
    const { held, remembered } = this.meta(pool);
    const isHeld = before !== undefined && before[1] !== '';
    if (before !== undefined) {
      if (isHeld) this.keys.removeSync([pool, before[1]]);
      else this.freed.removeSync([pool, before[3], address]);
      if (before[0] !== username) this.forgetLast(pool, before[0], address);
    }
    this.entries.putSync([pool, address], entry);
    this.keys.putSync([pool, sessionKey], address);
    this.remember(pool, username, address);
    this.count(pool, held + (isHeld ? 0 : 1), remembered - (before !== undefined && !isHeld ? 1 : 0));
  }

  /** The line's last address is the new one, unless another of its sessions still holds the one before. */
  private remember(pool: string, username: string, address: number): void {
    const last = this.last.get([pool, username]);
    const entry = last === undefined || last === address ? undefined : this.entries.get([pool, last]);
    const isStillHeld = entry !== undefined && entry[1] !== '' && entry[0] === username;
    if (!isStillHeld) this.last.putSync([pool, username], address);
  }

  private forgetLast(pool: string, username: string, address: number): void {
    if (this.last.get([pool, username]) === address) this.last.removeSync([pool, username]);
  }

  async release(pool: string, sessionKey: string, version: number, now: Instant): Promise<boolean> {
    return this.step((): boolean => {
      const address = this.keys.get([pool, sessionKey]);
      if (address === undefined || this.entries.get([pool, address])![2] > version) return false;
      this.free(pool, address, now);
      return true;
    });
  }

  private free(pool: string, address: number, now: Instant): void {
    const [username, sessionKey] = this.entries.get([pool, address])!;
    const { held, remembered } = this.meta(pool);
    this.keys.removeSync([pool, sessionKey]);
    this.entries.putSync([pool, address], [username, '', 0, now]);
    this.freed.putSync([pool, now, address], true);
    this.count(pool, held - 1, remembered + 1);
  }

  async held(
    pool: string,
    cursor: string,
    limit: number,
  ): Promise<{ leases: readonly AddressLease[]; cursor: string }> {
    const start = cursor === '' ? [pool] : [pool, Number(cursor)];
    const range = { start, exclusiveStart: cursor !== '', end: [`${pool}\0`], limit: limit * SKIPPED };
    const leases: AddressLease[] = [];
    let seen = 0;
    let next = '';
    for (const { key, value } of this.entries.getRange(
      range as Parameters<typeof this.entries.getRange>[0],
    )) {
      const [username, sessionKey, , since] = value;
      if (sessionKey !== '') leases.push({ address: addressText(key[1]), username, sessionKey, since });
      seen++;
      next = String(key[1]);
      if (leases.length === limit) return { leases, cursor: next };
    }
    return { leases, cursor: seen === limit * SKIPPED ? next : '' };
  }

  async usage(pool: string): Promise<PoolUsage> {
    const { held, remembered } = this.meta(pool);
    return { held, remembered };
  }

  async proof(pool: string): Promise<string> {
    return this.meta(pool).proof;
  }

  async putProof(pool: string, proof: string): Promise<void> {
    await this.step(() => this.metas.putSync(pool, { ...this.meta(pool), proof }));
  }

  private meta(pool: string): PoolMeta {
    return this.metas.get(pool) ?? NO_META;
  }

  private count(pool: string, held: number, remembered: number): void {
    this.metas.putSync(pool, { ...this.meta(pool), held, remembered });
  }

  /** What is asked for in one turn of the event loop is one transaction. */
  private step<T>(action: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      const run = () => {
        result = action();
      };
      this.waiting.push({ run, resolve: () => resolve(result), reject });
      if (this.waiting.length === 1) setImmediate(() => this.runWaiting());
    });
  }

  private runWaiting(): void {
    const steps = this.waiting;
    this.waiting = [];
    try {
      atomically(
        this.root,
        () => {
          for (const { run } of steps) run();
        },
        UNFLUSHED,
      );
    } catch (error) {
      for (const { reject } of steps) reject(error);
      return;
    }
    for (const { resolve } of steps) resolve();
  }
}

/** Entries looked at for each lease of a page, at most: free ones are among them. */
const SKIPPED = 10;
