import { expect, it } from 'vitest';
import { queueMessages } from '../../engine/store/ledger/messages.ts';
import { HOUR_MS } from '../../engine/values/instant.ts';
import { draftOf, NOW } from '../engine/messaging/sample.ts';
import { finishAll, type GetWorld, outcomeOf, takeAll } from './message-world.ts';

/** What is stored, once, and as it was given. */
export function queueingTests(world: GetWorld): void {
  it('gives back what was queued, to the letter', async () => {
    const { store } = world();
    const draft = draftOf('letter', { customer: 1, senderName: 'میزان "\\', sendAt: NOW + HOUR_MS });
    expect(await store.queue([draft], NOW)).toEqual(new Set(['letter']));
    const page = await store.ofCustomer(1, { limit: 10, offset: 0, receivedOnly: false });
    expect(page.total).toBe(1);
    expect(page.messages).toEqual([
      {
        ...draft,
        id: expect.any(Number),
        state: 'queued',
        provider: '',
        providerId: '',
        cost: undefined,
        attempts: 0,
        reason: '',
        queuedAt: NOW,
        sentAt: undefined,
        endedAt: undefined,
      },
    ]);
    expect(await store.cancel(['letter'], NOW)).toBe(1);
  });

  it('stores a key once, also within one call and after the message is through (X07)', async () => {
    const { store } = world();
    const drafts = [draftOf('once'), draftOf('twice'), draftOf('once')];
    expect(await store.queue(drafts, NOW)).toEqual(new Set(['once', 'twice']));
    expect(await store.queue([draftOf('once'), draftOf('thrice')], NOW)).toEqual(new Set(['thrice']));
    const taken = await takeAll(store);
    expect(taken).toHaveLength(3);
    await store.done(
      taken.map((message) => outcomeOf(message, 'delivered')),
      NOW,
    );
    expect(await store.queue(drafts, NOW)).toEqual(new Set());
    expect(await takeAll(store)).toEqual([]);
  });

  it('stores a key once however many ask at a time, in whatever order', async () => {
    const { store } = world();
    const keys = Array.from({ length: 30 }, (_, index) => `race-${index}`);
    const orders = [keys, keys.toReversed(), keys, keys.toReversed()];
    const added = await Promise.all(
      orders.map((order) =>
        store.queue(
          order.map((key) => draftOf(key)),
          NOW,
        ),
      ),
    );
    expect(added.reduce((sum, { size }) => sum + size, 0)).toBe(30);
    await finishAll(store);
  });
  withWhatItTells(world);
}

function withWhatItTells(world: GetWorld): void {
  it('keeps a message with the transaction that it tells of, or neither', async () => {
    const { db, store } = world();
    const failing = db.transaction().execute(async (tx) => {
      expect(await queueMessages(tx, [draftOf('rolled-back')], NOW)).toEqual(new Set(['rolled-back']));
      throw new Error('no money');
    });
    await expect(failing).rejects.toThrow('no money');
    expect(await takeAll(store)).toEqual([]);
    await db.transaction().execute((tx) => queueMessages(tx, [draftOf('rolled-back')], NOW));
    expect(await finishAll(store)).toBe(1);
  });

  it('holds texts and names that no database can', async () => {
    const { store } = world();
    const content = { kind: 'purchase-applied', params: { item: 'a\u0000b', until: null } } as const;
    await store.queue([draftOf('odd\u0000', { customer: 2, content, text: 'a\u0000b\ud800' })], NOW);
    const [message] = (await store.ofCustomer(2, { limit: 1, offset: 0, receivedOnly: false })).messages;
    expect(message).toMatchObject({ text: 'a\ufffdb\ufffd', content: { params: { item: 'a\ufffdb' } } });
    await finishAll(store);
  });

  it('begins its numbers where no earlier ledger came to', async () => {
    const { store } = world();
    await store.queue([draftOf('number')], NOW);
    const [taken] = await takeAll(store);
    expect(taken!.id).toBeGreaterThan(Date.parse('2025-01-01'));
    await store.done([outcomeOf(taken!, 'delivered')], NOW);
  });

  leavesOut(world);
}

function leavesOut(world: GetWorld): void {
  it('leaves out what goes to a number that is none, and stores what comes with it', async () => {
    const { store } = world();
    const none = [
      '',
      '+1',
      '09121234567',
      '+0912123456',
      '+9891212345678901',
      '+98 9121234567',
      '+989121234567\n',
    ];
    const numbers = [...none, '+1234567', '+989121234567890'];
    const drafts = numbers.map((mobile, index) => draftOf(`number-${index}`, { mobile }));
    expect(await store.queue(drafts, NOW)).toEqual(new Set(['number-7', 'number-8']));
    expect(await store.cancel(['number-7', 'number-8'], NOW)).toBe(2);
  });
}
