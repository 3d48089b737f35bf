import { expect, it } from 'vitest';
import { TAKEN_OVER } from '../../../../engine/orders/taken-over.ts';
import type { Ledger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../../engine/values/instant.ts';
import { NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { onBothLedgers } from './both-databases.ts';

const BY = { actor: 'import', reason: '' };
const PLAN = 'استاندارد ۵ گیگ';

/** What the tests of a suite share. */
class ImportSuite {
  readonly ledger: Ledger;
  readonly world: OrderWorld;

  private constructor(world: OrderWorld) {
    this.ledger = world.ledger;
    this.world = world;
  }

  static async open(ledger: Ledger): Promise<ImportSuite> {
    return new ImportSuite(await OrderWorld.begin(ledger));
  }

  /** A line as an import declares it, and its customer; `NOON` is the day of the import. */
  async line(username: string, endsAt: Instant, more: object = {}): Promise<number> {
    const line = { username, plan: PLAN, expiresAt: new Date(endsAt).toISOString(), ...more };
    const done = await this.ledger.apply({ lines: [line] }, NOON);
    if (!done.ok) throw new Error(JSON.stringify(done.error));
    const known = await this.ledger.people.customerLine(username);
    if (known?.customerId !== undefined) return known.customerId;
    const customer = await this.world.customer(`${username}-other`);
    await this.ledger.people.changeLineContract(username, { customerId: customer }, BY, NOON);
    return customer;
  }

  takeOver(...usernames: readonly string[]): Promise<number> {
    return this.ledger.orders.takeOver(usernames, 'import', NOON + HOUR_MS);
  }
}

onBothLedgers('takeover', 'lines of another program', ImportSuite.open, (suite) => {
  keepsHistory(suite);
  isAService(suite);
});

function keepsHistory(suite: () => ImportSuite): void {
  it('have their running term in the history, once, by staff and with its note (P27)', async () => {
    const { ledger } = suite();
    await suite().line('old1', NOON + 12 * DAY_MS);
    expect(await suite().takeOver('old1', 'nobody')).toBe(1);
    expect(await suite().takeOver('old1', 'old1')).toBe(0);
    expect(await ledger.orders.purchases('old1')).toEqual([
      {
        ...{ what: 'service', name: PLAN, purchaseType: 'admin', note: TAKEN_OVER, octets: undefined },
        ...{ boughtAt: NOON + HOUR_MS, from: NOON, until: NOON + 12 * DAY_MS },
      },
    ]);
    const trail = await ledger.people.auditTrail({ subject: 'import', limit: 1 });
    expect(trail).toMatchObject([{ action: 'service.take-over', after: { usernames: ['old1'] } }]);
  });

  it('have the end that a later import tells, and only of what was taken over', async () => {
    const { ledger, world } = suite();
    await suite().line('old2', NOON + 12 * DAY_MS);
    await suite().takeOver('old2');
    await suite().line('old2', NOON + 15 * DAY_MS);
    expect(await suite().takeOver('old2')).toBe(1);
    expect(await ledger.orders.purchases('old2')).toMatchObject([{ until: NOON + 15 * DAY_MS }]);
    await world.customer('sold');
    await world.pay(await world.place('sold', 'm5'));
    await suite().line('sold', NOON + 99 * DAY_MS);
    expect(await suite().takeOver('sold')).toBe(0);
    expect(await ledger.orders.purchases('sold')).toMatchObject([{ note: '' }]);
  });

  it('have none where nothing runs', async () => {
    await suite().line('over', NOON - DAY_MS);
    await suite().line('gone', NOON + DAY_MS, { status: 'closed' });
    expect(await suite().takeOver('over', 'gone')).toBe(0);
    expect(await suite().ledger.orders.purchases('over')).toEqual([]);
  });
}

function isAService(suite: () => ImportSuite): void {
  it('are changed for others with nothing taken off, are paused, and renewed behind their end', async () => {
    const { ledger, world } = suite();
    const customer = await suite().line('old3', NOON + 12 * DAY_MS);
    await suite().takeOver('old3');
    await world.credit(customer, 5_000_000, 'credit of old3');
    const change = { username: 'old3', kind: 'change', offerCode: 'm8', months: 1 } as const;
    const by = { role: 'subscriber', actor: 'u' } as const;
    const now = NOON + DAY_MS;
    const quoted = await ledger.orders.quote(change, by, now);
    expect(quoted).toMatchObject({ ok: true, value: { quote: { remainingValue: 0, price: 900_000 } } });
    const renewal = await world.place('old3', 'm5', { now });
    expect(await ledger.orders.payFromWallet(renewal.id, 'u', now)).toMatchObject({ ok: true });
    expect((await world.line('old3')).profile.reserve).toMatchObject({ from: NOON + 12 * DAY_MS });
    expect(await ledger.life.pause('old3', 'u', now)).toMatchObject({ ok: true });
    expect(await ledger.life.endPause('old3', 'u', now + 3 * DAY_MS)).toMatchObject({ ok: true });
    expect((await world.line('old3')).profile.expiresAt).toBe(NOON + 15 * DAY_MS);
    const changed = await world.place('old3', 'm8', { kind: 'change', now: now + 4 * DAY_MS });
    expect(await ledger.orders.payFromWallet(changed.id, 'u', now + 4 * DAY_MS)).toMatchObject({ ok: true });
    const rows = (await ledger.orders.purchases('old3'))!;
    expect(rows.find(({ note }) => note === TAKEN_OVER)).toMatchObject({ until: now + 4 * DAY_MS });
    expect(await world.wallet(customer)).toBe(5_000_000 - 660_000 - 990_000);
  });
}
