import { expect, it } from 'vitest';
import type { Session } from '../../../engine/accounting/session.ts';
import { PoolBook } from '../../../engine/addresses/address-pool.ts';
import { type LoginAttempt, loginWithAddress } from '../../../engine/pipeline/lease-address.ts';
import type { PacketContext } from '../../../engine/pipeline/packet-context.ts';
import { type AccessRequest, decideAccess } from '../../../engine/policy/decide-access.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';
import { CONTEXT, play, recordOf, T0 } from '../accounting/samples.ts';
import { historyOf, lineOf, lookupOf, planOf } from './samples.ts';

const PLAN = planOf({ pool: 'home', quota: undefined });
const AWAY = new StoreAway('Redis was lost');

function online(framedIp: string, nasPort: string): Session {
  const record = recordOf({ kind: 'start', seconds: 0 }, { framedIp, nasPort });
  return play([record], { ...CONTEXT, newKey: `00000000000000${nasPort}a` }).session!;
}

/** Logs in on a port while leases cannot be reached; `stored` is the line when they last could. */
function loginAway(state: LineState, stored: LineState | undefined, changes: Partial<AccessRequest> = {}) {
  const book = new PoolBook([{ name: 'home', revision: 1, ranges: ['10.0.0.0/24'], reserved: [] }]);
  const given: string[] = [];
  const away = async () => {
    throw AWAY;
  };
  const context = {
    plans: new Map([['gold', historyOf(PLAN)]]),
    registry: { named: () => undefined },
    addresses: {
      book,
      lend: away,
      lendStatic: away,
      giveBack: async (pool: string) => void given.push(pool),
    },
    engine: { memory: { get: () => stored && { state: stored, version: 1 } } },
  } as unknown as PacketContext;
  const login: AccessRequest = {
    now: T0 + 60_000,
    nas: 'bras',
    nasBoot: 0,
    nasAddress: '10.9.0.1',
    nasPort: '7',
    callingStationId: '',
    sessionKey: 'f'.repeat(16),
    ...changes,
  };
  const nas = { driver: { captivePool: '' } } as LoginAttempt['nas'];
  const decided = loginWithAddress({ username: 'ali', state, login, nas }, context, async (asked) =>
    decideAccess(state, lookupOf(PLAN), () => 0, asked),
  );
  return { decided, given };
}

const addressOf = async ({ decided }: ReturnType<typeof loginAway>) => {
  const decision = await decided;
  return decision.accepted ? decision.profile.staticIp : decision.reason;
};

it('keeps the address of the session that it takes the place of, while leases cannot be reached', async () => {
  const session = online('10.0.0.5', '7');
  const line = lineOf([], { concurrentSessions: 1 });
  const before = { ...line, sessions: [session] };
  expect(await addressOf(loginAway(before, before))).toBe('10.0.0.5');
  const stopped = { ...line, sessions: [{ ...session, state: 'closed' as const }] };
  expect(await addressOf(loginAway(stopped, before))).toBe('10.0.0.5');
});

it('gives no answer where the address may be that of somebody else, or of another session', async () => {
  const session = online('10.0.0.5', '7');
  const line = lineOf([], { concurrentSessions: 2 });
  const before = { ...line, sessions: [session] };
  await expect(loginAway(line, line).decided).rejects.toThrow(AWAY);
  await expect(loginAway(line, undefined).decided).rejects.toThrow(AWAY);
  await expect(loginAway(before, before, { nasPort: '8' }).decided).rejects.toThrow(AWAY);
  const foreign = { ...line, sessions: [online('192.0.2.1', '7')] };
  await expect(loginAway(line, foreign).decided).rejects.toThrow(AWAY);
});

it('needs no lease for a static address, nor for a line that is refused anyway', async () => {
  expect(await addressOf(loginAway(lineOf([], { staticIp: '10.0.0.9' }), undefined))).toBe('10.0.0.9');
  expect(await addressOf(loginAway(lineOf([], { staticIp: '192.0.2.9' }), undefined))).toBe('192.0.2.9');
  expect(await addressOf(loginAway(lineOf([], { status: 'suspended' }), undefined))).toBe('line-suspended');
});
