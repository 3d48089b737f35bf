import type { Session } from '../accounting/session.ts';
import { isOpen, isWhole } from '../accounting/session-life.ts';
import type { LineState } from '../policy/line-state.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { AddressLease, AddressLeases, LeaseClaim, LeaseRequest } from './address-leases.ts';
import { type AddressPool, PoolBook, type StoredPool } from './address-pool.ts';

/** What the desk needs of the counter store. */
export interface LineReader {
  readonly addresses: AddressLeases;
  load(username: string): VersionedState | Promise<VersionedState>;
  usernames(): AsyncIterable<string>;
  past(): Promise<readonly { readonly epoch: string }[]>;
}

interface VersionedState {
  readonly state: LineState | undefined;
  readonly version: number;
}

/** Where the desk stands. */
export interface DeskParts {
  readonly counters: LineReader;
  /** Line whose packets are answered from the journal: its sessions are not yet all in the store. */
  readonly isJournalled: (username: string) => boolean;
  /** Told of an open session whose address another line holds, and of who does. */
  readonly onConflict: (username: string, sessionKey: string, holder: AddressLease) => void;
  /** The leases could not be compared with the lines just now: nothing can be taken. */
  readonly away: (why: string) => Error;
  readonly onError: (error: unknown) => void;
}

/** A login whose slot is not stored by then has failed: until then its lease is nobody's leak. */
const LOGIN_WITHIN_MS = MINUTE_MS;

/** Leases looked at when a pool has run short, and how often at most. */
const RECLAIM_LEASES = 200;
const RECLAIM_EVERY_MS = SECOND_MS;

const ATTEMPTS = 3;
const LOADS_AT_ONCE = 50;

/**
 * Lends addresses of our pools to sessions. A lease names its line and session; the line's state is the truth, and an
 * address whose line has no open session with it is free, whatever became of the word that should have said so.
 */
export class AddressDesk {
  private readonly parts: DeskParts;
  private pools = new PoolBook([]);
  /** What all partitions of the counters were when leases were last compared with them; '' when that must be asked. */
  private epochs = '';
  private proving: Promise<void> | undefined;
  /** Sessions that took an address here and whose slot is not stored yet. */
  private readonly lent = new Set<string>();
  private readonly reclaimedAt = new Map<string, Instant>();
  private readonly cursors = new Map<string, string>();

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  /** The pools of ours. */
  get book(): PoolBook {
    return this.pools;
  }

  use(stored: readonly StoredPool[]): void {
    this.pools = new PoolBook(stored);
  }

  /** The counters may have been lost, or somebody else's may be there: epochs are asked for again. */
  doubt(): void {
    this.epochs = '';
  }

