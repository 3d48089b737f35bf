import { beforeAll, expect, it } from 'vitest';
import type { Order, OrderKind } from '../../../../engine/orders/order.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../../engine/values/instant.ts';
import { GB, NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { onBothLedgers } from './both-databases.ts';

// Where a refund meets another owner, a change of the same service, or a loan.
const BY = { actor: 'staff', reason: 'moved away' };
const LOAN = { days: 5, octets: GB, onDaysOut: 'both', kind: 'loan' } as const;
const RACES = 8;

onBothLedgers(
  'refund_edges',
  'refunds',
  (ledger) => OrderWorld.begin(ledger),
  (world) => {
    movedTests(world);
    loanTests(world);
    raceTests(world);
  },
);

type GetWorld = () => OrderWorld;

async function refund(world: OrderWorld, { id }: Order, service: 'keep' | 'end', at: Instant) {
  const found = await world.ledger.invoices.invoices({ orderId: id, limit: 10 });
  const { series, number } = found.find(({ invoice }) => invoice.kind === 'invoice')!.invoice;
  const wish = {
    invoice: { series, number },
    takenBack: 'all',
    service,
    key: `${id}-${at}-${service}`,
  } as const;
  return world.ledger.invoices.refund(wish, BY, at);
}

/** Bought at a bank, or for the credit of what was given back before. */
async function buy(
  world: OrderWorld,
  username: string,
  offer: string,
  kind: OrderKind,
  now: Instant,
): Promise<Order> {
  const order = await world.place(username, offer, { kind, now });
  if (order.quote.payable > 0) return world.pay(order, now);
  expect(await world.ledger.orders.payFromWallet(order.id, 'u', now)).toMatchObject({ ok: true });
  return order;
}

function movedTests(get: GetWorld): void {
  it('ends nothing of a line that is another one’s by now, or nobody’s, but gives the money back', async () => {
    const world = get();
    const [former, owner] = [await world.customer('moved'), await world.customer('moved-owner')];
    const service = await world.pay(await world.place('moved', 'm5'));
    const traffic = await world.pay(await world.place('moved', 'x1', { kind: 'traffic' }));
    const line = await world.line('moved');
    for (const customerId of [owner, null]) {
      await world.ledger.people.changeLineContract('moved', { customerId }, BY, NOON + HOUR_MS);
      for (const order of [service, traffic]) {
        const refused = await refund(world, order, 'end', NOON + 2 * HOUR_MS);
        expect(refused).toEqual({ ok: false, error: 'line-has-moved' });
      }
    }
    expect(await world.line('moved')).toEqual(line);
    expect(await world.wallet(former)).toBe(0);
    expect(await refund(world, service, 'keep', NOON + 2 * HOUR_MS)).toMatchObject({ ok: true });
    expect([await world.wallet(former), await world.wallet(owner)]).toEqual([660_000, 0]);
    expect(await world.line('moved')).toEqual(line);
  });
}

function loanTests(get: GetWorld): void {
  beforeAll(() => get().declare({ settings: [{ name: 'freeCharge', value: LOAN }] }, NOON));

  /** A line that was lent days and volume four days before `now`. */
  async function lentTo(username: string): Promise<Instant> {
    await get().customer(username);
    expect(await get().ledger.orders.giveFreeCharge(username, 'u', NOON)).toMatchObject({ ok: true });
    return NOON + 4 * DAY_MS;
  }

  async function daysBought(username: string, now: Instant): Promise<{ order: Order; days: number }> {
    const order = await buy(get(), username, 'm5', 'service', now);
    return { order, days: ((await get().line(username)).profile.expiresAt! - now) / DAY_MS };
  }

  it('owes a loan again when the service that gave it back is ended by a refund (P60)', async () => {
    const now = await lentTo('lent');
    const first = await daysBought('lent', now);
    expect(first.days).toBe(26);
    expect(await refund(get(), first.order, 'end', now + HOUR_MS)).toMatchObject({ ok: true });
    const second = await daysBought('lent', now + 2 * HOUR_MS);
    expect(second.days).toBe(26);
    // What stays has given it back.
    expect(await refund(get(), second.order, 'keep', now + 3 * HOUR_MS)).toMatchObject({ ok: true });
    await get().ledger.beginReserves(now + 40 * DAY_MS, 10);
    expect((await daysBought('lent', now + 40 * DAY_MS)).days).toBe(30);
  });

  it('owes it again when traffic that gave it back is ended by a refund, and only then', async () => {
    const world = get();
    await world.customer('lent-volume');
    await world.pay(await world.place('lent-volume', 'm5'));
    const [sold] = await world.grants('lent-volume', NOON + 1);
    await world.consume('lent-volume', sold!.id, sold!.octets);
    await world.ledger.orders.giveFreeCharge('lent-volume', 'u', NOON + HOUR_MS);
    const [lent] = await world
      .grants('lent-volume', NOON + 2 * HOUR_MS)
      .then((all) => all.filter((one) => one.consumed === 0));
    await world.consume('lent-volume', lent!.id, GB / 2);
    const bought = async (now: Instant) => {
      const order = await buy(world, 'lent-volume', 't1', 'traffic', now);
      const grants = await world.grants('lent-volume', now);
      return { order, volume: grants.find(({ id }) => id === `order:${order.id}`)!.octets };
    };
    const first = await bought(NOON + DAY_MS);
    expect(first.volume).toBe(1.5 * GB);
    expect(await refund(world, first.order, 'end', NOON + DAY_MS + 1)).toMatchObject({ ok: true });
    const second = await bought(NOON + 2 * DAY_MS);
    expect(second.volume).toBe(1.5 * GB);
    const third = await bought(NOON + 3 * DAY_MS);
    expect(third.volume).toBe(2 * GB);
    // The loan was given back by another one, which stays.
    expect(await refund(world, third.order, 'end', NOON + 3 * DAY_MS + 1)).toMatchObject({ ok: true });
    expect((await bought(NOON + 4 * DAY_MS)).volume).toBe(2 * GB);
  });
}

function raceTests(get: GetWorld): void {
  it('gives a service back or takes it off another one, never both at once', async () => {
    const world = get();
    const ends = await Promise.all(
      Array.from({ length: RACES }, async (_, index) => {
        const customer = await world.customer(`race${index}`);
        const bought = await world.pay(await world.place(`race${index}`, 'm8'));
        const change = await world.place(`race${index}`, 'm5', { kind: 'change', now: NOON + 1 });
        const [refunded, changed] = await Promise.all([
          refund(world, bought, 'keep', NOON + 2),
          world.ledger.orders.payFromWallet(change.id, 'u', NOON + 2),
        ]);
        const credit = refunded.ok ? 990_000 : 240_000;
        expect(await world.wallet(customer)).toBe(credit);
        return [refunded, changed].map((one) => (one.ok ? 'done' : one.error)).toSorted();
      }),
    );
    for (const end of ends) {
      expect(['value-has-fallen', 'value-was-taken-off']).toContain(end[1]);
      expect(end[0]).toBe('done');
    }
    expect(await world.faults()).toBe(0);
  });
}
