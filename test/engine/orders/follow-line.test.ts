import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followLine } from '../../../engine/orders/follow-line.ts';
import { type LineAccount, runningAccount, servicesAt } from '../../../engine/orders/line-account.ts';
import { declareLine } from '../../../engine/subscribers/declare-line.ts';
import type { LineDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../engine/values/instant.ts';
import { accountWith, BOUGHT_AT, frozen, NEW_ACCOUNT, plans, prepaid } from './account-samples.ts';

const END = BOUGHT_AT + 30 * DAY_MS;
const running = frozen(accountWith(NEW_ACCOUNT, ['service', prepaid('five'), BOUGHT_AT]));
const queued = frozen(accountWith(running, ['service', prepaid('eight'), BOUGHT_AT + HOUR_MS]));

/** The account as it would be loaded from the ledger once the declaration is applied. */
function declared(account: LineAccount, declaration: Partial<LineDeclaration>, now: Instant): LineAccount {
  const next = declareLine({ username: 'u1', plan: 'five', ...declaration }, account.line, plans, now);
  if (next === undefined) return account;
  const { ended, moved } = followLine(account.services, account.line, next, now);
  const services = account.services
    .filter(({ id }) => !ended.includes(id))
    .map((one) => ({ ...one, ...moved.find(({ id }) => id === one.id) }));
  return { ...account, line: next, services };
}

function at(instant: Instant): string {
  return new Date(instant).toISOString();
}

describe('services of a line that is declared', () => {
  it('have the edges of its terms, whatever is declared one after the other, and never overlap', () => {
    const changes = fc.array(
      fc.record({ day: fc.integer({ min: 1, max: 3 }), end: fc.integer({ min: -2, max: 60 }) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(changes, (list) => {
        let account: LineAccount = queued;
        let now = BOUGHT_AT + HOUR_MS;
        for (const { day, end } of list) {
          now += day * DAY_MS;
          account = declared(account, { expiresAt: at(now + end * DAY_MS) }, now);
          const { life, service, reserveService } = runningAccount(account, now);
          const { expiresAt, reserve } = account.line;
          if (service !== undefined) expect(service.until).toBe(expiresAt);
          if (life.running === undefined) expect(service).toBeUndefined();
          expect([reserveService?.from, reserveService?.until]).toEqual([reserve?.from, reserve?.expiresAt]);
          const [first, second] = account.services;
          if (second !== undefined) expect(second.from).toBeGreaterThanOrEqual(first!.until);
        }
        // What was sold stays what it was.
        for (const { id, daysSold, price, pausedDays, offer } of account.services) {
          const sold = queued.services.find((one) => one.id === id);
          expect({ daysSold, price, pausedDays, offer }).toEqual({
            ...{ daysSold: sold?.daysSold, price: sold?.price, pausedDays: 0, offer: sold?.offer },
          });
        }
      }),
    );
  });

  it('are given up when they end by now, or when the reserve is gone', () => {
    const now = BOUGHT_AT + DAY_MS;
    const [first, second] = queued.services.map(({ id }) => id);
    const over = { ...queued.line, expiresAt: now };
    expect(followLine(queued.services, queued.line, over, now)).toEqual({ ended: [first], moved: [] });
    const alone = { ...queued.line, reserve: undefined };
    expect(followLine(queued.services, queued.line, alone, now)).toEqual({ ended: [second], moved: [] });
  });

  it('are left alone where the terms are as they were, and where nobody sold them', () => {
    const now = BOUGHT_AT + DAY_MS;
    expect(followLine(queued.services, queued.line, queued.line, now)).toEqual({ ended: [], moved: [] });
    const longer = { ...queued.line, expiresAt: END + DAY_MS };
    expect(followLine([], queued.line, longer, now)).toEqual({ ended: [], moved: [] });
  });

  it('run once their reserve is due, also before anybody has begun it', () => {
    const { running: found, waiting } = servicesAt(queued.services, queued.line, END);
    expect([found?.id, waiting]).toEqual([queued.services[1]!.id, undefined]);
    expect(runningAccount(queued, END)).toMatchObject({
      ...{ service: { id: found!.id }, life: { running: { planName: 'eight', until: END + 30 * DAY_MS } } },
    });
    // What follows of a declaration then is of the service that has begun.
    const longer = declared(queued, { plan: 'eight', expiresAt: at(END + 40 * DAY_MS) }, END + DAY_MS);
    expect(longer.services.map(({ until }) => until)).toEqual([END, END + 40 * DAY_MS]);
  });
});