  /**
   * Takes an address for a login whose slot is stored afterwards; `undefined` when all are held. Rejects with `StoreAway`
   * when the leases cannot be reached, or not be made sure of.
   */
  async lend(pool: AddressPool, request: LeaseRequest, now: Instant): Promise<string | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const proof = await this.proofOf(pool);
      const taken = await this.parts.counters.addresses.take(pool, request, proof, now);
      if (taken.kind === 'leased') {
        this.lent.add(request.sessionKey);
        return taken.address;
      }
      if (taken.kind === 'unsure') await this.prove(now);
      else if (!(await this.reclaim(pool.name, now))) return undefined;
    }
    return undefined;
  }

  /** Lends a line its static address; false while another line still has it. */
  async lendStatic(pool: AddressPool, claim: LeaseClaim, now: Instant): Promise<boolean> {
    if (!(await this.claimOrEvict(pool, claim, now))) return false;
    this.lent.add(claim.sessionKey);
    return true;
  }

  /** A login that took an address was refused or failed: the address is free unless the session is there all the same. */
  async giveBack(pool: string, lease: AddressLease, now: Instant): Promise<void> {
    this.lent.delete(lease.sessionKey);
    await this.judge(pool, lease, now);
  }

  /**
   * What a stored change of a line means for its addresses: those of ended sessions are freed, and a session that
   * begins or comes back claims the one it has. Nothing waits for it, and what fails here is done by the sweep.
   */
  settle(before: LineState | undefined, after: LineState | undefined, version: number, now: Instant): void {
    if (this.pools.pools.length === 0) return;
    const username = (after ?? before)?.profile.username ?? '';
    for (const session of before?.sessions ?? []) {
      if (!isOpen(session) || !isWhole(session)) continue;
      const pool = this.pools.poolAt(session.framedIp);
      if (pool === undefined || findOpen(after, session.key) !== undefined) continue;
      if (this.parts.isJournalled(username) || isHandedOn(after, session)) continue;
      this.parts.counters.addresses.release(pool.name, session.key, version, now).catch(this.parts.onError);
    }
    for (const session of after?.sessions ?? []) {
      if (!this.claims(session, findOpen(before, session.key))) continue;
      this.confirm({ address: session.framedIp, username, sessionKey: session.key, version }, now).catch(
        this.parts.onError,
      );
    }
  }

  /** A session claims its address when it starts or is revived, when it shows another one, and when it came by the journal. */
  private claims(session: Session, before: Session | undefined): boolean {
    if (!isOpen(session) || !isWhole(session) || this.pools.poolAt(session.framedIp) === undefined)
      return false;
    if (before === undefined) return !this.lent.delete(session.key);
    return before.framedIp !== session.framedIp || (before.state === 'reserved' && session.state === 'live');
  }

  private async confirm(claim: LeaseClaim, now: Instant): Promise<void> {
    const pool = this.pools.poolAt(claim.address);
    if (pool !== undefined) await this.claimOrEvict(pool, claim, now, true);
  }

  /** Claims an address; a lease in the way that no session stands behind is freed. */
  private async claimOrEvict(
    pool: AddressPool,
    claim: LeaseClaim,
    now: Instant,
    tells = false,
  ): Promise<boolean> {
    const { addresses } = this.parts.counters;
    const first = await addresses.claim(pool, claim, now);
    if (first.ok) return true;
    const isFresh = now - first.holder.since < LOGIN_WITHIN_MS;
    if (!isFresh && (await this.judge(pool.name, first.holder, now))) {
      const second = await addresses.claim(pool, claim, now);
      if (second.ok) return true;
    }
    if (tells) this.parts.onConflict(claim.username, claim.sessionKey, first.holder);
    return false;
  }

  /** Looks at the leases of a pool that has run short; true when one at least was freed. */
  private async reclaim(pool: string, now: Instant): Promise<boolean> {
    const last = this.reclaimedAt.get(pool);
    if (last !== undefined && Math.abs(now - last) < RECLAIM_EVERY_MS) return false;
    this.reclaimedAt.set(pool, now);
    return (await this.sweepPool(pool, now, RECLAIM_LEASES)) > 0;
  }

  /** Looks at the next leases of every pool, at most about `limit` of each; resolves to the number of freed ones. */
  async sweep(now: Instant, limit: number): Promise<number> {
    let freed = 0;
    for (const { name } of this.pools.pools) freed += await this.sweepPool(name, now, limit);
    return freed;
  }

  private async sweepPool(pool: string, now: Instant, limit: number): Promise<number> {
    const page = await this.parts.counters.addresses.held(pool, this.cursors.get(pool) ?? '', limit);
    this.cursors.set(pool, page.cursor);
    const old = page.leases.filter(({ since }) => now - since >= LOGIN_WITHIN_MS);
    let freed = 0;
    for (let from = 0; from < old.length; from += LOADS_AT_ONCE) {
      const some = old.slice(from, from + LOADS_AT_ONCE);
      const judged = await Promise.all(some.map((lease) => this.judge(pool, lease, now)));
      freed += judged.filter(Boolean).length;
    }
    return freed;
  }

  /**
   * Compares a lease with its line: true when it was freed. An open session that has the address keeps it, also when
   * the lease was handed on to a login that failed.
   */
  private async judge(pool: string, lease: AddressLease, now: Instant): Promise<boolean> {
    const { address, username, sessionKey } = lease;
    const { counters } = this.parts;
    const { state, version } = await counters.load(username);
    if (findOpen(state, sessionKey) !== undefined || this.parts.isJournalled(username)) return false;
    const other = state?.sessions.find((session) => isOpen(session) && session.framedIp === address);
    const known = this.pools.named(pool);
    if (other === undefined || known === undefined) {
      return counters.addresses.release(pool, sessionKey, version, now);
    }
    await counters.addresses.claim(known, { address, username, sessionKey: other.key, version }, now);
    return false;
  }

  private async proofOf(pool: AddressPool): Promise<string> {
    if (this.epochs === '') {
      const epochs = (await this.parts.counters.past()).map(({ epoch }) => epoch);
      if (epochs.includes('')) throw this.parts.away('the leases wait for counters that are being rebuilt');
      this.epochs = epochs.join(' ');
    }
    return `${this.epochs}; ${pool.declared}`;
  }

  /** Lets all open sessions claim the addresses they have, so that none of them is taken by somebody else. */
  private prove(now: Instant): Promise<void> {
    this.proving ??= this.proveNow(now).finally(() => {
      this.proving = undefined;
    });
    return this.proving;
  }

  private async proveNow(now: Instant): Promise<void> {
    this.doubt();
    const { pools } = this.pools;
    const proofs: string[] = [];
    for (const pool of pools) proofs.push(await this.proofOf(pool));
    const { counters } = this.parts;
    let claims: Promise<void>[] = [];
    for await (const username of counters.usernames()) {
      claims.push(this.claimAll(username, now));
      if (claims.length < LOADS_AT_ONCE) continue;
      await Promise.all(claims);
      claims = [];
    }
    await Promise.all(claims);
    for (const [index, pool] of pools.entries()) await counters.addresses.putProof(pool.name, proofs[index]!);
  }

  private async claimAll(username: string, now: Instant): Promise<void> {
    const { state, version } = await this.parts.counters.load(username);
    for (const { key, framedIp } of state?.sessions.filter((one) => isOpen(one) && isWhole(one)) ?? []) {
      await this.confirm({ address: framedIp, username, sessionKey: key, version }, now);
    }
  }
}

/** Another session of the line has the address now: it holds the lease, or claims it. */
function isHandedOn(state: LineState | undefined, { framedIp }: Session): boolean {
  return state?.sessions.some((session) => isOpen(session) && session.framedIp === framedIp) ?? false;
}

function findOpen(state: LineState | undefined, key: string): Session | undefined {
  return state?.sessions.find((session) => session.key === key && isOpen(session));
}
