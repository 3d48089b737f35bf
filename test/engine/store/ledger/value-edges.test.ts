import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../../engine/values/instant.ts';
import { jalaliWallTime } from '../../../../engine/values/jalali.ts';
import { GB, MONTH, NOON, OrderWorld, SUBSCRIBER } from '../../../conformance/order-world.ts';
import { secrets } from './sample.ts';

// What could be had twice, or be lost, where one rule meets another.
const BY = { actor: 'staff', reason: '' };
const folder = mkdtempSync(join(tmpdir(), 'mizan-value-'));
let world: OrderWorld;

beforeAll(async () => {
  world = await OrderWorld.begin(await openLedger({ folder: join(folder, 'pg') }, secrets));
  const monthly = { octets: 100 * GB, charge: 'download', per: 'month' } as const;
  const plans = [{ name: 'ماهانه', days: 30, quota: monthly, exhausted: 'disconnect' }] as const;
  await world.ledger.apply({ plans }, NOON);
  const [small, open] = ['استاندارد ۵ گیگ', 'نامحدود'];
  const week = { unit: 'day', count: 7 } as const;
  const short = { unit: 'day', count: 29 } as const;
  await world.declare(
    {
      offers: [
        {
          kind: 'postpaid',
          code: 'bill',
          name: 'پس‌پرداخت',
          plan: small,
          term: MONTH,
          pricePerMonth: 300_000,
        },
        { kind: 'prepaid', code: 'short', name: 'کوتاه', plan: 'ماهانه', term: short, price: 600_000 },
        { kind: 'prepaid', code: 'week', name: 'هفتگی', plan: open, term: week, price: 300_000 },
        {
          kind: 'prepaid',
          code: 'last',
          name: 'تا پایان',
          plan: small,
          term: MONTH,
          price: 600_000,
          reserveStart: 'end',
        },
      ],
    },
    NOON,
  );
});
afterAll(async () => {
  await world.ledger.close();
  rmSync(folder, { recursive: true });
});

/** Uses all up that a line has. */
async function useUp(username: string, at: Instant): Promise<void> {
  for (const { id, octets, consumed } of await world.grants(username, at)) {
    await world.consume(username, id, octets - consumed);
  }
}

/** Octets that are left of a line's valid volumes. */
async function leftOf(username: string, at: Instant): Promise<number> {
  return (await world.grants(username, at)).reduce((sum, { octets, consumed }) => sum + octets - consumed, 0);
}

async function refund(customer: number, key: string, service: 'keep' | 'end', at: Instant): Promise<boolean> {
  const [stored] = await world.ledger.invoices.invoices({ customer, limit: 1 });
  const { series, number } = stored!.invoice;
  const wish = { invoice: { series, number }, takenBack: 'all', service, key } as const;
  return (await world.ledger.invoices.refund(wish, BY, at)).ok;
}

it('gives the volume of a service that is billed by the month once, however often it is ordered', async () => {
  await world.customer('billed1');
  const order = async (kind: 'service' | 'change', at: Instant) => {
    const { id } = await world.place('billed1', 'bill', { kind, now: at });
    expect((await world.ledger.orders.payFromWallet(id, 'u', at)).ok).toBe(true);
  };
  await order('service', NOON);
  await useUp('billed1', NOON + HOUR_MS);
  for (let hour = 1; hour < 5; hour += 1) {
    await order(hour % 2 === 0 ? 'service' : 'change', NOON + hour * HOUR_MS);
    expect(await leftOf('billed1', NOON + hour * HOUR_MS + 1)).toBe(0);
  }
});

it('takes nothing off for a service whose money was given back (X02)', async () => {
  const customer = await world.customer('kept1');
  await world.pay(await world.place('kept1', 'm8'));
  const before = await world.place('kept1', 'm5', { kind: 'change', now: NOON + HOUR_MS });
  expect(await refund(customer, 'kept1', 'keep', NOON + HOUR_MS)).toBe(true);
  const refused = await world.ledger.orders.payFromWallet(before.id, 'u', NOON + HOUR_MS);
  expect(refused).toEqual({ ok: false, error: 'value-has-fallen' });
  const order = await world.place('kept1', 'm5', { kind: 'change', now: NOON + 2 * HOUR_MS });
  expect(order.quote).toMatchObject({ remainingValue: 0, creditUsed: 660_000 });
});

