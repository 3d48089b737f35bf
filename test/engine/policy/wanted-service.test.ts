import { describe, expect, it } from 'vitest';
import type { EndAction, Plan } from '../../../engine/catalog/plan.ts';
import type { LineProfile, LineStatus } from '../../../engine/policy/line-state.ts';
import { lineTerm } from '../../../engine/policy/line-term.ts';
import { fullService, isSameService, wantedService } from '../../../engine/policy/wanted-service.ts';
import type { Grant } from '../../../engine/quota/grant.ts';
import { T0 } from '../accounting/samples.ts';
import { grantOf, lookupOf, planOf, profileOf } from '../pipeline/samples.ts';

const SLOW = { downKbps: 128, upKbps: 64 };
const ACTIONS: Readonly<Record<string, EndAction>> = {
  disconnect: 'disconnect',
  captive: 'captive',
  slow: SLOW,
};
const FULL = { mode: 'full', downKbps: 80_000, upKbps: 20_000 };

const CASES = (['active', 'suspended', 'closed'] satisfies LineStatus[]).flatMap((status) =>
  [true, false].flatMap((isExpired) =>
    [true, false].flatMap((isEmpty) =>
      Object.keys(ACTIONS).map((action) => ({ status, isExpired, isEmpty, action })),
    ),
  ),
);

function expected({ status, isExpired, isEmpty, action }: (typeof CASES)[number]): unknown {
  if (status !== 'active') return { allowed: false, because: 'line-suspended' };
  const because = isExpired ? 'service-ended' : isEmpty ? 'volume-ended' : '';
  if (because === '') return { allowed: true, service: FULL, because };
  if (action === 'disconnect') return { allowed: false, because };
  const service = action === 'captive' ? { ...FULL, mode: 'captive' } : { ...SLOW, mode: 'slow' };
  return { allowed: true, service, because };
}

/** As of `T0`. */
const wantedAt = (profile: LineProfile, plan: Plan | undefined, grants: readonly Grant[]) =>
  wantedService(profile.status, lineTerm(profile, lookupOf(plan), T0), grants, T0);

describe('what a line may have', () => {
  it.each(CASES)('$status, expired $isExpired, empty $isEmpty, $action', (row) => {
    const other: EndAction = 'disconnect';
    const action = ACTIONS[row.action]!;
    // The action of the end that is not asked about is another one, so that they cannot be mixed up.
    const plan = planOf(
      row.isExpired ? { expired: action, exhausted: other } : { exhausted: action, expired: other },
    );
    const profile = profileOf({ status: row.status, expiresAt: row.isExpired ? T0 : T0 + 1 });
    const grants = [grantOf('a', 10, { consumed: (row.isEmpty ? 10 : 9) as never })];
    expect(wantedAt(profile, plan, grants)).toEqual(expected(row));
  });

  it('is nothing without a plan or before the first purchase', () => {
    const noService = { allowed: false, because: 'no-service' };
    expect(wantedAt(profileOf(), undefined, [grantOf('a', 1)])).toEqual(noService);
    expect(wantedAt(profileOf({ expiresAt: undefined }), planOf(), [grantOf('a', 1)])).toEqual(noService);
  });

  it('needs no grant when the plan is unlimited', () => {
    const wanted = wantedAt(profileOf(), planOf({ quota: undefined }), []);
    expect(wanted).toEqual({ allowed: true, service: FULL, because: '' });
  });

  it('counts grants by their validity: from the first instant until before the end', () => {
    const isFull = (from: number, until: number) =>
      wantedAt(profileOf(), planOf(), [grantOf('a', 1, { from, until })]).allowed &&
      wantedAt(profileOf(), planOf({ exhausted: 'disconnect' }), [grantOf('a', 1, { from, until })]).allowed;
    expect([isFull(T0, T0 + 1), isFull(T0 + 1, T0 + 2), isFull(T0 - 1, T0)]).toEqual([true, false, false]);
  });
});

describe('two services', () => {
  const full = fullService(planOf());

  it.each([
    { name: 'equal', other: { ...full }, same: true },
    { name: 'slow of the same speed', other: { ...full, mode: 'slow' as const }, same: true },
    { name: 'captive of the same speed', other: { ...full, mode: 'captive' as const }, same: false },
    { name: 'slower down', other: { ...full, downKbps: 1 }, same: false },
    { name: 'slower up', other: { ...full, upKbps: 1 }, same: false },
  ])('are the same or not: $name', ({ other, same }) => {
    expect(isSameService(full, other)).toBe(same);
    expect(isSameService(other, full)).toBe(same);
  });

  it('have the default of the NAS when the plan names no speed or is unknown', () => {
    const none = { mode: 'full', downKbps: 0, upKbps: 0 };
    expect([fullService(undefined), fullService(planOf({ speed: undefined }))]).toEqual([none, none]);
  });
});
