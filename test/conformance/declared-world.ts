import { expect } from 'vitest';
import { LIFE_WORKS } from '../../engine/orders/life-store.ts';
import { DAY_MS, type Instant } from '../../engine/values/instant.ts';
import { jalaliDay, jalaliWallTime } from '../../engine/values/jalali.ts';
import { NOON, OrderWorld } from './order-world.ts';
import type { OrderPlace } from './orders.ts';
import { workOut } from './work-out.ts';

/** Plans of the samples. */
export const FIVE = 'استاندارد ۵ گیگ';
/** Plans of the samples. */
export const EIGHT = 'استاندارد ۸ گیگ';
const START = NOON - 100 * DAY_MS;

/** End of a service of the samples that is paid at `NOON`. */
export const END = NOON + 30 * DAY_MS;

/** An instant of Tehran's wall in 1405. */
export function wall(month: number, day: number, hour = 12): Instant {
  return jalaliWallTime(jalaliDay(1405, month, day)!, hour * 60);
}

/** What the tests of a suite share: lines whose services were sold, and documents that declare them. */
export class DeclaredSuite {
  #world: OrderWorld | undefined;
  #count = 0;

  async open(place: OrderPlace): Promise<void> {
    this.#world = await OrderWorld.begin(await place.open(), START);
    const term = { unit: 'month', count: 12 } as const;
    await this.world.declare(
      {
        offers: [
          {
            ...{ kind: 'postpaid', code: 'post', name: 'پس‌پرداخت', plan: FIVE, term },
            ...{ pricePerMonth: 300_000, monthLength: 'actual' },
          },
          {
            ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: EIGHT, term },
            ...{ pricePerMonth: 215_000, recharge: { octets: 1024 ** 3 } },
          },
        ],
      },
      START,
    );
  }

  get world(): OrderWorld {
    if (this.#world === undefined) throw new Error('the ledger is not open yet');
    return this.#world;
  }

  get life() {
    return this.world.ledger.life;
  }

  /** A line of a new customer that has bought these, one after the other. */
  async line(offers: readonly string[], now: Instant = NOON): Promise<string> {
    this.#count += 1;
    const username = `declared${this.#count}`;
    await this.world.customer(username, {}, now);
    for (const offer of offers) await this.buy(username, offer, now);
    return username;
  }

  async buy(username: string, offer: string, now: Instant): Promise<void> {
    const order = await this.world.place(username, offer, { now });
    if (order.quote.payable > 0) await this.world.pay(order, now);
    else await this.world.ledger.orders.payFromWallet(order.id, 'u', now);
  }

  async declare(username: string, line: Readonly<Record<string, unknown>>, now: Instant): Promise<void> {
    const lines = [{ username, plan: FIVE, ...line }];
    const applied = await this.world.ledger.apply({ lines }, now);
    if (!applied.ok) throw new Error(JSON.stringify(applied.error));
  }

  async pass(now: Instant): Promise<void> {
    await this.world.ledger.beginReserves(now, 100);
    for (const work of LIFE_WORKS) expect((await workOut(this.life, work, now)).failures).toEqual([]);
  }

  /** When services of a line begin and end, oldest first. */
  async edges(username: string): Promise<readonly (readonly [Instant, Instant])[]> {
    const rows = (await this.world.ledger.orders.purchases(username))!;
    return rows.map(({ from, until }) => [from, until] as const).reverse();
  }

  async end(username: string): Promise<Instant | undefined> {
    return (await this.world.line(username)).profile.expiresAt;
  }

  async status(username: string): Promise<string> {
    return (await this.world.line(username)).profile.status;
  }
}

/** An instant as documents have it. */
export function at(instant: Instant): string {
  return new Date(instant).toISOString();
}
