import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelMessages, KyselyMessages } from '../../engine/store/ledger/messages.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { addCustomers, draftOf, NOW } from '../engine/messaging/sample.ts';
import { queueingTests } from './message-queueing.ts';
import { type GetWorld, LEASE, type MessagePlace, outcomeOf, takeAll, type World } from './message-world.ts';

/** What every store of messages promises. Each test leaves nothing that is due at `NOW`. */
export function messageStoreSuite(name: string, makePlace: () => Promise<MessagePlace>): void {
  describe(`messages on ${name}`, () => {
    let place: MessagePlace;
    let world: World;
    beforeAll(async () => {
      place = await makePlace();
      await addCustomers(place.db, 9);
      world = { db: place.db, store: new KyselyMessages(place.db) };
    }, 60_000);
    afterAll(() => place.remove());
    queueingTests(() => world);
    taking(() => world);
    cancelling(() => world);
    deliveries(() => world);
    listing(() => world);
  });
}

function taking(world: GetWorld): void {
  it('gives each message to one worker, whoever asks at the same time', async () => {
    const { store } = world();
    await store.queue(
      Array.from({ length: 60 }, (_, index) => draftOf(`shared-${index}`)),
      NOW,
    );
    const shares = await Promise.all(Array.from({ length: 6 }, () => store.take(15, 'sandbox', NOW, LEASE)));
    const ids = shares.flat().map(({ id }) => id);
    expect(ids).toHaveLength(new Set(ids).size);
    const rest = await takeAll(store);
    expect(ids.length + rest.length).toBe(60);
    await store.done(
      [...shares.flat(), ...rest].map((message) => outcomeOf(message, 'delivered')),
      NOW,
    );
  });

  it('gives nothing before its time, and then the oldest first', async () => {
    const { store } = world();
    await store.queue([draftOf('later', { sendAt: NOW + 2 }), draftOf('sooner', { sendAt: NOW + 1 })], NOW);
    expect(await takeAll(store)).toEqual([]);
    const first = await store.take(1, 'sandbox', NOW + 2, LEASE);
    const second = await store.take(1, 'sandbox', NOW + 2, LEASE);
    expect([...first, ...second].map(({ sendAt }) => sendAt - NOW)).toEqual([1, 2]);
    await store.done(
      [...first, ...second].map((message) => outcomeOf(message, 'delivered')),
      NOW,
    );
  });

  it('gives a message again when its worker died, and says that it may be sent', async () => {
    const { store } = world();
    await store.queue([draftOf('orphan')], NOW);
    const [first] = await takeAll(store);
    expect(first).toMatchObject({ uncertainSince: undefined, cancelWanted: false, provider: 'sandbox' });
    expect(await store.take(9, 'sandbox', NOW + LEASE * SECOND_MS - 1, LEASE)).toEqual([]);
    const [second] = await store.take(9, 'sandbox', NOW + LEASE * SECOND_MS, LEASE);
    expect(second).toMatchObject({ id: first!.id, uncertainSince: NOW });
    expect(second!.attempt).toBeGreaterThan(first!.attempt);
    // The dead worker was only slow: what it says now does not count.
    expect(await store.done([outcomeOf(first!, 'failed')], NOW)).toBe(0);
    expect(await store.done([outcomeOf(second!, 'delivered')], NOW)).toBe(1);
    expect(await store.done([outcomeOf(second!, 'failed')], NOW)).toBe(0);
  });

  it('leaves what may have been sent by one provider to that one, until it is too late for it', async () => {
    const { store } = world();
    await store.queue([draftOf('pinned', { notAfter: NOW + HOUR_MS })], NOW);
    const [first] = await takeAll(store);
    const again = { ...outcomeOf(first!, 'queued'), nextAt: NOW, uncertainSince: NOW };
    await store.done([again], NOW);
    expect(await store.take(9, 'other', NOW + MINUTE_MS, LEASE)).toEqual([]);
    const [late] = await store.take(9, 'other', NOW + HOUR_MS, LEASE);
    expect(late).toMatchObject({ id: first!.id, provider: 'sandbox', uncertainSince: NOW });
    await store.done([outcomeOf(late!, 'failed')], NOW);
  });

  it('lets another provider have what was certainly not sent', async () => {
    const { store } = world();
    await store.queue([draftOf('moved')], NOW);
    const [first] = await takeAll(store);
    await store.done([{ ...outcomeOf(first!, 'queued'), nextAt: NOW + 1, reason: '418 no credit' }], NOW);
    expect(await takeAll(store)).toEqual([]);
    const [second] = await store.take(9, 'other', NOW + 1, LEASE);
    expect(second).toMatchObject({ provider: 'other', uncertainSince: undefined });
    await store.done([outcomeOf(second!, 'delivered')], NOW);
  });
}

