import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineAccount } from '../../../engine/orders/line-account.ts';
import type { Pause } from '../../../engine/orders/pause.ts';
import { beginPause, daysAhead, endPause, type MovedService } from '../../../engine/orders/pause-line.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { accountWith, BOUGHT_AT, EXTRA, frozen, GB, NEW_ACCOUNT, plans, prepaid } from './account-samples.ts';

const END = BOUGHT_AT + 30 * DAY_MS;
const running = accountWith(
  NEW_ACCOUNT,
  ['service', prepaid('five'), BOUGHT_AT],
  ['traffic', EXTRA, BOUGHT_AT + HOUR_MS],
);
const queued = frozen(accountWith(running, ['service', prepaid('eight'), BOUGHT_AT + 2 * HOUR_MS]));

function factsAt(now: number, pauses: readonly Pause[] = [], daysMax = 30) {
  return { pauses, rules: { daysMax }, plans, now };
}

/** The account with the other end, as it would be loaded from the ledger. */
function moved(
  account: LineAccount,
  { line, service, until, pausedDays, moved: reserve }: MovedService,
): LineAccount {
  const services = account.services.map((one) => {
    if (one.id === service.id) return { ...one, until, pausedDays };
    return one.id === reserve?.id ? { ...one, ...reserve } : one;
  });
  return { ...account, line, services };
}

function paused(
  account: LineAccount,
  from: number,
  until: number,
  before: readonly Pause[] = [],
): LineAccount {
  const begun = beginPause(account, factsAt(from, before));
  if (!begun.ok) throw new Error(begun.error);
  return moved(
    moved(account, begun.value),
    endPause(moved(account, begun.value), factsAt(until, [...before, { from, until }]))!,
  );
}

describe('a pause (C19)', () => {
  it('lets the service end as if it lasted as long as it may, while it lasts', () => {
    const now = BOUGHT_AT + 5 * DAY_MS;
    const begun = beginPause(queued, factsAt(now));
    expect(begun).toMatchObject({ ok: true, value: { endsBy: now + 30 * DAY_MS, until: END + 30 * DAY_MS } });
  });

  it('that is ended late takes nothing from what has begun behind it', () => {
    const from = BOUGHT_AT + 5 * DAY_MS;
    const begun = beginPause(queued, factsAt(from));
    if (!begun.ok) throw new Error(begun.error);
    const { endsBy, line } = begun.value;
    const { planName, expiresAt } = line.reserve!;
    const gone = {
      ...moved(queued, begun.value),
      line: { ...line, planName, expiresAt, reserve: undefined },
    };
    expect(endPause(gone, factsAt(endsBy, [{ from, until: endsBy }]))).toBeUndefined();
  });

  it('moves service, volume, what was bought for it, and what waits, by its days and no more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 29 * 24 }),
        fc.integer({ min: 0, max: 30 * 24 }),
        (start, length) => {
          const from = BOUGHT_AT + start * HOUR_MS;
          const until = from + length * HOUR_MS;
          const days = Math.floor(length / 24);
          const isBeyond = END + days * DAY_MS <= until;
          const { line, services } = paused(queued, from, until);
          const end = isBeyond ? END + until - from : END + days * DAY_MS;
          expect(line.expiresAt).toBe(end);
          expect(line.reserve).toMatchObject({ from: end, expiresAt: end + 30 * DAY_MS });
          expect(services).toMatchObject([
            { until: end, pausedDays: days },
            { from: end, until: end + 30 * DAY_MS },
          ]);
          expect(line.grants.map(({ octets, from: begins, until: ends }) => [octets, begins, ends])).toEqual([
            [5 * GB, BOUGHT_AT, end],
            [GB, BOUGHT_AT + HOUR_MS, end],
            [8 * GB, end, end + 30 * DAY_MS],
          ]);
          // As many days are had as were sold and paused.
          for (const { from: begins, until: ends, daysSold, pausedDays } of services) {
            expect(Math.floor((ends - begins) / DAY_MS)).toBe(daysSold + pausedDays);
          }
        },
      ),
    );
  });

  it('changes nothing but the revision when it ends as it begins', () => {
    const now = BOUGHT_AT + 4 * DAY_MS;
    const after = paused(queued, now, now);
    expect({ ...after, line: { ...after.line, revision: queued.line.revision } }).toEqual(queued);
  });

  it('credits a day once, and no more in all than the house allows', () => {
    const first = { from: BOUGHT_AT + DAY_MS, until: BOUGHT_AT + 21 * DAY_MS };
    const once = paused(queued, first.from, first.until);
    const from = BOUGHT_AT + 25 * DAY_MS;
    const begun = beginPause(once, factsAt(from, [first]));
    expect(begun).toMatchObject({ ok: true, value: { endsBy: from + 10 * DAY_MS } });
    const twice = paused(once, from, from + 10 * DAY_MS, [first]);
    expect(twice.line.expiresAt).toBe(END + 30 * DAY_MS);
    const spent = [first, { from, until: from + 10 * DAY_MS }];
    expect(beginPause(twice, factsAt(from + 12 * DAY_MS, spent))).toEqual({
      ok: false,
      error: 'no-days-left',
    });
  });

  it('is refused without a service and of a postpaid one', () => {
    expect(beginPause(NEW_ACCOUNT, factsAt(BOUGHT_AT))).toEqual({ ok: false, error: 'no-running-service' });
    expect(beginPause(running, factsAt(END))).toEqual({ ok: false, error: 'no-running-service' });
    const end = { ok: true, value: { until: END + 30 * DAY_MS } };
    expect(beginPause(running, factsAt(END - HOUR_MS))).toMatchObject(end);
    const { price: _, ...service } = prepaid('five');
    const postpaid = { ...service, kind: 'postpaid', pricePerMonth: prepaid('five').price } as const;
    const billed = accountWith(NEW_ACCOUNT, ['service', { ...postpaid, monthLength: 'nominal' }, BOUGHT_AT]);
    expect(beginPause(billed, factsAt(BOUGHT_AT + DAY_MS))).toEqual({ ok: false, error: 'is-postpaid' });
    expect(endPause(NEW_ACCOUNT, factsAt(BOUGHT_AT))).toBeUndefined();
  });

  it('is refused of a closed line, and not of one that is suspended for something else', () => {
    const now = BOUGHT_AT + DAY_MS;
    const of = (status: 'closed' | 'suspended') => ({ ...running, line: { ...running.line, status } });
    expect(beginPause(of('closed'), factsAt(now))).toEqual({ ok: false, error: 'line-is-closed' });
    expect(beginPause(of('suspended'), factsAt(now))).toMatchObject({ ok: true });
  });

  it('has days ahead until they have gone by', () => {
    const from = BOUGHT_AT + 5 * DAY_MS;
    const begun = beginPause(queued, factsAt(from));
    if (!begun.ok) throw new Error(begun.error);
    const [service] = moved(queued, begun.value).services;
    const ahead = [0, 3, 30, 40].map((days) =>
      daysAhead(service!, factsAt(from + days * DAY_MS + HOUR_MS, [{ from, until: undefined }])),
    );
    expect(ahead).toEqual([30, 27, 0, 0]);
  });
});
