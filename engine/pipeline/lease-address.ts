import { isOpen } from '../accounting/session-life.ts';
import type { AddressDesk } from '../addresses/address-desk.ts';
import type { NasClient } from '../nas/nas-client.ts';
import { type AccessDecision, type AccessRequest, decideAccess } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import { StoreAway } from '../values/store-away.ts';
import { bootOf, type PacketContext } from './packet-context.ts';

/** A login on its way, with what is known of its line. */
export interface LoginAttempt {
  readonly username: string;
  readonly state: LineState;
  readonly login: AccessRequest;
  readonly nas: NasClient;
}

/** What a login is decided from: `trial` is what it would come to if it got an address. */
type Accepted = Extract<AccessDecision, { readonly accepted: true }>;

/**
 * Decides a login with `decide`, with an address of ours taken before where the line's plan wants one: before, so that the
 * slot and what the NAS is told name an address that is nobody else's; by the session's key, so that a decision that has
 * to be made again finds its own. What was taken for a login that is refused or fails is given back.
 */
export async function loginWithAddress(
  attempt: LoginAttempt,
  context: PacketContext,
  decide: (login: AccessRequest) => Promise<AccessDecision>,
): Promise<AccessDecision> {
  const { addresses } = context;
  if (addresses === undefined || addresses.book.pools.length === 0) return decide(attempt.login);
  const login: AccessRequest = { ...attempt.login, isOwnPool: ownPools(addresses, attempt.nas) };
  const trial = decideAccess(
    attempt.state,
    (name) => context.plans.get(name),
    (nas) => bootOf(context, nas),
    attempt.login,
  );
  if (!trial.accepted) return decide(login);
  const { staticIp, pool: poolName, service } = trial.profile;
  const pool = staticIp === '' ? addresses.book.named(poolName) : addresses.book.poolAt(staticIp);
  if (pool === undefined || (staticIp === '' && !login.isOwnPool?.(poolName, service))) return decide(login);
  const address = await takeAddress({ ...attempt, login }, trial, context);
  if (address === undefined) return { accepted: false, reason: 'no-address' };
  const { username, login: asked } = attempt;
  const lease = { address, username, sessionKey: asked.sessionKey, since: asked.now };
  const giveBack = () => void addresses.giveBack(pool.name, lease, asked.now).catch(() => undefined);
  try {
    const decision = await decide(
      staticIp === '' ? { ...login, lease: { pool: pool.name, address } } : login,
    );
    if (!decision.accepted) giveBack();
    return decision;
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** A captive line gets the address of the NAS's captive pool, which is what makes it captive. */
function ownPools(addresses: AddressDesk, nas: NasClient): NonNullable<AccessRequest['isOwnPool']> {
  return (pool, service) =>
    addresses.book.named(pool) !== undefined &&
    !(service.mode === 'captive' && nas.driver.captivePool !== '');
}

async function takeAddress(
  { username, state, login }: LoginAttempt,
  trial: Accepted,
  context: PacketContext,
): Promise<string | undefined> {
  const addresses = context.addresses!;
  const { sessionKey, now } = login;
  const { staticIp } = trial.profile;
  try {
    if (staticIp !== '') {
      const pool = addresses.book.poolAt(staticIp)!;
      const claim = { address: staticIp, username, sessionKey, version: 0 };
      return (await addresses.lendStatic(pool, claim, now)) ? staticIp : undefined;
    }
    const instead = endingKeys(state, trial);
    const pool = addresses.book.named(trial.profile.pool)!;
    return await addresses.lend(pool, { username, sessionKey, instead }, now);
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    const address = staticIp !== '' ? staticIp : addressKept(username, trial, context);
    if (address === undefined) throw error;
    return address;
  }
}

/** Sessions that are open now and no more after the login. */
function endingKeys(state: LineState, trial: Accepted): readonly string[] {
  const open = new Set(trial.sessions.filter(isOpen).map(({ key }) => key));
  return state.sessions.filter((session) => isOpen(session) && !open.has(session.key)).map(({ key }) => key);
}

/**
 * The address that the line held when the store was last heard of, and that none of its sessions needs any more: it is
 * still the line's in the store, so that nobody else can have it.
 */
function addressKept(username: string, trial: Accepted, context: PacketContext): string | undefined {
  const { addresses, engine } = context;
  const stored = engine.memory.get(username)?.state?.sessions ?? [];
  const pool = trial.profile.pool;
  const inUse = new Set(
    trial.sessions.filter((session) => isOpen(session)).map((session) => session.framedIp),
  );
  const kept = stored.find(
    (session) =>
      isOpen(session) &&
      addresses?.book.poolAt(session.framedIp)?.name === pool &&
      !inUse.has(session.framedIp),
  );
  return kept?.framedIp;
}
