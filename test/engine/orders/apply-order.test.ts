import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOrder } from '../../../engine/orders/apply-order.ts';
import { beginOnExhaustion } from '../../../engine/orders/exhaust-line.ts';
import type { LineAccount } from '../../../engine/orders/line-account.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import {
  ADDRESS,
  accountAfter,
  accountUsing,
  accountWith,
  applicationOf,
  BOUGHT_AT,
  EXTRA,
  frozen,
  GB,
  NEW_ACCOUNT,
  plans,
  prepaid,
  TIMED,
  termsAt,
} from './account-samples.ts';

const FIVE = prepaid('five');
const EIGHT = prepaid('eight');
const running = accountWith(NEW_ACCOUNT, ['service', FIVE, BOUGHT_AT]);
const END = BOUGHT_AT + 30 * DAY_MS;

/** What an application does; a refusal fails the test. */
function applied(account: LineAccount, ...[kind, offer, now]: [...Parameters<typeof applicationOf>]) {
  const result = applyOrder(account, applicationOf(kind, offer, 77), termsAt(now));
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('an order of a service', () => {
  it('begins at once on a line without one, with the volume of the plan (P54, X05)', () => {
    const done = applied(NEW_ACCOUNT, 'service', FIVE, BOUGHT_AT);
    expect(done).toMatchObject({ starts: 'now', from: BOUGHT_AT, until: END });
    expect(done.line).toMatchObject({ planName: 'five', expiresAt: END, revision: 2 });
    expect(done.line.grants).toMatchObject([
      { octets: 5 * GB, from: BOUGHT_AT, until: END, kind: 'service' },
    ]);
    expect(done.service).toMatchObject({ daysSold: 30, price: 600_000, boughtAt: BOUGHT_AT, pausedDays: 0 });
  });

  it('is said to end on 12/21 when it is bought on 11/21 1394 (P35, P63)', () => {
    // 1394/11/21 14:09; Bahman has 30 days.
    const boughtAt = Date.UTC(2016, 1, 10, 10, 39);
    expect(applied(NEW_ACCOUNT, 'service', FIVE, boughtAt).until).toBe(Date.UTC(2016, 2, 11, 10, 39));
  });

  it('queues exactly at the end of a running one, and refuses a second (X05, C14)', () => {
    const done = applied(running, 'service', EIGHT, BOUGHT_AT + DAY_MS);
    expect(done).toMatchObject({ starts: 'queued', from: END, until: END + 30 * DAY_MS });
    expect(done.line.reserve).toEqual({ planName: 'eight', from: END, expiresAt: END + 30 * DAY_MS });
    expect(done.line.expiresAt).toBe(END);
    const third = applyOrder(
      accountAfter(running, done, BOUGHT_AT + DAY_MS),
      applicationOf('service', FIVE, 78),
      termsAt(BOUGHT_AT + 2 * DAY_MS),
    );
    expect(third).toEqual({ ok: false, error: 'reserve-is-taken' });
  });

  it('begins at once when the volume is used up, and ends the service that had it', () => {
    const [grant] = running.line.grants;
    const empty = accountUsing(running, grant!.id, grant!.octets);
    const now = BOUGHT_AT + 3 * DAY_MS;
    const done = applied(empty, 'service', EIGHT, now);
    expect(done).toMatchObject({ starts: 'now', from: now, until: now + 30 * DAY_MS });
    expect(done.replaced?.id).toBe(1);
    expect(done.line.grants.map(({ until }) => until)).toEqual([now, now + 30 * DAY_MS]);
  });

  it('is less what was lent, in days and octets (P60)', () => {
    const over = END + DAY_MS;
    const lent: LineAccount = {
      ...accountWith(running),
      freeCharge: {
        ...{ id: 9, days: 2, octets: octets(100), kind: 'loan', grantId: 'free:u1:2', at: over },
        ...{ until: over + 2 * DAY_MS, isRepaid: false },
      },
      line: {
        ...running.line,
        expiresAt: over + 2 * DAY_MS,
        grants: [
          ...running.line.grants,
          {
            ...running.line.grants[0]!,
            id: 'free:u1:2',
            kind: 'gift',
            octets: octets(100),
            consumed: octets(60),
          },
        ],
      },
    };
    const now = over + DAY_MS;
    const done = applied(lent, 'service', FIVE, now);
    expect(done).toMatchObject({ until: now + 29 * DAY_MS, repaid: { id: 9, days: 1, octets: 60 } });
    expect(done.line.grants.at(-1)!.octets).toBe(5 * GB - 60);
  });
});

describe('a loan of traffic (P60)', () => {
  const charged = { id: 9, days: 0, octets: octets(100), kind: 'loan', grantId: 'free:u1:2' } as const;
  const at = BOUGHT_AT + DAY_MS;
  const lent: LineAccount = frozen({
    ...running,
    freeCharge: { ...charged, at, until: END, isRepaid: false },
    line: {
      ...running.line,
      grants: [
        { ...running.line.grants[0]!, consumed: octets(running.line.grants[0]!.octets - 1) },
        {
          ...running.line.grants[0]!,
          ...{ id: 'free:u1:2', kind: 'gift', octets: octets(100), consumed: octets(60), from: at },
        },
      ],
    },
  });
  const now = at + HOUR_MS;
  const loanOf = ({ line }: LineAccount) => line.grants.find(({ id }) => id === 'free:u1:2')!;

  it('is given back whole by a service that waits, and goes on until that begins', () => {
    const done = applied(lent, 'service', EIGHT, now);
    expect(done).toMatchObject({ starts: 'queued', repaid: { id: 9, days: 0, octets: 100 } });
    expect(done.line.grants.at(-1)).toMatchObject({ octets: 8 * GB - 100, from: END });
    expect(loanOf({ ...lent, line: done.line }).until).toBe(END);
    const after = accountAfter(lent, done, now);
    expect(applied(after, 'change', EIGHT, now).repaid).toBeUndefined();
  });

  it('is given back by traffic that is more than it, and not by less', () => {
    const done = applied(lent, 'traffic', EXTRA, now);
    expect(done).toMatchObject({
      repaid: { id: 9, days: 0, octets: 60 },
      traffic: { grant: { octets: GB - 60 } },
    });
    expect(loanOf({ ...lent, line: done.line }).until).toBe(now);
    const little = { ...EXTRA, octets: octets(60) } as typeof EXTRA;
    const other = applied(lent, 'traffic', little, now);
    expect(other.repaid).toBeUndefined();
    expect(other.traffic?.grant.octets).toBe(60);
    expect(loanOf({ ...lent, line: other.line }).until).toBe(END);
  });
});

describe('services that are billed by the month', () => {
  const { price, ...month } = FIVE;
  const billed = { ...month, kind: 'postpaid', pricePerMonth: price, monthLength: 'actual' } as const;
  const had = accountWith(NEW_ACCOUNT, ['service', billed, BOUGHT_AT]);
  const [grant] = had.line.grants;
  const now = BOUGHT_AT + HOUR_MS;
  const leftOf = ({ line }: { readonly line: LineAccount['line'] }) =>
    line.grants
      .filter(({ until }) => until === undefined || now < until)
      .reduce((sum, one) => sum + one.octets - one.consumed, 0);

  it.each([0, 2 * GB, 5 * GB])('go on with the volume of the one before: %i used', (used) => {
    const using = accountUsing(had, grant!.id, used);
    expect(leftOf(applied(using, 'change', billed, now))).toBe(5 * GB - used);
    const order = used === 5 * GB ? applied(using, 'service', billed, now) : undefined;
    expect(order === undefined ? 0 : leftOf(order)).toBe(0);
    expect(leftOf(applied(using, 'change', EIGHT, now))).toBe(8 * GB);
  });

  it('wait for their time behind each other, also when the volume is used up (X05)', () => {
    const queued = accountWith(had, ['service', billed, now]);
    const using = accountUsing(queued, grant!.id, 5 * GB);
    expect(beginOnExhaustion(using, 'end-or-exhaustion', plans, now + HOUR_MS)).toBeUndefined();
    const paid = accountUsing(accountWith(had, ['service', EIGHT, now]), grant!.id, 5 * GB);
    expect(beginOnExhaustion(paid, 'end-or-exhaustion', plans, now + HOUR_MS)).toBeDefined();
  });
});

describe('a change of the service (P54)', () => {
  it('ends the old volume now, and what waits follows the new end', () => {
    const withReserve = accountWith(running, ['service', EIGHT, BOUGHT_AT + HOUR_MS]);
    const now = BOUGHT_AT + 10 * DAY_MS;
    const done = applied(withReserve, 'change', EIGHT, now);
    expect(done).toMatchObject({ starts: 'now', from: now, until: now + 30 * DAY_MS, replaced: { id: 1 } });
    expect(done.moved).toEqual({ id: 2, from: now + 30 * DAY_MS, until: now + 60 * DAY_MS });
    expect(done.line.reserve).toMatchObject({ from: now + 30 * DAY_MS, expiresAt: now + 60 * DAY_MS });
    expect(done.line.grants.find(({ octets: volume }) => volume === 5 * GB)!.until).toBe(now);
  });

  it('is refused without a running service, and of a paused one', () => {
    const order = applicationOf('change', EIGHT, 7);
    expect(applyOrder(NEW_ACCOUNT, order, termsAt(BOUGHT_AT))).toEqual({
      ok: false,
      error: 'no-running-service',
    });
    const paused = { ...running, isPaused: true };
    expect(applyOrder(paused, order, termsAt(BOUGHT_AT + DAY_MS))).toEqual({
      ok: false,
      error: 'line-is-paused',
    });
  });
});

describe('traffic and addresses', () => {
  it('sells no hours to a line that is paused, volume it does', () => {
    const paused = { ...running, isPaused: true };
    const timed = applyOrder(paused, applicationOf('traffic', TIMED, 7), termsAt(BOUGHT_AT + DAY_MS));
    expect(timed).toEqual({ ok: false, error: 'line-is-paused' });
    expect(applyOrder(paused, applicationOf('traffic', EXTRA, 7), termsAt(BOUGHT_AT + DAY_MS)).ok).toBe(true);
  });

  it('gives 5,632 MB for 5 GB and 10 % (P28), extra volume to the end, timed volume to its own (P48, P49)', () => {
    const promotion = { name: '+10%', extraPercent: 10, kinds: ['extra'], from: 0, until: END } as const;
    const terms = { ...termsAt(BOUGHT_AT + DAY_MS), promotions: [promotion] };
    const five = { ...EXTRA, octets: octets(5 * GB) } as typeof EXTRA;
    const extra = applyOrder(running, applicationOf('traffic', five, 5), terms);
    expect(extra).toMatchObject({
      ok: true,
      value: { traffic: { promotion: '+10%', grant: { octets: 5_632 * 1024 ** 2, until: END } } },
    });
    const timed = applied(running, 'traffic', TIMED, BOUGHT_AT + DAY_MS);
    expect(timed.traffic!.grant).toMatchObject({ octets: 2 * GB, until: BOUGHT_AT + DAY_MS + 6 * HOUR_MS });
  });

  it('is for a running service only', () => {
    for (const at of [END, END + DAY_MS]) {
      expect(applyOrder(running, applicationOf('traffic', EXTRA, 5), termsAt(at))).toEqual({
        ok: false,
        error: 'no-running-service',
      });
    }
  });

  it('renews an address from its end on (P56), and refuses one that is not there', () => {
    const order = applicationOf('static-ip', ADDRESS, 5, 2);
    expect(applyOrder(running, order, termsAt(BOUGHT_AT))).toEqual({ ok: false, error: 'no-static-ip' });
    const own = { ...running, line: { ...running.line, staticIp: '85.9.70.25' } };
    const first = applyOrder(own, order, termsAt(BOUGHT_AT));
    // 1405/08/30 and two months is 10/30.
    expect(first).toMatchObject({ ok: true, value: { until: Date.UTC(2027, 0, 20, 7, 30) } });
  });
});

describe('any order', () => {
  const anyOrder = fc.record({
    kind: fc.constantFrom('service', 'change', 'traffic', 'static-ip'),
    offer: fc.constantFrom(
      FIVE,
      EIGHT,
      prepaid('open'),
      prepaid('daily'),
      EXTRA,
      TIMED,
      ADDRESS,
      prepaid('gone'),
    ),
    afterHours: fc.integer({ min: 0, max: 40 * 24 }),
  });
  const anyStory = fc.array(anyOrder, { minLength: 1, maxLength: 8 });

  it('changes nothing that it is given, and no volume of other terms', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        let account = frozen(NEW_ACCOUNT);
        let now = BOUGHT_AT;
        for (const [index, { kind, offer, afterHours }] of story.entries()) {
          now += afterHours * HOUR_MS;
          const result = applyOrder(account, applicationOf(kind, offer, 100 + index), termsAt(now));
          if (!result.ok) continue;
          const after = new Map(result.value.line.grants.map((grant) => [grant.id, grant]));
          for (const before of account.line.grants) {
            const kept = after.get(before.id);
            // Only what has not begun may go, or come again with another number of periods.
            if (kept === undefined) expect(before.from).toBeGreaterThan(now);
            else expect([kept.octets, kept.consumed]).toEqual([before.octets, before.consumed]);
            after.delete(before.id);
          }
          const volume = 'planName' in offer ? plans(offer.planName)!.versions[0]!.plan.quota : undefined;
          const given = [...after.values()].filter(({ createdAt }) => createdAt === now);
          const whole = given.reduce((sum, one) => sum + one.octets, 0);
          if (volume?.per === 'term') expect(whole).toBe(volume.octets);
          if (offer === EXTRA) expect(whole).toBe(GB);
          expect(result.value.line.revision).toBe(account.line.revision + 1);
          account = frozen(accountAfter(account, result.value, now));
        }
      }),
    );
  });

  it('leaves services that neither overlap nor leave a gap to what waits', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        let account = NEW_ACCOUNT;
        let now = BOUGHT_AT;
        for (const [index, { kind, offer, afterHours }] of story.entries()) {
          now += afterHours * HOUR_MS;
          const result = applyOrder(account, applicationOf(kind, offer, 100 + index), termsAt(now));
          if (result.ok) account = accountAfter(account, result.value, now);
        }
        const { services, line } = account;
        for (const [index, service] of services.entries()) {
          const before = services[index - 1];
          if (before !== undefined) expect(service.from).toBeGreaterThanOrEqual(before.until);
          const days = (service.until - service.from) / DAY_MS;
          expect(days).toBe(service.daysSold);
        }
        if (line.reserve !== undefined) expect(line.reserve.from).toBe(line.expiresAt);
        expect(services.at(-1)?.until).toBe(line.reserve?.expiresAt ?? line.expiresAt);
      }),
    );
  });

  it('is refused for a closed line and for an offer of another kind, whatever it is', () => {
    fc.assert(
      fc.property(anyOrder, ({ kind, offer }) => {
        const closed = { ...running, line: { ...running.line, status: 'closed' as const } };
        const order = applicationOf(kind, offer, 5);
        expect(applyOrder(closed, order, termsAt(BOUGHT_AT))).toEqual({ ok: false, error: 'line-is-closed' });
        const isOfKind = {
          ...{ service: 'planName' in offer, change: 'planName' in offer, 'static-ip': offer === ADDRESS },
          traffic: offer === EXTRA || offer === TIMED,
        }[kind];
        const result = applyOrder(running, order, termsAt(BOUGHT_AT));
        if (!isOfKind) expect(result).toEqual({ ok: false, error: 'offer-is-of-another-kind' });
        else expect(result).not.toEqual({ ok: false, error: 'offer-is-of-another-kind' });
      }),
    );
  });
});
