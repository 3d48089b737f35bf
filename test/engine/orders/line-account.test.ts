import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LineAccount, runningAccount } from '../../../engine/orders/line-account.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { accountWith, BOUGHT_AT, NEW_ACCOUNT, prepaid } from './account-samples.ts';

const END = BOUGHT_AT + 30 * DAY_MS;
const running = accountWith(NEW_ACCOUNT, ['service', prepaid('five'), BOUGHT_AT]);
const queued = accountWith(running, ['service', prepaid('eight'), BOUGHT_AT + HOUR_MS]);

describe('what a line has', () => {
  it('is nothing before the first service', () => {
    expect(runningAccount(NEW_ACCOUNT, BOUGHT_AT)).toMatchObject({
      ...{ life: { running: undefined, reserve: undefined }, service: undefined, paidUntil: undefined },
    });
  });

  it('is the service from its first instant to its last, and nothing after it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 * 24 }), (hours) => {
        const now = BOUGHT_AT + hours * HOUR_MS;
        const { life, service, paidUntil } = runningAccount(running, now);
        expect(life.running?.until).toBe(now < END ? END : undefined);
        expect(service?.id).toBe(now < END ? 1 : undefined);
        expect(paidUntil).toBe(END);
      }),
    );
  });

  it('is the service and the one that waits, with the term that each was sold for', () => {
    const { life, service, reserveService } = runningAccount(queued, BOUGHT_AT + DAY_MS);
    expect(life).toMatchObject({
      running: { planName: 'five', from: BOUGHT_AT, until: END },
      reserve: { planName: 'eight', term: { unit: 'day', count: 30 } },
    });
    expect([service?.id, reserveService?.id]).toEqual([1, 2]);
  });

  it('is a term of as many days as it has where nobody sold it', () => {
    const declared: LineAccount = {
      ...NEW_ACCOUNT,
      line: { ...NEW_ACCOUNT.line, expiresAt: BOUGHT_AT + 12 * DAY_MS },
    };
    const { life, service } = runningAccount(declared, BOUGHT_AT);
    expect(service).toBeUndefined();
    expect(life.running).toMatchObject({ orderId: '', term: { unit: 'day', count: 12 } });
  });

  it('is no service while days of a free charge last; what was paid ended before them', () => {
    const at = END + 5 * HOUR_MS;
    const until = at + 2 * DAY_MS;
    const charged: LineAccount = {
      ...running,
      line: { ...running.line, expiresAt: until },
      freeCharge: {
        ...{
          id: 1,
          days: 2,
          octets: octets(0),
          kind: 'gift',
          grantId: undefined,
          at,
          until,
          isRepaid: false,
        },
      },
    };
    const { life, paidUntil } = runningAccount(charged, at + DAY_MS);
    expect(life.running).toBeUndefined();
    expect(paidUntil).toBe(END);
    // One that gave traffic alone leaves the service as it is.
    const traffic = {
      ...charged,
      line: running.line,
      freeCharge: { ...charged.freeCharge!, days: 0, until: END },
    };
    expect(runningAccount(traffic, BOUGHT_AT + DAY_MS).life.running?.until).toBe(END);
  });
});
