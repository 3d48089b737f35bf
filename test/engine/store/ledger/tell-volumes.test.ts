import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS } from '../../../../engine/values/instant.ts';
import { GB, NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { onBothDatabases } from './both-databases.ts';

interface Place {
  open(): Promise<Ledger>;
  remove(): Promise<void>;
}

async function kindsOf(world: OrderWorld, customer: number): Promise<readonly string[]> {
  const filter = { limit: 100, offset: 0, receivedOnly: false };
  const { messages } = await world.ledger.messages.ofCustomer(customer, filter);
  const told = messages.filter(({ content }) => content.kind.startsWith('volume'));
  return told.map(({ content, state }) => `${content.kind} ${state}`).toSorted();
}

function suite(name: string, makePlace: () => Promise<Place>): void {
  describe(`messages of volumes on ${name} (product line R02)`, () => {
    let place: Place;
    let world: OrderWorld;
    beforeAll(async () => {
      place = await makePlace();
      world = await OrderWorld.begin(await place.open());
    });
    afterAll(async () => {
      await world.ledger.close();
      await place.remove();
    });
    const kinds = (customer: number) => kindsOf(world, customer);
    /** A line of 5 GB; `use` is what its grant has used by then, and what is told of it. */
    const line = async (username: string) => {
      const customer = await world.customer(username);
      await world.pay(await world.place(username, 'm5'));
      const [grant] = await world.grants(username, NOON);
      const use = async (octets: number, at = NOON) => {
        await world.consume(username, grant!.id, Math.trunc(octets));
        await world.ledger.volumes.tell(at, 100);
        return kinds(customer);
      };
      return { customer, use };
    };

    it('come at 85 % and at the end, once each; the first not after the second', async () => {
      const { customer, use } = await line('v1');
      expect(await use(4.2 * GB)).toEqual([]);
      expect(await use(4.25 * GB)).toEqual(['volume-85 queued']);
      expect(await use(4.8 * GB)).toEqual(['volume-85 queued']);
      expect(await use(5 * GB)).toEqual(['volume-85 cancelled', 'volume-ended queued']);
      expect(await use(5 * GB)).toEqual(['volume-85 cancelled', 'volume-ended queued']);
      const filter = { limit: 1, offset: 0, receivedOnly: false };
      const [ended] = (await world.ledger.messages.ofCustomer(customer, filter)).messages;
      expect(ended).toMatchObject({ username: 'v1', content: { params: { effect: 'stopped' } } });
    });

    it('are about all volumes of a line together, and come again with the next one', async () => {
      const { use } = await line('v2');
      await world.pay(await world.place('v2', 'x1', { kind: 'traffic', now: NOON + 1 }), NOON + 1);
      expect(await use(4.5 * GB, NOON + HOUR_MS)).toEqual([]);
      expect(await use(5 * GB, NOON + HOUR_MS)).toEqual([]);
      const extra = (await world.grants('v2', NOON + HOUR_MS)).find(({ kind }) => kind === 'extra')!;
      await world.consume('v2', extra.id, GB / 4);
      expect(await use(5 * GB, NOON + HOUR_MS)).toEqual(['volume-85 queued']);
      await world.pay(await world.place('v2', 'x1', { kind: 'traffic', now: NOON + DAY_MS }), NOON + DAY_MS);
      await world.consume('v2', extra.id, GB);
      expect(await use(5 * GB, NOON + DAY_MS)).toEqual(['volume-85 queued', 'volume-85 queued']);
    });

    it('do not come where the next service begins by itself', async () => {
      const { use } = await line('v3');
      await world.pay(await world.place('v3', 'm8'));
      expect(await use(5 * GB)).toEqual([]);
    });

    it('are taken from the marks once, by however many workers', async () => {
      const { customer, use } = await line('v4');
      await use(GB);
      const [grant] = await world.grants('v4', NOON);
      await world.consume('v4', grant!.id, 4.5 * GB);
      const looked = await Promise.all(Array.from({ length: 8 }, () => world.ledger.volumes.tell(NOON, 100)));
      expect(looked.reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(await kinds(customer)).toEqual(['volume-85 queued']);
    });
  });
}

onBothDatabases('volumes', suite);