it('gives no free charge for a purchase that was refunded, nor its volume with one (P59)', async () => {
  const customer = await world.customer('back1');
  await world.ledger.orders.giveFreeCharge('back1', 'u', NOON);
  const day = NOON + DAY_MS;
  await world.pay(await world.place('back1', 'm5', { now: day }), day);
  expect(await refund(customer, 'back1', 'end', day + HOUR_MS)).toBe(true);
  const again = await world.ledger.orders.giveFreeCharge('back1', 'u', day + 2 * HOUR_MS);
  expect(again).toEqual({ ok: false, error: 'already-applied' });

  const other = await world.customer('back2');
  await world.pay(await world.place('back2', 'm5', { now: day }), day);
  expect(await refund(other, 'back2', 'end', day + HOUR_MS)).toBe(true);
  const first = await world.ledger.orders.giveFreeCharge('back2', 'u', day + 2 * HOUR_MS);
  expect(first.ok).toBe(true);
  const left = (await world.grants('back2', day + 3 * HOUR_MS)).filter(({ kind }) => kind === 'service');
  expect(left).toEqual([]);
});

it('gives no volume of a month with free days alone (P58)', async () => {
  await world.customer('days1');
  await world.pay(await world.place('days1', 'short'));
  const end = (await world.line('days1')).profile.expiresAt!;
  await world.consume('days1', (await world.grants('days1', NOON))[0]!.id, 99 * GB);
  await world.ledger.orders.giveFreeCharge('days1', 'u', end + HOUR_MS);
  expect(await leftOf('days1', end + HOUR_MS + 1)).toBe(GB);
  expect(await leftOf('days1', end + 2 * DAY_MS)).toBe(GB);
});

it('leaves who pays in advance what was lent to him until that begins (P60)', async () => {
  const loan = { days: 2, octets: GB, onDaysOut: 'days', kind: 'loan' } as const;
  await world.declare({ settings: [{ name: 'freeCharge', value: loan }] }, NOON);
  await world.customer('ahead1');
  await world.pay(await world.place('ahead1', 'last'));
  await useUp('ahead1', NOON + HOUR_MS);
  await world.ledger.orders.giveFreeCharge('ahead1', 'u', NOON + DAY_MS);
  const now = NOON + 2 * DAY_MS;
  await world.pay(await world.place('ahead1', 'last', { now }), now);
  expect(await leftOf('ahead1', now + 1)).toBe(GB);
  expect(await leftOf('ahead1', NOON + 30 * DAY_MS)).toBe(4 * GB);
});

it('values a service by what was paid also after a loan made it shorter (P51, P60)', async () => {
  await world.customer('lent1');
  await world.ledger.orders.giveFreeCharge('lent1', 'u', NOON);
  const now = NOON + 2 * DAY_MS;
  await world.pay(await world.place('lent1', 'm5', { now }), now);
  expect((await world.line('lent1')).profile.expiresAt).toBe(now + 28 * DAY_MS);
  const request = { username: 'lent1', kind: 'change', offerCode: 'm8', months: 1 } as const;
  const quote = await world.ledger.orders.quote(request, SUBSCRIBER, now + HOUR_MS);
  expect(quote).toMatchObject({ value: { quote: { remainingValue: 560_000 } } });
});

it('applies a change that is paid after midnight (P52)', async () => {
  await world.customer('night1');
  await world.pay(await world.place('night1', 'week'));
  const at = jalaliWallTime({ year: 1405, month: 9, day: 1 }, 23 * 60);
  const order = await world.place('night1', 'free', { kind: 'change', now: at });
  expect((await world.pay(order, at + 2 * HOUR_MS)).state).toBe('applied');
});