function cancelling(world: GetWorld): void {
  it('cancels what is not sent yet, in the transaction of who knows (X07)', async () => {
    const { db, store } = world();
    await store.queue([draftOf('day-2'), draftOf('day-0')], NOW);
    expect(await db.transaction().execute((tx) => cancelMessages(tx, ['day-0', 'nobody'], NOW))).toBe(1);
    expect(await store.cancel(['day-0'], NOW)).toBe(0);
    const taken = await takeAll(store);
    expect(taken).toHaveLength(1);
    await store.done(
      taken.map((message) => outcomeOf(message, 'delivered')),
      NOW,
    );
    expect(await store.queue([draftOf('day-0')], NOW)).toEqual(new Set());
    expect(await store.cancel(['day-2'], NOW)).toBe(0);
  });

  it('notes the wish for what may be on its way, and leaves the truth to the worker', async () => {
    const { store } = world();
    await store.queue([draftOf('moving')], NOW);
    const [first] = await takeAll(store);
    expect(await store.cancel(['moving'], NOW)).toBe(0);
    await store.done([{ ...outcomeOf(first!, 'queued'), nextAt: NOW, uncertainSince: NOW }], NOW);
    expect(await store.cancel(['moving'], NOW)).toBe(0);
    const [second] = await takeAll(store);
    expect(second).toMatchObject({ id: first!.id, cancelWanted: true });
    await store.done([outcomeOf(second!, 'sent')], NOW);
  });
}

function deliveries(world: GetWorld): void {
  it('asks about what was sent, each worker about its own, until the end is known', async () => {
    const { store } = world();
    await store.queue(
      ['a', 'b', 'c'].map((key) => draftOf(`sent-${key}`, { customer: 3 })),
      NOW,
    );
    const taken = await takeAll(store);
    await store.done(
      taken.map((message) => ({ ...outcomeOf(message, 'sent'), nextAt: NOW + 1 })),
      NOW,
    );
    expect(await store.takeSent(9, 'sandbox', NOW, LEASE)).toEqual([]);
    expect(await store.takeSent(9, 'other', NOW + 1, LEASE)).toEqual([]);
    const [one, two] = await Promise.all([1, 2].map(() => store.takeSent(2, 'sandbox', NOW + 1, LEASE)));
    const rest = await store.takeSent(9, 'sandbox', NOW + 1, LEASE);
    const asked = [...one!, ...two!, ...rest].sort((left, right) => left.id - right.id);
    expect(asked.map(({ id }) => id)).toEqual(taken.map(({ id }) => id).sort((left, right) => left - right));
    expect(asked[0]).toEqual({ id: asked[0]!.id, providerId: `p-${asked[0]!.id}`, sentAt: NOW });
    await store.noteDeliveries(
      [
        { id: asked[0]!.id, state: 'delivered', nextAt: undefined },
        { id: asked[1]!.id, state: 'blocked', nextAt: undefined },
        { id: asked[2]!.id, state: 'sent', nextAt: undefined },
      ],
      NOW + 5,
    );
    const { messages } = await store.ofCustomer(3, { limit: 9, offset: 0, receivedOnly: false });
    const ends = messages.map(({ state, sentAt, endedAt }) => ({ state, sentAt, endedAt }));
    expect(ends.sort((left, right) => left.state.localeCompare(right.state))).toEqual([
      { state: 'blocked', sentAt: NOW, endedAt: NOW + 5 },
      { state: 'delivered', sentAt: NOW, endedAt: NOW + 5 },
      { state: 'sent', sentAt: NOW, endedAt: undefined },
    ]);
    expect(await store.takeSent(9, 'sandbox', NOW + 100 * HOUR_MS, LEASE)).toEqual([]);
    await store.noteDeliveries([{ id: asked[0]!.id, state: 'failed', nextAt: undefined }], NOW);
    const page = await store.ofCustomer(3, { limit: 9, offset: 0, receivedOnly: true });
    expect(page.messages.map(({ state }) => state).sort()).toEqual(['delivered', 'sent']);
  });
}

function listing(world: GetWorld): void {
  it("lists a customer's messages in pages, newest first (P61)", async () => {
    const { db, store } = world();
    const drafts = Array.from({ length: 12 }, (_, index) =>
      draftOf(`page-${index}`, { customer: 4, sendAt: NOW - index * MINUTE_MS }),
    );
    await store.queue(drafts, NOW);
    const page = (offset: number) => store.ofCustomer(4, { limit: 10, offset, receivedOnly: false });
    const pages = [await page(0), await page(10), await page(20)];
    expect(pages.map(({ total }) => total)).toEqual([12, 12, 12]);
    expect(pages.map(({ messages }) => messages.length)).toEqual([10, 2, 0]);
    const listed = pages.flatMap(({ messages }) => messages.map(({ dedupeKey }) => dedupeKey));
    expect(listed).toEqual(drafts.map(({ dedupeKey }) => dedupeKey));
    expect(await store.ofCustomer(5, { limit: 10, offset: 0, receivedOnly: false })).toEqual({
      total: 0,
      messages: [],
    });
    const taken = await takeAll(store);
    const costly = taken.map((message) => ({ ...outcomeOf(message, 'delivered'), cost: rial(1_200) }));
    expect(await store.done(costly, NOW)).toBe(12);
    expect((await page(0)).messages[0]).toMatchObject({
      cost: 1_200,
      state: 'delivered',
      provider: 'sandbox',
    });
    const { rows } =
      await sql`SELECT 1 FROM message WHERE next_at IS NOT NULL AND ended_at IS NOT NULL`.execute(db);
    expect(rows).toEqual([]);
  });
}
