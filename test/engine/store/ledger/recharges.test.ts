import { expect, it } from 'vitest';
import type { OfferDeclaration } from '../../../../engine/orders/catalogue-document.ts';
import type { OrderKind } from '../../../../engine/orders/order.ts';
import type { Ledger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../../engine/values/instant.ts';
import { daysLater, jalaliDay, jalaliWallTime, monthsLater } from '../../../../engine/values/jalali.ts';
import { GB, NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { workOut } from '../../../conformance/work-out.ts';
import { onBothLedgers } from './both-databases.ts';

const MONTHLY = { plan: 'استاندارد ۸ گیگ', term: { unit: 'month', count: 3 } } as const;
/** Recharged in the evening: lines that begin at noon have their first volume before its hour. */
const EVENING = 20 * 60;
const OFFERS: readonly OfferDeclaration[] = [
  {
    ...{ kind: 'campaign', code: 'camp', name: 'کمپین', ...MONTHLY, pricePerMonth: 215_000 },
    recharge: { octets: 5 * GB, minuteOfDay: EVENING },
  },
  { kind: 'postpaid', code: 'post', name: 'پس پرداخت', ...MONTHLY, pricePerMonth: 300_000 },
];

/** What the tests of a suite share. */
class RechargeSuite {
  readonly ledger: Ledger;
  readonly world: OrderWorld;
  #lines = 0;

  private constructor(world: OrderWorld) {
    this.ledger = world.ledger;
    this.world = world;
  }

  static async open(ledger: Ledger): Promise<RechargeSuite> {
    const world = await OrderWorld.begin(ledger, NOON);
    await world.declare({ offers: OFFERS }, NOON);
    return new RechargeSuite(world);
  }

  /** A line with a campaign from noon on, whose first volume it does not have yet. */
  async line(): Promise<string> {
    this.#lines += 1;
    const username = `camp${this.#lines}`;
    await this.world.customer(username);
    await this.order(username, 'camp', 'service', NOON);
    return username;
  }

  async order(username: string, code: string, kind: OrderKind, now: Instant): Promise<void> {
    const { id } = await this.world.place(username, code, { kind, now });
    const paid = await this.ledger.orders.payFromWallet(id, 'u', now);
    if (!paid.ok) throw new Error(paid.error);
  }

  async passTo(now: Instant): Promise<void> {
    await this.ledger.beginReserves(now, 100);
    expect((await workOut(this.ledger.life, 'recharge', now)).failures).toEqual([]);
  }

  /** Whatever is due on every evening up to `end`, past the hour of recharges. */
  async passEvenings(from: Instant, end: Instant): Promise<void> {
    for (let at = from + 10 * HOUR_MS; at < end; at = daysLater(at, 1)) await this.passTo(at);
  }

  async kinds(username: string, now: Instant): Promise<readonly (readonly [string, Instant])[]> {
    return (await this.ledger.life.recharges(username, now))!.map(({ kind, at }) => [kind, at]);
  }

  /** Volumes of campaigns that the line ever was given. */
  async volumes(username: string): Promise<number> {
    const { grants } = await this.world.line(username);
    return grants.filter(({ id }) => id.startsWith('campaign:')).length;
  }
}

onBothLedgers('recharges', 'recharges', RechargeSuite.open, (suite) => {
  givesWhatIsDue(suite);
  givesUpCampaigns(suite);
  repeatsRequests(suite);
});

const evening = (day: Instant): Instant => day + 9 * HOUR_MS;

function givesWhatIsDue(suite: () => RechargeSuite): void {
  it('are given once a month by themselves, also where staff give more before their hour (P34)', async () => {
    const username = await suite().line();
    await suite().passTo(NOON + MINUTE_MS);
    const extra = await suite().ledger.life.rechargeNow(username, 'staff', NOON + HOUR_MS);
    expect(extra).toMatchObject({ ok: true, value: { kind: 'extra', at: NOON + HOUR_MS } });
    const end = monthsLater(NOON, 1) + 12 * HOUR_MS;
    await suite().passEvenings(NOON, end);
    expect(await suite().kinds(username, end)).toEqual([
      ['extra', NOON + HOUR_MS],
      ['monthly', evening(NOON)],
      ['monthly', monthsLater(NOON, 1) + 10 * HOUR_MS],
    ]);
  });

  it('come with the service, also when staff are quicker than the daily run', async () => {
    const username = await suite().line();
    const first = await suite().ledger.life.rechargeNow(username, 'staff', NOON + MINUTE_MS);
    expect(first).toMatchObject({ ok: true, value: { kind: 'monthly', dueAt: evening(NOON) } });
    await suite().passTo(NOON + HOUR_MS);
    await suite().passTo(NOON + DAY_MS);
    expect(await suite().volumes(username)).toBe(1);
  });
}

function givesUpCampaigns(suite: () => RechargeSuite): void {
  it('are one of a campaign that is changed into itself four times a day', async () => {
    const username = await suite().line();
    await suite().passTo(NOON + MINUTE_MS);
    for (let hour = 1; hour <= 4; hour += 1) {
      await suite().order(username, 'camp', 'change', NOON + hour * HOUR_MS);
      await suite().passTo(NOON + hour * HOUR_MS + MINUTE_MS);
    }
    const end = monthsLater(NOON, 1) + 12 * HOUR_MS;
    await suite().passEvenings(NOON, end);
    expect(await suite().kinds(username, end)).toEqual([
      ['monthly', evening(NOON)],
      ['monthly', monthsLater(NOON, 1) + 10 * HOUR_MS],
    ]);
  });

  it('are one also by way of another service', async () => {
    const username = await suite().line();
    await suite().passTo(NOON + MINUTE_MS);
    await suite().order(username, 'post', 'change', NOON + HOUR_MS);
    await suite().order(username, 'camp', 'change', NOON + 2 * HOUR_MS);
    await suite().passTo(NOON + DAY_MS);
    expect(await suite().volumes(username)).toBe(1);
  });

  it('come with the service again once a Jalali month has passed, by days', async () => {
    const next = monthsLater(NOON, 1);
    for (const [now, volumes] of [
      [next - DAY_MS, 1],
      [next - 10 * HOUR_MS, 2],
    ] as const) {
      const username = await suite().line();
      await suite().passTo(NOON + MINUTE_MS);
      await suite().order(username, 'camp', 'change', now);
      await suite().passTo(now + MINUTE_MS);
      expect(await suite().volumes(username)).toBe(volumes);
    }
  });

  it('wait for the anchor of the campaign that took the place', async () => {
    const username = await suite().line();
    await suite().passTo(NOON + MINUTE_MS);
    const changed = daysLater(NOON, 20);
    await suite().order(username, 'camp', 'change', changed);
    await suite().passEvenings(changed, monthsLater(changed, 1));
    expect(await suite().volumes(username)).toBe(1);
    await suite().passTo(evening(monthsLater(changed, 1)));
    expect(await suite().kinds(username, monthsLater(changed, 2))).toEqual([
      ['monthly', evening(NOON)],
      ['monthly', evening(monthsLater(changed, 1))],
    ]);
  });

  it('come with a campaign that follows another at its end, however late that was recharged', async () => {
    const username = await suite().line();
    await suite().order(username, 'camp', 'service', NOON + HOUR_MS);
    const late = daysLater(NOON, 80);
    await suite().passTo(late);
    const follows = monthsLater(NOON, 3);
    await suite().passTo(follows + MINUTE_MS);
    expect(await suite().kinds(username, follows + MINUTE_MS)).toEqual([
      ['missed', evening(NOON)],
      ['missed', evening(monthsLater(NOON, 1))],
      ['monthly', late],
      ['monthly', jalaliWallTime(jalaliDay(1405, 11, 30)!, EVENING)],
    ]);
  });
}

function repeatsRequests(suite: () => RechargeSuite): void {
  const isClosed = { status: 'closed', reason: '', actor: 'staff' } as const;

  it('are given once for a request that is repeated, with the answer of the first time', async () => {
    const username = await suite().line();
    await suite().passTo(NOON + MINUTE_MS);
    const { ledger } = suite();
    const ask = (key: string, now: Instant) => ledger.life.rechargeNow(username, 'staff', now, key);
    const both = await Promise.all([1, 2].map((minute) => ask('staff:a', NOON + minute * HOUR_MS)));
    expect(both[0]).toMatchObject({ ok: true, value: { kind: 'extra' } });
    expect(both[1]).toEqual(both[0]);
    expect(await suite().volumes(username)).toBe(2);
    expect(await ask('staff:b', NOON + 3 * HOUR_MS)).toMatchObject({ value: { at: NOON + 3 * HOUR_MS } });
    await suite().order(username, 'post', 'change', NOON + 4 * HOUR_MS);
    expect(await ask('staff:a', NOON + DAY_MS)).toEqual(both[0]);
    await ledger.setStatus(username, isClosed, NOON + DAY_MS);
    expect(await ask('staff:a', NOON + 2 * DAY_MS)).toEqual(both[0]);
    expect(await suite().volumes(username)).toBe(3);
  });

  it('are not given for the key of another line’s request', async () => {
    const [first, second] = [await suite().line(), await suite().line()];
    const { life } = suite().ledger;
    expect((await life.rechargeNow(first, 'staff', NOON, 'staff:c')).ok).toBe(true);
    expect(await life.rechargeNow(second, 'staff', NOON, 'staff:c')).toEqual({
      ok: false,
      error: 'key-is-taken',
    });
    expect(await suite().volumes(second)).toBe(0);
  });
}
