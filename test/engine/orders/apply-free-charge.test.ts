import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFreeCharge } from '../../../engine/orders/apply-free-charge.ts';
import type { FreeChargePolicy } from '../../../engine/orders/free-charge.ts';
import type { ChargedFree, LineAccount } from '../../../engine/orders/line-account.ts';
import { runningAccount } from '../../../engine/orders/line-account.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import {
  accountUsing,
  accountWith,
  BOUGHT_AT,
  frozen,
  GB,
  NEW_ACCOUNT,
  plans,
  prepaid,
} from './account-samples.ts';

/** 2 days and 100 MB, as in the sample (P57). */
const POLICY: FreeChargePolicy = {
  days: 2,
  octets: octets(100 * 1024 ** 2),
  onDaysOut: 'days',
  kind: 'gift',
};
const END = BOUGHT_AT + 30 * DAY_MS;
const running = frozen(accountWith(NEW_ACCOUNT, ['service', prepaid('five'), BOUGHT_AT]));
const [GRANT] = running.line.grants;
const empty = frozen(accountUsing(running, GRANT!.id, 5 * GB));

const charge = (account: LineAccount, now: number, policy: FreeChargePolicy | null = POLICY) =>
  applyFreeCharge(account, policy, plans, now);

describe('a free charge', () => {
  it('gives only traffic where only traffic is out, until the service ends (P58)', () => {
    const now = BOUGHT_AT + 10 * DAY_MS;
    const given = charge(empty, now);
    expect(given).toMatchObject({
      ok: true,
      value: { charge: { days: 0, octets: POLICY.octets }, kind: 'gift' },
    });
    if (!given.ok) return;
    expect(given.value.line.expiresAt).toBe(END);
    expect(given.value.grant).toMatchObject({ kind: 'gift', from: now, until: END, octets: POLICY.octets });
  });

  it('gives only days where only days are out, in which what is left may be used (P58)', () => {
    const now = END + 7 * HOUR_MS;
    const given = charge(running, now);
    expect(given).toMatchObject({ ok: true, value: { charge: { days: 2, octets: 0 }, grant: undefined } });
    if (!given.ok) return;
    expect(given.value.line.expiresAt).toBe(now + 2 * DAY_MS);
    expect(given.value.line.grants).toMatchObject([{ octets: 5 * GB, until: now + 2 * DAY_MS }]);
  });

  it('gives both where both are out, and both at once where the house does so (P58)', () => {
    const now = END + HOUR_MS;
    expect(charge(empty, now)).toMatchObject({ value: { charge: { days: 2, octets: POLICY.octets } } });
    const both = { ...POLICY, onDaysOut: 'both' } as const;
    expect(charge(running, now, both)).toMatchObject({
      value: { charge: { days: 2, octets: POLICY.octets } },
    });
  });

  it('is refused with the reason', () => {
    const now = BOUGHT_AT + DAY_MS;
    expect(charge(running, now)).toEqual({ ok: false, error: 'nothing-ran-out' });
    expect(charge(empty, now, null)).toEqual({ ok: false, error: 'not-offered' });
    expect(charge(NEW_ACCOUNT, now)).toEqual({ ok: false, error: 'never-paid' });
    const closed = { ...empty, line: { ...empty.line, status: 'closed' as const } };
    expect(charge(closed, now)).toEqual({ ok: false, error: 'line-is-closed' });
    const had: ChargedFree = {
      ...{
        id: 1,
        days: 0,
        octets: POLICY.octets,
        kind: 'gift' as const,
        grantId: 'g',
        at: now,
        until: END,
        isRepaid: false,
      },
    } as const;
    expect(charge({ ...empty, freeCharge: had }, now + DAY_MS)).toEqual({
      ok: false,
      error: 'already-applied',
    });
  });

  it('never moves what was paid, and takes nothing from any volume', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.integer({ min: 0, max: 80 * 24 }), (isEmpty, hours) => {
        const account = isEmpty ? empty : running;
        const now = BOUGHT_AT + hours * HOUR_MS;
        const given = charge(account, now);
        expect(given.ok).toBe(isEmpty || now >= END);
        if (!given.ok) return;
        const { line, charge: told, grant } = given.value;
        const freeCharge = { ...told, id: 1, kind: 'gift', grantId: grant?.id, isRepaid: false } as const;
        const after: LineAccount = { ...account, line, freeCharge };
        expect(runningAccount(after, now).paidUntil).toBe(END);
        const before = line.grants.filter(({ id }) => id === GRANT!.id);
        expect(before.map((one) => [one.octets, one.consumed])).toEqual(
          account.line.grants.map((one) => [one.octets, one.consumed]),
        );
        expect(line.grants.length).toBe(account.line.grants.length + (grant === undefined ? 0 : 1));
      }),
    );
  });
});
