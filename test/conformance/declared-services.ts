import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, type Instant } from '../../engine/values/instant.ts';
import { at, DeclaredSuite, EIGHT, END, FIVE, wall } from './declared-world.ts';
import { NOON } from './order-world.ts';
import type { OrderPlace } from './orders.ts';

/** What documents and staff do to lines whose services were sold, on every database. */
export function declaredServicesSuite(name: string, makePlace: () => Promise<OrderPlace>): void {
  describe(`services of lines that are declared on ${name}`, () => {
    const suite = new DeclaredSuite();
    let place: OrderPlace;
    beforeAll(async () => {
      place = await makePlace();
      await suite.open(place);
    });
    afterAll(async () => {
      await suite.world.ledger.close();
      await place.remove();
    });
    followsEnds(suite);
    billsDays(suite);
    endsPauses(suite);
    keepsPauses(suite);
    refusesPauses(suite);
  });
}

function followsEnds(suite: DeclaredSuite): void {
  it('end and begin with the line when its end is declared later', async () => {
    const username = await suite.line(['m5', 'm8']);
    await suite.declare(username, { expiresAt: at(END + 10 * DAY_MS) }, NOON + DAY_MS);
    expect(await suite.edges(username)).toEqual([
      [NOON, END + 10 * DAY_MS],
      [END + 10 * DAY_MS, END + 40 * DAY_MS],
    ]);
  });

  it('are not taken to run while they wait', async () => {
    const username = await suite.line(['m5', 'm8']);
    await suite.declare(username, { expiresAt: at(END + 10 * DAY_MS) }, NOON + DAY_MS);
    const now = NOON + 31 * DAY_MS;
    await suite.pass(now);
    const order = await suite.world.place(username, 'post', { kind: 'change', now });
    // The nine days that are left were given, and the thirty of the one that waits are not its.
    expect(order.quote.remainingValue).toBe(0);
    const campaign = await suite.line(['m5', 'camp']);
    await suite.declare(campaign, { expiresAt: at(END + 10 * DAY_MS) }, NOON + DAY_MS);
    await suite.pass(now);
    expect((await suite.world.line(campaign)).grants.filter(({ id }) => id.startsWith('campaign:'))).toEqual(
      [],
    );
    await suite.pass(END + 10 * DAY_MS + HOUR_MS);
    expect(
      (await suite.world.line(campaign)).grants.filter(({ id }) => id.startsWith('campaign:')),
    ).toHaveLength(1);
  });

  it('are given up when an end that is over is declared', async () => {
    const username = await suite.line(['m8']);
    const now = NOON + 5 * DAY_MS;
    await suite.declare(username, { expiresAt: at(now) }, now);
    expect(await suite.life.pause(username, 'u', now)).toEqual({ ok: false, error: 'no-running-service' });
    // A later end of the line is nothing that was sold.
    await suite.declare(username, { expiresAt: at(END) }, now + HOUR_MS);
    const order = await suite.world.place(username, 'free', { kind: 'change', now: now + 2 * HOUR_MS });
    expect(order.quote.remainingValue).toBe(0);
  });

  it('are given up with the reserve that they wait as, and move with it', async () => {
    const username = await suite.line(['m5', 'm8']);
    const from = END + 3 * DAY_MS;
    await suite.declare(username, { reserve: { plan: EIGHT, from: at(from) } }, NOON + DAY_MS);
    expect((await suite.edges(username))[1]).toEqual([from, from + 30 * DAY_MS]);
    await suite.declare(username, { reserve: null }, NOON + 2 * DAY_MS);
    // Another one may wait now, and is the one that begins.
    await suite.buy(username, 'm5', NOON + 3 * DAY_MS);
    await suite.pass(END + DAY_MS);
    expect((await suite.world.line(username)).profile.planName).toBe(FIVE);
    expect(await suite.life.pause(username, 'u', END + DAY_MS)).toMatchObject({ ok: true });
  });

  it('stay what was sold under another plan, and end with it', async () => {
    const username = await suite.line(['m5']);
    const now = NOON + 5 * DAY_MS;
    await suite.declare(username, { plan: EIGHT }, now);
    const [row] = (await suite.world.ledger.orders.purchases(username))!;
    expect(row).toMatchObject({ name: 'یک‌ماهه ۵ گیگ', from: NOON, until: now + 30 * DAY_MS });
  });
}

