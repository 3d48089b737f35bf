import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Verified } from '../../../engine/payments/gateway.ts';
import type { PaymentStore } from '../../../engine/payments/payment.ts';
import { HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { PayWorld } from '../../conformance/pay-world.ts';
import { embeddedPlace } from '../store/ledger/script-places.ts';

const place = embeddedPlace();
let world: PayWorld;
/** What the desks told the operator. */
const told: unknown[] = [];
beforeAll(async () => {
  world = await PayWorld.begin(await place.open());
});
afterAll(async () => {
  await world.close();
  await place.remove();
});

/** A payer at a gateway that never says what became of it, and a desk that asks there. */
async function atMuteGateway() {
  const bank = world.banks.find(({ gateway }) => gateway.name === 'sandbox')!;
  const { payment } = await world.atBank(bank);
  const unknown = async (): Promise<Verified> => ({ outcome: 'unknown', reason: 'no answer' });
  const gateway = { ...bank.gateway, name: 'sandbox', verify: unknown, inquire: unknown };
  const desk = (payments: PaymentStore = world.ledger.payments) =>
    world.desk({
      gateways: [gateway],
      payments,
      log: { warn: ({ state, reason }, message) => void told.push({ state, reason, message }) },
    });
  const ask = async (hours: number, payments?: PaymentStore) => {
    told.length = 0;
    for (let hour = 0; hour < hours; hour += 1) await world.janitor(60, desk(payments));
  };
  const look = async () => (await world.ledger.payments.payment(payment.id))!;
  return { payment, ask, look, end: payment.createdAt + 72 * HOUR_MS };
}

it('gives up what a gateway has said nothing of for 72 hours, and tells who may look for it there (G07)', async () => {
  const { payment, ask, look } = await atMuteGateway();
  await ask(71);
  expect(await look()).toMatchObject({ state: 'pending', reason: '' });
  await ask(2);
  expect(await look()).toMatchObject({ state: 'failed', reason: 'given-up: no answer' });
  expect(told.at(-1)).toEqual({
    ...{ state: 'failed', reason: 'given-up: no answer' },
    message: 'a payment is given up, look for it at the gateway',
  });
  const listed = await world.ledger.payments.payments({ state: 'failed', limit: 10 });
  expect(listed.map(({ id }) => id)).toEqual([payment.id]);
  await ask(2);
  expect(told).toEqual([]);
});

it('repeats the last inquiry until somebody could note how it ended', async () => {
  const { ask, look, end } = await atMuteGateway();
  await ask(71);
  const away = new Proxy(world.ledger.payments, {
    get: (store, method: keyof PaymentStore) =>
      method === 'conclude' ? () => Promise.reject(new Error('away')) : store[method].bind(store),
  });
  await ask(4, away);
  expect(world.clock.now()).toBeGreaterThan(end + 2 * HOUR_MS);
  expect((await look()).state).toBe('pending');
  world.clock.moveTo(world.clock.now() + MINUTE_MS);
  await ask(1);
  expect(await look()).toMatchObject({ state: 'failed', reason: 'given-up: no answer' });
});
