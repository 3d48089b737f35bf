import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PayDesk } from '../../engine/payments/pay-desk.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import type { BankWorld } from './bank-worlds.ts';
import { PayWorld } from './pay-world.ts';

/** A ledger of its own for a suite. */
export interface PayPlace {
  open(): Promise<Ledger>;
  remove(): Promise<void>;
}

const SERVED = { payment: 'paid', order: 'applied', wallet: 0 };
const OPEN = { payment: 'pending', order: 'placed', wallet: 0 };
const NAMES = ['zarinpal', 'zibal', 'mellat', 'saman', 'sadad', 'sandbox'] as const;

/** What payments at banks promise, whatever browsers and banks do, on every database. */
export function payDeskSuite(name: string, makePlace: () => Promise<PayPlace>): void {
  describe(`payments at banks on ${name}`, () => {
    let place: PayPlace;
    let world: PayWorld;
    let desk: PayDesk;
    beforeAll(async () => {
      place = await makePlace();
      world = await PayWorld.begin(await place.open());
      desk = world.desk();
    });
    afterAll(async () => {
      await world.close();
      await place.remove();
    });

    describe.each(NAMES)('%s', (gateway) => {
      let bank: BankWorld;
      beforeAll(() => {
        bank = world.banks.find((one) => one.gateway.name === gateway)!;
      });
      const back = async (secret: string, parameters: Readonly<Record<string, string>>, at: PayDesk = desk) =>
        at.returned(gateway, secret, parameters);

      it('serves an order once its payer has paid and is back, and says where to go on', async () => {
        const { payment, redirect, goUrl } = await world.atBank(bank);
        expect(new URL(redirect.url).pathname).not.toBe('/');
        expect(goUrl).toBe(`https://isp.example/pay/go/${payment.secret}`);
        expect(await desk.wayOn(payment.secret)).toEqual({ kind: 'bank', redirect });
        const before = world.applied;
        const path = await back(payment.secret, await bank.pay(payment));
        expect(path).toBe(`/my/orders?payment=${payment.id}`);
        expect(await world.look(payment)).toEqual(SERVED);
        expect(world.applied).toBe(before + 1);
        expect(await desk.wayOn(payment.secret)).toEqual({ kind: 'own', path });
      });

      it('believes no callback that claims to be paid, and serves when it is', async () => {
        const { payment } = await world.atBank(bank);
        expect(await back(payment.secret, bank.forge(payment))).toBe(`/my/orders?payment=${payment.id}`);
        const { payment: state, ...rest } = await world.look(payment);
        expect(['pending', 'failed']).toContain(state);
        expect(rest).toEqual({ order: 'placed', wallet: 0 });
        await back(payment.secret, await bank.pay(payment));
        expect(await world.look(payment)).toEqual(SERVED);
      });

      it('refuses the callback of another attempt, of another gateway and of nobody', async () => {
        const [mine, other] = [await world.atBank(bank), await world.atBank(bank)];
        const parameters = await bank.pay(other.payment);
        expect(await back(mine.payment.secret, parameters)).toBeUndefined();
        expect(await world.look(mine.payment)).toEqual(OPEN);
        expect(await back('0'.repeat(48), parameters)).toBeUndefined();
        const stranger = NAMES.find((one) => one !== gateway)!;
        expect(await desk.returned(stranger, other.payment.secret, parameters)).toBeUndefined();
        expect(await world.look(other.payment)).toEqual(OPEN);
        await back(other.payment.secret, parameters);
        expect(await world.look(other.payment)).toEqual(SERVED);
      });

      it('serves once of 100 callbacks at once at two processes', async () => {
        const { payment } = await world.atBank(bank);
        const parameters = await bank.pay(payment);
        const desks = [world.desk(), world.desk()];
        const before = world.applied;
        const paths = await Promise.all(
          Array.from({ length: 100 }, (_, index) => back(payment.secret, parameters, desks[index % 2]!)),
        );
        expect(new Set(paths)).toEqual(new Set([`/my/orders?payment=${payment.id}`]));
        expect(await world.look(payment)).toEqual(SERVED);
        expect(world.applied).toBe(before + 1);
        const calls = bank.server?.calls.length;
        await back(payment.secret, parameters);
        expect(bank.server?.calls.length).toBe(calls);
      });

      it('serves by the janitor whose payer never came back', async () => {
        const { payment } = await world.atBank(bank);
        await bank.pay(payment);
        await world.janitor(0.9);
        expect(await world.look(payment)).toEqual(OPEN);
        await world.janitor(0.1);
        expect(await world.look(payment)).toEqual(SERVED);
      });

      it('serves by the janitor what was paid while the database was away', async () => {
        const { payments } = world.ledger;
        const { payment } = await world.atBank(bank);
        const conclude = () => Promise.reject(new Error('the database is away'));
        const noting = new Proxy(payments, {
          get: (store, method: keyof typeof payments) =>
            method === 'conclude' ? conclude : store[method].bind(store),
        });
        const away = world.desk({ payments: noting });
        expect(await back(payment.secret, await bank.pay(payment), away)).toContain(String(payment.id));
        expect(bank.isSettled(payment)).toBe(true);
        expect(await world.look(payment)).toEqual(OPEN);
        await world.janitor(1);
        expect(await world.look(payment)).toEqual(SERVED);
      });

      it.skipIf(gateway === 'sandbox')(
        'serves by the janitor after an answer that came too late or never',
        async () => {
          for (const fault of ['slow', 'cut', 'garbage', 'error'] as const) {
            const { payment } = await world.atBank(bank);
            const parameters = await bank.pay(payment);
            bank.server!.fail(fault);
            const impatient = fault === 'slow' ? world.desk({ gateways: [bank.hasty] }) : desk;
            await back(payment.secret, parameters, impatient);
            expect(await world.look(payment)).toEqual(OPEN);
            await world.janitor(1);
            expect(await world.look(payment)).toEqual(SERVED);
          }
        },
      );

      it.skipIf(gateway === 'sandbox' || gateway === 'mellat')(
        'serves nothing for another amount',
        async () => {
          const { payment } = await world.atBank(bank);
          await back(payment.secret, bank.payOther!(payment));
          const { order, wallet } = await world.look(payment);
          expect(order).toBe('placed');
          expect([0, payment.amount - 1]).toContain(wallet);
          expect(wallet > 0).toBe(bank.isSettled(payment));
        },
      );

      it('has credited what the bank gives us, one each', async () => {
        const { paid, settled } = await world.bothSides(bank);
        expect(paid.map(({ id }) => id)).toEqual(settled.map(({ id }) => id));
        expect(new Set(paid.map(({ reference }) => reference)).size).toBe(paid.length);
      });
    });

    it('credits the bank’s list, whatever comes in whatever order', async () => {
      const step = fc.constantFrom('pay', 'forge', 'back', 'foreign', 'cut', 'janitor', 'restart');
      const courses = fc.array(fc.record({ bank: fc.nat(5), who: fc.nat(2), step }), { maxLength: 14 });
      await fc.assert(
        fc.asyncProperty(courses, async (course) => {
          const attempts = await Promise.all(
            world.banks.map((bank) => Promise.all([0, 1, 2].map(() => world.atBank(bank)))),
          );
          const brought = new Map<number, Readonly<Record<string, string>>>();
          let own = world.desk();
          for (const { bank: at, who, step: what } of course) {
            const bank = world.banks[at]!;
            const { payment } = attempts[at]![who]!;
            const come = (secret: string, parameters: Readonly<Record<string, string>>) =>
              own.returned(bank.gateway.name, secret, parameters);
            if (what === 'pay' && !brought.has(payment.id)) brought.set(payment.id, await bank.pay(payment));
            if (what === 'forge') await come(payment.secret, bank.forge(payment));
            const parameters = brought.get(payment.id);
            if (what === 'back' && parameters !== undefined) {
              await Promise.all([come(payment.secret, parameters), come(payment.secret, parameters)]);
            }
            const other = attempts[at]![(who + 1) % 3]!.payment;
            if (what === 'foreign' && parameters !== undefined) await come(other.secret, parameters);
            if (what === 'cut') bank.server?.fail('cut');
            if (what === 'janitor') await world.janitor(3, own);
            if (what === 'restart') own = world.desk();
          }
          // Faults that are left spoil calls of nobody else.
          for (let round = 0; round < 4; round += 1) await world.janitor(60);
          for (const [index, bank] of world.banks.entries()) {
            for (const { payment } of attempts[index]!) {
              const { wallet, ...state } = await world.look(payment);
              expect(wallet).toBe(0);
              expect(state.order === 'applied').toBe(bank.isSettled(payment));
              expect(state.payment === 'paid').toBe(bank.isSettled(payment));
            }
          }
        }),
        { numRuns: 4 },
      );
      for (const bank of world.banks) {
        const { paid, settled } = await world.bothSides(bank);
        expect(paid.map(({ id }) => id)).toEqual(settled.map(({ id }) => id));
      }
      expect(await world.orders.faults()).toBe(0);
    }, 240_000);
  });
}