function billsDays(suite: DeclaredSuite): void {
  it('are billed up to the end that was declared, and no day twice', async () => {
    const username = await suite.line(['post'], wall(6, 1));
    await suite.declare(username, { expiresAt: at(wall(6, 10)) }, wall(6, 10));
    await suite.buy(username, 'post', wall(6, 12));
    await suite.pass(wall(7, 1));
    const bills = (await suite.life.bills(username))!;
    expect(bills.map(({ firstDay, days }) => [firstDay.day, days])).toEqual([
      [12, 20],
      [1, 9],
    ]);
  });

  it('are billed on when they are declared longer, once each day', async () => {
    const username = await suite.line(['post'], wall(6, 1));
    await suite.declare(username, { expiresAt: at(wall(7, 1, 13)) }, wall(6, 10));
    // Its last day is billed by now, as the first bill saw it.
    await suite.pass(wall(7, 1));
    await suite.declare(username, { expiresAt: at(wall(7, 20)) }, wall(7, 1, 12) + HOUR_MS / 2);
    await suite.pass(wall(8, 1));
    const bills = (await suite.life.bills(username))!;
    expect(bills.map(({ firstDay, days }) => [firstDay.month, days])).toEqual([
      [7, 19],
      [6, 31],
    ]);
  });
}

function endsPauses(suite: DeclaredSuite): void {
  const ways = {
    'a document': (username: string, status: 'active' | 'closed', now: Instant) =>
      suite.declare(username, { status }, now),
    'a word of staff': async (username: string, status: 'active' | 'closed', now: Instant) => {
      await suite.world.ledger.setStatus(username, { status, reason: '', actor: 'staff' }, now);
    },
  };
  it.each(Object.entries(ways))(
    'credit no day of a pause after %s has closed or opened the line (C19)',
    async (_, change) => {
      for (const status of ['active', 'closed'] as const) {
        const username = await suite.line(['m5', 'm8']);
        await suite.life.pause(username, 'u', NOON + DAY_MS);
        const now = NOON + 3 * DAY_MS + HOUR_MS;
        await change(username, status, now);
        expect(await suite.status(username)).toBe(status);
        expect((await suite.life.pauses(username))![0]).toMatchObject({ until: now });
        // Two whole days of the pause, whatever comes later.
        if (status === 'closed') await change(username, 'active', now + HOUR_MS);
        await suite.pass(NOON + 29 * DAY_MS);
        expect(await suite.end(username)).toBe(END + 2 * DAY_MS);
        expect(await suite.edges(username)).toEqual([
          [NOON, END + 2 * DAY_MS],
          [END + 2 * DAY_MS, END + 32 * DAY_MS],
        ]);
        expect(await suite.life.endPause(username, 'u', NOON + 29 * DAY_MS)).toEqual({
          ok: false,
          error: 'is-not-paused',
        });
      }
    },
  );

  it('end their pause when the line is nobody’s, too', async () => {
    const username = await suite.line(['m5']);
    await suite.life.pause(username, 'u', NOON + DAY_MS);
    await suite.world.ledger.people.changeLineContract(
      username,
      { customerId: null },
      { actor: 'staff', reason: '' },
      NOON + DAY_MS,
    );
    await suite.declare(username, { status: 'active' }, NOON + 2 * DAY_MS);
    expect(await suite.end(username)).toBe(END + DAY_MS);
    expect((await suite.life.pauses(username))![0]).toMatchObject({ until: NOON + 2 * DAY_MS });
  });

  it('end their pause when they are declared over', async () => {
    const username = await suite.line(['m5']);
    await suite.life.pause(username, 'u', NOON + DAY_MS);
    const now = NOON + 3 * DAY_MS;
    await suite.declare(username, { expiresAt: at(now) }, now);
    expect([await suite.end(username), await suite.status(username)]).toEqual([now, 'active']);
    expect((await suite.life.pauses(username))![0]).toMatchObject({ until: now });
    await suite.buy(username, 'm8', now + HOUR_MS);
    expect(await suite.end(username)).toBe(now + HOUR_MS + 30 * DAY_MS);
  });
}

