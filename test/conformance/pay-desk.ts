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

type Gateway = (typeof NAMES)[number];
type Parameters = Readonly<Record<string, string>>;

/** What a test of one bank is given. */
interface Scene {
  readonly world: PayWorld;
  readonly desk: PayDesk;
  readonly bank: BankWorld;
  /** A browser comes back from that bank. */
  back(secret: string, parameters: Parameters, desk?: PayDesk): Promise<string | undefined>;
}

type At = (gateway: Gateway) => Scene;

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
    const at: At = (gateway) => ({
      ...{ world, desk, bank: world.banks.find((one) => one.gateway.name === gateway)! },
      back: (secret, parameters, own = desk) => own.returned(gateway, secret, parameters),
    });

    describe.each(NAMES)('%s', (gateway) => {
      for (const cases of [
        honestCases,
        foreignCases,
        repeatedCases,
        janitorCases,
        lateCases,
        otherAmountCases,
      ]) {
        cases(at, gateway);
      }
      listCases(at, gateway);
    });

    it('credits the bank’s list, whatever comes in whatever order', () => creditsTheList(world), 240_000);
  });
}

/** A payer who pays, and one who only says so. */
function honestCases(at: At, gateway: Gateway): void {
  it('serves an order once its payer has paid and is back, and says where to go on', async () => {
    const { world, desk, bank, back } = at(gateway);
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
    const { world, bank, back } = at(gateway);
    const { payment } = await world.atBank(bank);
    expect(await back(payment.secret, bank.forge(payment))).toBe(`/my/orders?payment=${payment.id}`);
    const { payment: state, ...rest } = await world.look(payment);
    expect(['pending', 'failed']).toContain(state);
    expect(rest).toEqual({ order: 'placed', wallet: 0 });
    await back(payment.secret, await bank.pay(payment));
    expect(await world.look(payment)).toEqual(SERVED);
  });
}

/** Callbacks that are of another attempt. */
function foreignCases(at: At, gateway: Gateway): void {
  it('refuses the callback of another attempt, of another gateway and of nobody', async () => {
    const { world, desk, bank, back } = at(gateway);
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
}

/** Callbacks that come again. */
function repeatedCases(at: At, gateway: Gateway): void {
  it('serves once of 100 callbacks at once at two processes', async () => {
    const { world, bank, back } = at(gateway);
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
}

/** Callbacks that never come, or cannot be noted. */
function janitorCases(at: At, gateway: Gateway): void {
  it('serves by the janitor whose payer never came back', async () => {
    const { world, bank } = at(gateway);
    const { payment } = await world.atBank(bank);
    await bank.pay(payment);
    await world.janitor(0.9);
    expect(await world.look(payment)).toEqual(OPEN);
    await world.janitor(0.1);
    expect(await world.look(payment)).toEqual(SERVED);
  });

  it('serves by the janitor what was paid while the database was away', async () => {
    const { world, bank, back } = at(gateway);
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
}

/** Answers of the bank that come too late or never. */
function lateCases(at: At, gateway: Gateway): void {
  it.skipIf(gateway === 'sandbox')(
    'serves by the janitor after an answer that came too late or never',
    async () => {
      const { world, desk, bank, back } = at(gateway);
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
}

/** Another amount than was asked for. */
function otherAmountCases(at: At, gateway: Gateway): void {
  it.skipIf(gateway === 'sandbox' || gateway === 'mellat')('serves nothing for another amount', async () => {
    const { world, bank, back } = at(gateway);
    const { payment } = await world.atBank(bank);
    await back(payment.secret, bank.payOther!(payment));
    const { order, wallet } = await world.look(payment);
    expect(order).toBe('placed');
    expect([0, payment.amount - 1]).toContain(wallet);
    expect(wallet > 0).toBe(bank.isSettled(payment));
  });
}

/** The list of the bank and ours, after all that. */
function listCases(at: At, gateway: Gateway): void {
  it('has credited what the bank gives us, one each', async () => {
    const { world, bank } = at(gateway);
    const { paid, settled } = await world.bothSides(bank);
    expect(paid.map(({ id }) => id)).toEqual(settled.map(({ id }) => id));
    expect(new Set(paid.map(({ reference }) => reference)).size).toBe(paid.length);
  });
}

const STEPS = ['pay', 'forge', 'back', 'foreign', 'cut', 'janitor', 'restart'] as const;

interface Step {
  readonly bank: number;
  readonly who: number;
  readonly step: (typeof STEPS)[number];
}

/** Three payers at every bank, and steps of theirs in any order: what is credited is what the banks settle. */
async function creditsTheList(world: PayWorld): Promise<void> {
  const step = fc.record({ bank: fc.nat(5), who: fc.nat(2), step: fc.constantFrom(...STEPS) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), (course) => play(world, course)),
    { numRuns: 4 },
  );
  for (const bank of world.banks) {
    const { paid, settled } = await world.bothSides(bank);
    expect(paid.map(({ id }) => id)).toEqual(settled.map(({ id }) => id));
  }
  expect(await world.orders.faults()).toBe(0);
}

async function play(world: PayWorld, course: readonly Step[]): Promise<void> {
  const payments = await Promise.all(
    world.banks.map((bank) => Promise.all([0, 1, 2].map(async () => (await world.atBank(bank)).payment))),
  );
  const brought = new Map<number, Parameters>();
  let desk = world.desk();
  for (const { bank: at, who, step } of course) {
    const bank = world.banks[at]!;
    const [payment, other] = [payments[at]![who]!, payments[at]![(who + 1) % 3]!];
    const come = (secret: string, parameters: Parameters) =>
      desk.returned(bank.gateway.name, secret, parameters);
    const parameters = brought.get(payment.id);
    if (step === 'pay' && parameters === undefined) brought.set(payment.id, await bank.pay(payment));
    if (step === 'forge') await come(payment.secret, bank.forge(payment));
    if (step === 'back' && parameters !== undefined) {
      await Promise.all([come(payment.secret, parameters), come(payment.secret, parameters)]);
    }
    if (step === 'foreign' && parameters !== undefined) await come(other.secret, parameters);
    if (step === 'cut') bank.server?.fail('cut');
    if (step === 'janitor') await world.janitor(3, desk);
    if (step === 'restart') desk = world.desk();
  }
  // Faults that are left spoil calls of nobody else.
  for (let round = 0; round < 4; round += 1) await world.janitor(60);
  for (const [index, bank] of world.banks.entries()) {
    for (const payment of payments[index]!) {
      const isSettled = bank.isSettled(payment);
      const { payment: state, order, wallet } = await world.look(payment);
      expect([wallet, order === 'applied', state === 'paid']).toEqual([0, isSettled, isSettled]);
    }
  }
}
