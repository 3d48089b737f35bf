import { describe, expect, it } from 'vitest';
import { AccessLog } from '../../../engine/pipeline/access-log.ts';
import type { AccessEvent } from '../../../engine/pipeline/engine-event.ts';
import { PIPELINE_LIMITS } from '../../../engine/pipeline/limits.ts';
import { type BegunRequest, ReplyCache } from '../../../engine/pipeline/reply-cache.ts';

const FIRST = Buffer.alloc(16, 1);
const SECOND = Buffer.alloc(16, 2);
const REPLY = Buffer.from('reply');

/** Begins a request that the cache takes for new. */
function beginNew(cache: ReplyCache, ...request: Parameters<ReplyCache['begin']>): BegunRequest {
  const seen = cache.begin(...request);
  if (seen === 'in-progress' || Buffer.isBuffer(seen)) throw new Error('it was known');
  return seen;
}

describe('the reply cache', () => {
  it('gives a copy the very same octets, and knows one that is being worked on', () => {
    const cache = new ReplyCache();
    const begun = beginNew(cache, 'a:1', 7, 4, FIRST, 0);
    expect(cache.begin('a:1', 7, 4, FIRST, 1)).toBe('in-progress');
    begun.answer(REPLY);
    expect(cache.begin('a:1', 7, 4, FIRST, 2)).toBe(REPLY);
  });

  it.each([
    { name: 'another source', source: 'a:2', id: 7, code: 4, authenticator: FIRST, now: 1 },
    { name: 'another identifier', source: 'a:1', id: 8, code: 4, authenticator: FIRST, now: 1 },
    { name: 'another code', source: 'a:1', id: 7, code: 1, authenticator: FIRST, now: 1 },
    { name: 'another authenticator', source: 'a:1', id: 7, code: 4, authenticator: SECOND, now: 1 },
    {
      name: 'long ago',
      source: 'a:1',
      id: 7,
      code: 4,
      authenticator: FIRST,
      now: PIPELINE_LIMITS.replyCacheMs,
    },
  ])('takes for new: $name', ({ source, id, code, authenticator, now }) => {
    const cache = new ReplyCache();
    beginNew(cache, 'a:1', 7, 4, FIRST, 0).answer(REPLY);
    beginNew(cache, source, id, code, authenticator, now);
  });

  it('keeps no answer of a request whose place was taken, and tries a forgotten one again', () => {
    const cache = new ReplyCache();
    const first = beginNew(cache, 'a:1', 7, 4, FIRST, 0);
    const second = beginNew(cache, 'a:1', 7, 4, SECOND, 1);
    first.answer(REPLY);
    first.forget();
    expect(cache.begin('a:1', 7, 4, SECOND, 2)).toBe('in-progress');
    second.forget();
    beginNew(cache, 'a:1', 7, 4, SECOND, 3);
  });

  it('does not depend on the octets of the datagram staying as they were', () => {
    const cache = new ReplyCache();
    const view = Buffer.from(FIRST);
    cache.begin('a:1', 7, 4, view, 0);
    view.fill(9);
    expect(cache.begin('a:1', 7, 4, FIRST, 1)).toBe('in-progress');
  });

  it('forgets quiet sources and keeps busy ones', () => {
    const cache = new ReplyCache();
    cache.begin('quiet', 1, 4, FIRST, 0);
    cache.begin('busy', 1, 4, FIRST, 0);
    cache.begin('busy', 2, 4, FIRST, 10_000);
    cache.prune(PIPELINE_LIMITS.replyCacheMs);
    expect(cache.begin('busy', 2, 4, FIRST, 10_001)).toBe('in-progress');
    beginNew(cache, 'quiet', 1, 4, FIRST, 1);
  });
});

describe('the log of rejects', () => {
  const reject = (username: string): AccessEvent => ({
    type: 'access',
    at: 5,
    username,
    nas: 'bras',
    callingStationId: '',
    outcome: 'reject',
    reason: 'wrong-password',
    count: 1,
  });

  it('folds repeats into one row with a count, and starts anew after it was taken', () => {
    const log = new AccessLog();
    for (const name of ['ali', 'sara', 'ali', 'ali']) log.add(reject(name));
    expect(log.take().map(({ username, count }) => [username, count])).toEqual([
      ['ali', 3],
      ['sara', 1],
    ]);
    expect(log.take()).toEqual([]);
  });

  it('is bounded in a flood of names', () => {
    const log = new AccessLog();
    for (let name = 0; name < PIPELINE_LIMITS.accessEventsPerSecond + 50; name++) log.add(reject(`${name}`));
    log.add(reject('0'));
    const rows = log.take();
    expect(rows).toHaveLength(PIPELINE_LIMITS.accessEventsPerSecond);
    expect(rows[0]?.count).toBe(2);
  });
});
