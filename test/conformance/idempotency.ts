import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  IdempotencyStore,
  KeyedRequest,
  KeyedRequestStore,
} from '../../engine/subscribers/idempotency-store.ts';

const NOW = Date.UTC(2026, 10, 21, 7, 30);
const DAY_MS = 86_400_000;

/** A database for the calls. */
export interface IdempotencyPlace {
  readonly ledger: KeyedRequestStore & { close(): Promise<void> };
  remove(): Promise<void>;
}

/** What holds for every store that remembers calls by their keys. */
export function idempotencySuite(name: string, open: () => Promise<IdempotencyPlace>): void {
  describe(`calls with keys: ${name}`, () => {
    let place: IdempotencyPlace;
    let store: IdempotencyStore;
    beforeAll(async () => {
      place = await open();
      store = place.ledger.idempotency;
    });
    afterAll(async () => {
      await place.ledger.close();
      await place.remove();
    });
    takesAndTells(() => store);
    outlivesDeath(() => store);
    forgets(() => store);
  });
}

const request = (key: string, changes: Partial<KeyedRequest> = {}): KeyedRequest => ({
  actor: 'staff',
  key,
  requestHash: 'a'.repeat(64),
  ...changes,
});

const ANSWER = { status: 201, contentType: 'application/json', body: '{"name":"سارا"}' };
const claim = (store: IdempotencyStore, asked: KeyedRequest, at = NOW) => store.claim(asked, at, at + 60_000);

function takesAndTells(store: () => IdempotencyStore): void {
  it('carries a call out once and tells its answer again', async () => {
    const asked = request('once');
    expect(await claim(store(), asked)).toEqual({ kind: 'begun', attempt: 1 });
    expect(await claim(store(), asked, NOW + 1_000)).toEqual({ kind: 'in-work', until: NOW + 60_000 });
    await store().finish(asked, 1, ANSWER);
    for (const at of [NOW + 2_000, NOW + DAY_MS]) {
      expect(await claim(store(), asked, at)).toEqual({ kind: 'answered', answer: ANSWER });
    }
  });

  it('keeps an answer without a body', async () => {
    const asked = request('empty');
    await claim(store(), asked);
    const answer = { status: 204, contentType: '', body: '' };
    await store().finish(asked, 1, answer);
    expect(await claim(store(), asked)).toEqual({ kind: 'answered', answer });
  });

  it('refuses the key to another request, in work, answered or dead, and gives it to another principal', async () => {
    const asked = request('mine');
    const other = request('mine', { requestHash: 'b'.repeat(64) });
    await claim(store(), asked);
    expect(await claim(store(), other)).toEqual({ kind: 'other-request' });
    expect(await claim(store(), other, NOW + DAY_MS)).toEqual({ kind: 'other-request' });
    await store().finish(asked, 1, ANSWER);
    expect(await claim(store(), other)).toEqual({ kind: 'other-request' });
    const theirs = request('mine', { actor: 'agent:7', requestHash: 'b'.repeat(64) });
    expect(await claim(store(), theirs)).toEqual({ kind: 'begun', attempt: 1 });
  });

  it('lets one of many begin', async () => {
    const asked = request('many');
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(store(), asked)));
    expect(claims.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'in-work')).toHaveLength(19);
  });
}

function outlivesDeath(store: () => IdempotencyStore): void {
  it('may be begun again by one when whoever began it did not come to its end in time', async () => {
    const asked = request('dead');
    await claim(store(), asked);
    expect(await claim(store(), asked, NOW + 59_999)).toMatchObject({ kind: 'in-work' });
    const again = await Promise.all([1, 2, 3].map(() => claim(store(), asked, NOW + 60_000)));
    expect(again.filter(({ kind }) => kind === 'begun')).toEqual([{ kind: 'begun', attempt: 2 }]);
  });

  it('does not listen to an attempt that was taken over', async () => {
    const asked = request('slow');
    await claim(store(), asked);
    await claim(store(), asked, NOW + 60_000);
    await store().finish(asked, 1, ANSWER);
    await store().release(asked, 1);
    expect(await claim(store(), asked, NOW + 61_000)).toMatchObject({ kind: 'in-work' });
    await store().finish(asked, 2, { ...ANSWER, body: 'second' });
    expect(await claim(store(), asked)).toMatchObject({ kind: 'answered', answer: { body: 'second' } });
  });

  it('may be begun again at once after a failure, by the same request', async () => {
    const asked = request('failed');
    await claim(store(), asked);
    await store().release(asked, 1);
    expect(await claim(store(), request('failed', { requestHash: 'c'.repeat(64) }))).toEqual({
      kind: 'other-request',
    });
    expect(await claim(store(), asked)).toEqual({ kind: 'begun', attempt: 2 });
    await store().finish(asked, 2, ANSWER);
    await store().release(asked, 2);
    expect(await claim(store(), asked)).toMatchObject({ kind: 'answered' });
  });
}

function forgets(store: () => IdempotencyStore): void {
  it('forgets old keys, the oldest first, and keeps young ones', async () => {
    for (const [index, key] of ['old-1', 'old-2', 'old-3'].entries()) {
      const asked = request(key);
      await claim(store(), asked, NOW - 10 * DAY_MS + index);
      await store().finish(asked, 1, ANSWER);
    }
    const young = request('young');
    await claim(store(), young, NOW - DAY_MS);
    await store().finish(young, 1, ANSWER);
    expect(await store().removeBefore(NOW - DAY_MS, 2)).toBe(2);
    expect(await claim(store(), request('old-3'))).toMatchObject({ kind: 'answered' });
    expect(await store().removeBefore(NOW - DAY_MS, 2)).toBe(1);
    expect(await store().removeBefore(NOW - DAY_MS, 2)).toBe(0);
    expect(await claim(store(), young)).toMatchObject({ kind: 'answered' });
    expect(await claim(store(), request('old-1'))).toEqual({ kind: 'begun', attempt: 1 });
  });
}
