import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createServiceKeeper } from '../../../../engine/jobs/keep-services.ts';
import { receivableOf } from '../../../../engine/ledger/account.ts';
import type { OfferDeclaration } from '../../../../engine/orders/catalogue-document.ts';
import type { LineStatus } from '../../../../engine/policy/line-state.ts';
import type { Ledger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../../engine/values/instant.ts';
import { jalaliDay, jalaliWallTime } from '../../../../engine/values/jalali.ts';
import { OrderWorld } from '../../../conformance/order-world.ts';
import { onBothLedgers } from './both-databases.ts';

const BY = { actor: 'test', reason: '' };
/** Without tax, so that debts are the amounts of the bills. */
const UNTAXED = { name: 'vatRates', value: [{ fromYear: 1405, toYear: 1405, percent: 0 }] } as const;
const POSTPAID: OfferDeclaration = {
  ...{ kind: 'postpaid', code: 'post', name: 'پس پرداخت', plan: 'استاندارد ۵ گیگ' },
  ...{ term: { unit: 'month', count: 12 }, pricePerMonth: 300_000, monthLength: 'actual' },
};

/** At a time of a day on Tehran's wall. */
function wall(year: number, month: number, day: number, hour = 12): Instant {
  return jalaliWallTime(jalaliDay(year, month, day)!, hour * 60);
}

/** What the tests of a suite share. */
class OwnersSuite {
  readonly ledger: Ledger;
  readonly world: OrderWorld;
  #lines = 0;

  private constructor(world: OrderWorld) {
    this.ledger = world.ledger;
    this.world = world;
  }

  static async open(ledger: Ledger): Promise<OwnersSuite> {
    const world = await OrderWorld.begin(ledger, wall(1405, 6, 1));
    await world.declare({ offers: [POSTPAID], settings: [UNTAXED] }, wall(1405, 6, 1));
    return new OwnersSuite(world);
  }

  /** A line with a postpaid service from `now` on, and customers: the first one has it. */
  async postpaidLine(now: Instant): Promise<{ username: string; people: readonly number[] }> {
    this.#lines += 1;
    const username = `moved${this.#lines}`;
    const people = [await this.world.customer(username, {}, now)];
    for (const other of ['b', 'c', 'd']) {
      people.push(await this.world.customer(`${username}${other}`, {}, now));
    }
    const { id } = await this.world.place(username, 'post', { now });
    await this.ledger.orders.payFromWallet(id, 'u', now);
    return { username, people };
  }

  async give(username: string, customerId: number | null, at: Instant): Promise<void> {
    const given = await this.ledger.people.changeLineContract(username, { customerId }, BY, at);
    if (!given.ok) throw new Error(given.error);
  }

  async setStatus(username: string, status: LineStatus, at: Instant): Promise<void> {
    await this.ledger.setStatus(username, { status, reason: '', actor: 'test' }, at);
  }

  async runAt(at: Instant): Promise<void> {
    await createServiceKeeper({
      ...{ life: this.ledger.life, mayRun: async () => true, onChanged: async () => {}, now: () => at },
      log: { warn: (fields: object) => expect.fail(JSON.stringify(fields)) },
    }).runAll();
  }

  async owes(customer: number): Promise<number> {
    return (await this.ledger.money.balance(receivableOf(customer)))?.balance ?? 0;
  }

  async firstDays(username: string): Promise<readonly (readonly number[])[]> {
    const bills = (await this.ledger.life.bills(username))!;
    return bills.map(({ firstDay, days }) => [firstDay.day, days]).toReversed();
  }
}

onBothLedgers('owners', 'bills of lines that are given to others', OwnersSuite.open, (suite) => {
  billsEachOwner(suite);
  billsNoClosedDay(suite);
  losesNoDay(suite);
});

function billsEachOwner(suite: () => OwnersSuite): void {
  it('go to each for the days on which the line was theirs (X06)', async () => {
    const { username, people } = await suite().postpaidLine(wall(1405, 7, 1));
    await suite().give(username, people[1]!, wall(1405, 7, 11, 0));
    await suite().give(username, people[2]!, wall(1405, 7, 11, 23));
    await suite().give(username, people[0]!, wall(1405, 7, 21));
    await suite().runAt(wall(1405, 8, 1, 9));
    await suite().runAt(wall(1405, 8, 2, 9));
    expect(await suite().firstDays(username)).toEqual([
      [1, 10],
      [11, 10],
      [21, 10],
    ]);
    expect(await Promise.all(people.map((each) => suite().owes(each)))).toEqual([200_000, 0, 100_000, 0]);
  });

  it('follow a document that gives the line to another customer', async () => {
    const { ledger } = suite();
    const { username, people } = await suite().postpaidLine(wall(1405, 7, 1));
    const heir = { nationalId: '0499370899', name: 'وارث', lines: [{ username }] };
    expect(await ledger.apply({ customers: [heir] }, wall(1405, 7, 16))).toMatchObject({ ok: true });
    await suite().runAt(wall(1405, 8, 3));
    const bills = (await ledger.life.bills(username))!;
    const { customerId } = (await ledger.people.customerLine(username))!;
    expect(bills.map(({ customer, days, firstDay }) => [customer, days, firstDay.day])).toEqual([
      [customerId, 15, 16],
      [people[0], 15, 1],
    ]);
  });

  it('of a month that is over stay with who had it, also when it is given away before they are made', async () => {
    const { username, people } = await suite().postpaidLine(wall(1405, 7, 16));
    await suite().give(username, people[1]!, wall(1405, 8, 1, 0));
    await suite().runAt(wall(1405, 8, 3));
    expect(await Promise.all(people.map((each) => suite().owes(each)))).toEqual([150_000, 0, 0, 0]);
  });

  it('go to who ordered the service while the line is nobody’s', async () => {
    const { username, people } = await suite().postpaidLine(wall(1405, 7, 1));
    await suite().give(username, null, wall(1405, 7, 11));
    await suite().give(username, people[1]!, wall(1405, 7, 21));
    await suite().runAt(wall(1405, 8, 3));
    expect(await Promise.all(people.map((each) => suite().owes(each)))).toEqual([200_000, 100_000, 0, 0]);
  });

  it('wait for the tax of their year, and lose no day of anybody', async () => {
    const { username, people } = await suite().postpaidLine(wall(1405, 12, 1));
    await suite().give(username, people[1]!, wall(1406, 1, 4));
    await suite().give(username, people[2]!, wall(1406, 2, 2));
    await suite().runAt(wall(1406, 3, 2));
    expect(await suite().firstDays(username)).toEqual([]);
    const value = [{ fromYear: 1405, toYear: 1406, percent: 0 }];
    await suite().world.declare({ settings: [{ name: 'vatRates', value }] }, wall(1406, 3, 2));
    await suite().runAt(wall(1406, 3, 3));
    expect(await suite().firstDays(username)).toEqual([
      [1, 29],
      [1, 3],
      [4, 28],
      [1, 1],
      [2, 30],
    ]);
    expect(await Promise.all(people.map((each) => suite().owes(each)))).toEqual([
      320_000, 290_000, 300_000, 0,
    ]);
  });
}

function billsNoClosedDay(suite: () => OwnersSuite): void {
  it('bear no days on which the line was closed, also when it is open again before they are made', async () => {
    const { username, people } = await suite().postpaidLine(wall(1405, 7, 1));
    await suite().setStatus(username, 'closed', wall(1405, 7, 5));
    await suite().setStatus(username, 'active', wall(1405, 7, 29));
    await suite().setStatus(username, 'closed', wall(1405, 8, 10));
    await suite().runAt(wall(1405, 9, 1, 9));
    await suite().runAt(wall(1405, 10, 1, 9));
    await suite().setStatus(username, 'active', wall(1405, 10, 20));
    await suite().runAt(wall(1405, 11, 1, 9));
    expect(await suite().firstDays(username)).toEqual([
      [1, 4],
      [29, 2],
      [1, 9],
      [20, 11],
    ]);
    expect(await suite().owes(people[0]!)).toBe(260_000);
  });
}

function losesNoDay(suite: () => OwnersSuite): void {
  it('add up to every day once, however often the line moves, is closed and opened', async () => {
    const turn = fc.oneof(fc.nat(3), fc.constantFrom('closed' as const, 'active' as const));
    const hours = fc.array(fc.tuple(fc.integer({ min: 1, max: 24 * 90 }), turn), { maxLength: 18 });
    await fc.assert(
      fc.asyncProperty(hours, async (drawn) => {
        const begins = wall(1405, 8, 1, 0);
        const { username, people } = await suite().postpaidLine(begins);
        const moves = drawn.toSorted(([left], [right]) => left - right);
        const had = [0, 0, 0, 0];
        let [owner, month, next] = [0, 9, 0];
        let status: LineStatus = 'active';
        for (let day = 0; day < 90; day += 1) {
          // Bills are made as their months end, in between.
          if (day === 30 || day === 60) await suite().runAt(wall(1405, month++, 1, 9));
          const ends = begins + (day + 1) * DAY_MS;
          while (next < moves.length && begins + moves[next]![0] * HOUR_MS < ends) {
            const [hour, to] = moves[next++]!;
            const at = begins + hour * HOUR_MS;
            if (typeof to === 'number') {
              owner = to;
              await suite().give(username, people[owner]!, at);
            } else {
              status = to;
              await suite().setStatus(username, status, at);
            }
          }
          if (status === 'active') had[owner]! += 1;
        }
        await suite().runAt(wall(1405, 11, 1, 9));
        expect(await Promise.all(people.map((each) => suite().owes(each)))).toEqual(
          had.map((days) => days * 10_000),
        );
      }),
      { numRuns: 8 },
    );
  }, 120_000);
}
