import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginOnExhaustion, beginWaiting } from '../../../engine/orders/exhaust-line.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import {
  accountUsing,
  accountWith,
  BOUGHT_AT,
  EXTRA,
  frozen,
  GB,
  NEW_ACCOUNT,
  plans,
  prepaid,
} from './account-samples.ts';

const running = accountWith(NEW_ACCOUNT, ['service', prepaid('five'), BOUGHT_AT]);
const queued = frozen(accountWith(running, ['service', prepaid('eight'), BOUGHT_AT + HOUR_MS]));
const [GRANT] = queued.line.grants;
const empty = frozen(accountUsing(queued, GRANT!.id, 5 * GB));

describe('a reserve on exhaustion (X05)', () => {
  it('begins now with all of its term and volume, and the running service is over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 29 * 24 }), (hours) => {
        const now = BOUGHT_AT + hours * HOUR_MS;
        const begun = beginOnExhaustion(empty, 'end-or-exhaustion', plans, now)!;
        expect(begun.line).toMatchObject({
          planName: 'eight',
          expiresAt: now + 30 * DAY_MS,
          reserve: undefined,
        });
        expect(begun.ended?.id).toBe(1);
        expect(begun.begun).toEqual({ id: 2, from: now, until: now + 30 * DAY_MS, daysSold: 30 });
        const valid = begun.line.grants.filter(({ from, until }) => from <= now && (until ?? now) > now);
        expect(valid).toMatchObject([{ octets: 8 * GB, consumed: 0, from: now, until: now + 30 * DAY_MS }]);
        expect(begun.line.revision).toBe(queued.line.revision + 1);
      }),
    );
  });

  it('begins nothing while something is left, without a reserve, or where the house waits for the end', () => {
    const now = BOUGHT_AT + DAY_MS;
    expect(beginOnExhaustion(queued, 'end-or-exhaustion', plans, now)).toBeUndefined();
    expect(beginOnExhaustion(empty, 'end', plans, now)).toBeUndefined();
    const alone = accountUsing(running, GRANT!.id, 5 * GB);
    expect(beginOnExhaustion(alone, 'end-or-exhaustion', plans, now)).toBeUndefined();
    const withExtra = accountWith(empty, ['traffic', EXTRA, now]);
    expect(beginOnExhaustion(withExtra, 'end-or-exhaustion', plans, now)).toBeUndefined();
  });

  it('asks the service that runs before the house', () => {
    const strict = accountWith(
      NEW_ACCOUNT,
      ['service', prepaid('five', { reserveStart: 'end' }), BOUGHT_AT],
      ['service', prepaid('eight'), BOUGHT_AT],
    );
    const used = accountUsing(strict, strict.line.grants[0]!.id, 5 * GB);
    expect(beginOnExhaustion(used, 'end-or-exhaustion', plans, BOUGHT_AT + DAY_MS)).toBeUndefined();
  });

  it('begins by hand whatever is left of the running one, which then has nothing', () => {
    const now = BOUGHT_AT + 3 * DAY_MS;
    const begun = beginWaiting(queued, plans, now)!;
    expect(begun.line.grants.map(({ octets, until }) => [octets, until])).toEqual([
      [5 * GB, now],
      [8 * GB, now + 30 * DAY_MS],
    ]);
    expect(beginWaiting(running, plans, now)).toBeUndefined();
  });
});
