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

    tellsOnce(() => ({ ledger, world }), approve);
  });
}

/** Ledger and world of a suite, once it is open. */
type Parts = () => { readonly ledger: Ledger; readonly world: OrderWorld };

function tellsOnce(parts: Parts, approve: (id: number) => ReturnType<Ledger['deposits']['approve']>): void {
  it('of one trace are one, with zeros before it or without, in whichever digits', async () => {
    const { ledger, world } = parts();
    const customer = await world.customer('b5');
    const wanted = draftOf(customer, { trace: '004217' });
    const first = await submitted(ledger, wanted);
    for (const trace of ['4217', '04217', '۰۰۴۲۱۷', '٤٢١٧']) {
      expect(await ledger.deposits.submit({ ...wanted, trace }, BY, NOON)).toMatchObject({
        error: 'told-already',
      });
    }
    const other = await submitted(ledger, { ...wanted, trace: '4217', amount: rial(5) });
    expect((await approve(first.id)).ok).toBe(true);
    expect(await approve(other.id)).toMatchObject({ error: 'reference-is-taken' });
    expect(await ledger.deposits.deposit(first.id)).toMatchObject({ trace: '004217' });
    expect((await submitted(ledger, { ...wanted, trace: '42170' })).state).toBe('waiting');
    expect(await world.wallet(customer)).toBe(660_000);
  });

  it('are told once of 30 at once, and again after a rejection', async () => {
    const { ledger, world } = parts();
    const customer = await world.customer('b4');
    const wanted = draftOf(customer);
    const all = await Promise.all(Array.from({ length: 30 }, () => ledger.deposits.submit(wanted, BY, NOON)));
    const [one] = all.filter((each) => each.ok);
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    await ledger.deposits.reject(one!.value.id, BY, NOON);
    expect((await submitted(ledger, wanted)).state).toBe('waiting');
  });
}