function keepsPauses(suite: DeclaredSuite): void {
  it('have the days that staff gave also after a pause (C19)', async () => {
    const username = await suite.line(['m5']);
    await suite.declare(username, { expiresAt: at(END + 10 * DAY_MS) }, NOON + DAY_MS);
    await suite.life.pause(username, 'u', NOON + 5 * DAY_MS);
    await suite.life.endPause(username, 'u', NOON + 7 * DAY_MS);
    expect(await suite.end(username)).toBe(END + 12 * DAY_MS);
  });

  it('have an end that is declared during a pause, and behind it the days of the pause from then on', async () => {
    for (const given of [0, 10, -10]) {
      const username = await suite.line(['m5', 'm8']);
      await suite.life.pause(username, 'u', NOON + 5 * DAY_MS);
      const declared = END + given * DAY_MS;
      await suite.declare(username, { expiresAt: at(declared) }, NOON + 8 * DAY_MS);
      // Three of thirty days of the pause have gone by.
      expect(await suite.end(username)).toBe(declared + 27 * DAY_MS);
      expect(await suite.status(username)).toBe('suspended');
      await suite.life.endPause(username, 'u', NOON + 12 * DAY_MS);
      const end = declared + 4 * DAY_MS;
      expect(await suite.end(username)).toBe(end);
      expect(await suite.edges(username)).toEqual([
        [NOON, end],
        [end, end + 30 * DAY_MS],
      ]);
    }
  });

  it('are left alone by a document that declares a paused line as it is', async () => {
    const username = await suite.line(['m5']);
    await suite.life.pause(username, 'u', NOON + 5 * DAY_MS);
    const end = await suite.end(username);
    const lines = [{ username, plan: FIVE, expiresAt: at(end!), status: 'suspended' as const }];
    expect(await suite.world.ledger.apply({ lines }, NOON + 8 * DAY_MS)).toMatchObject({
      value: { lines: 0 },
    });
    expect((await suite.life.pauses(username))![0]).toMatchObject({ until: undefined });
  });
}

function refusesPauses(suite: DeclaredSuite): void {
  it('are not paused on a closed line (C19)', async () => {
    const username = await suite.line(['m5']);
    await suite.declare(username, { status: 'closed' }, NOON + DAY_MS);
    const refused = await suite.life.pause(username, 'u', NOON + 2 * DAY_MS);
    expect(refused).toEqual({ ok: false, error: 'line-is-closed' });
    expect([await suite.end(username), await suite.life.pauses(username)]).toEqual([END, []]);
  });

  it('are paused on a line that staff have suspended, which is off until both are over (C19)', async () => {
    const username = await suite.line(['m5']);
    const { people } = suite.world.ledger;
    const change = { cause: 'staff', actor: 'staff', reason: '' } as const;
    await people.suspendLine(username, change, NOON + DAY_MS);
    expect(await suite.life.pause(username, 'u', NOON + 2 * DAY_MS)).toMatchObject({ ok: true });
    await people.resumeLine(username, change, NOON + 3 * DAY_MS);
    expect(await suite.status(username)).toBe('suspended');
    await suite.life.endPause(username, 'u', NOON + 4 * DAY_MS);
    expect(await suite.status(username)).toBe('active');
    expect(await suite.end(username)).toBe(END + 2 * DAY_MS);
  });
}
