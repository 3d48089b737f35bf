import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deposit, DepositDraft } from '../../engine/payments/deposit.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { NOON, OrderWorld } from './order-world.ts';

/** A ledger of its own for a suite. */
export interface DepositPlace {
  open(): Promise<Ledger>;
  remove(): Promise<void>;
}

const BY = { actor: 'teller', reason: 'seen' };
const ACCOUNT = { bank: 'ملت', owner: 'نمونه', cardNumber: '', accountNumber: '17', sheba: '' };
const RECEIPT = Uint8Array.of(0xff, 0xd8, 0, 1, 2);

let traces = 0;

/** A deposit of today with a trace number of its own. */
function draftOf(customer: number, more: Partial<DepositDraft> = {}): DepositDraft {
  traces += 1;
  return {
    ...{ customer, orderId: undefined, amount: rial(660_000), bank: 'ملت', trace: `9${traces}` },
    ...{ depositedOn: '2026-11-21', receipt: undefined, ...more },
  };
}

/** A deposit that waits for staff. */
async function submitted(ledger: Ledger, draft: DepositDraft): Promise<Deposit> {
  const told = await ledger.deposits.submit(draft, BY, NOON);
  if (!told.ok) throw new Error(told.error);
  return told.value;
}

/** What bank deposits promise on every database. */
export function depositSuite(name: string, makePlace: () => Promise<DepositPlace>): void {
  describe(`bank deposits on ${name}`, () => {
    let place: DepositPlace;
    let ledger: Ledger;
    let world: OrderWorld;
    let secrets = 0;
    beforeAll(async () => {
      place = await makePlace();
      ledger = await place.open();
      world = await OrderWorld.begin(ledger);
      await world.declare({ settings: [{ name: 'depositAccounts', value: [ACCOUNT] }] }, NOON);
    });
    afterAll(async () => {
      expect(await world.faults()).toBe(0);
      await ledger.close();
      await place.remove();
    });
    const submit = (wanted: DepositDraft) => submitted(ledger, wanted);
    const approve = (id: number, now = NOON) => ledger.deposits.approve(id, `s${id}-${++secrets}`, BY, now);

    it('keep the picture, and pay an order also when staff come after its figures ran out', async () => {
      const customer = await world.customer('b1');
      const order = await world.place('b1', 'm5');
      const deposit = await submit(draftOf(customer, { orderId: order.id, receipt: RECEIPT }));
      expect([...(await ledger.deposits.receipt(deposit.id))!]).toEqual([...RECEIPT]);
      const approved = await approve(deposit.id, NOON + 3 * DAY_MS);
      expect(approved).toMatchObject({
        ok: true,
        value: {
          deposit: { state: 'approved', reviewedBy: 'teller' },
          concluded: { order: { state: 'applied' } },
        },
      });
      expect(await ledger.deposits.deposit(deposit.id)).toMatchObject({ state: 'approved', note: 'seen' });
    });

    it('become credit when what was ordered cannot be given any more', async () => {
      const customer = await world.customer('b2');
      await world.pay(await world.place('b2', 'm5'));
      const [second, third] = [await world.place('b2', 'm5'), await world.place('b2', 'm5')];
      await world.pay(second);
      const { id } = await submit(draftOf(customer, { orderId: third.id }));
      expect(await approve(id)).toMatchObject({
        value: { concluded: { payment: { reason: 'reserve-is-taken' }, order: { state: 'credited' } } },
      });
      expect(await world.wallet(customer)).toBe(660_000);
    });

    it('are credited once of 30 approvals at once', async () => {
      const customer = await world.customer('b3');
      const { id } = await submit(draftOf(customer));
      const all = await Promise.all(Array.from({ length: 30 }, () => approve(id)));
      expect(all.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await world.wallet(customer)).toBe(660_000);
    });

    it('are told once of 30 at once, and again after a rejection', async () => {
      const customer = await world.customer('b4');
      const wanted = draftOf(customer);
      const all = await Promise.all(
        Array.from({ length: 30 }, () => ledger.deposits.submit(wanted, BY, NOON)),
      );
      const [one] = all.filter((each) => each.ok);
      expect(all.filter(({ ok }) => ok)).toHaveLength(1);
      await ledger.deposits.reject(one!.value.id, BY, NOON);
      expect((await submit(wanted)).state).toBe('waiting');
    });
  });
}
