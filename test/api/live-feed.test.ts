import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createLiveFeed, type LiveFeedOptions } from '../../api/live-feed.ts';
import { readEvents } from './sse.ts';

type Numbers = Readonly<Record<string, number>>;

/** A feed of named numbers, ticking every 5 ms, that shows them plainly or doubled. */
function feedOf(read: () => Promise<Numbers>, changes: Partial<LiveFeedOptions<Numbers>> = {}) {
  return createLiveFeed<Numbers>({
    everyMs: 5,
    heartbeatTicks: 1_000,
    maxClients: 10,
    read,
    channels: {
      plain: (numbers) => new Map(Object.entries(numbers)),
      double: (numbers) => new Map(Object.entries(numbers).map(([id, value]) => [id, value * 2])),
    },
    ...changes,
  });
}

describe('a live feed', () => {
  it('sends everything first, then only what differs, and null for what has gone', async () => {
    const readings: Numbers[] = [
      { a: 1, b: 1 },
      { a: 1, b: 1 },
      { a: 2, b: 1 },
      { b: 1, c: 3 },
    ];
    const feed = feedOf(async () => readings.shift() ?? { b: 1, c: 3 });
    expect(await readEvents(feed.open('plain')!, 3)).toEqual([{ a: 1, b: 1 }, { a: 2 }, { c: 3, a: null }]);
  });

  it('gives a client that comes later the whole picture, in its own channel', async () => {
    let reading: Numbers = { a: 1, b: 1 };
    const feed = feedOf(async () => reading);
    const early = feed.open('plain')!;
    await sleep(20);
    reading = { a: 5, b: 1 };
    expect(await readEvents(feed.open('double')!, 1)).toEqual([{ a: 10, b: 2 }]);
    expect(await readEvents(early, 2)).toEqual([{ a: 1, b: 1 }, { a: 5 }]);
  });

  it('reads once per tick for all, and not at all when nobody listens', async () => {
    const read = vi.fn(async () => ({ a: read.mock.calls.length }));
    const feed = feedOf(read, { everyMs: 20 });
    await sleep(50);
    expect(read).not.toHaveBeenCalled();
    await Promise.all(Array.from({ length: 5 }, () => readEvents(feed.open('plain')!, 3)));
    const reads = read.mock.calls.length;
    expect(reads).toBeLessThan(8);
    await sleep(60);
    expect(read).toHaveBeenCalledTimes(reads);
  });

  it('takes so many clients and no more, until one leaves', async () => {
    const feed = feedOf(async () => ({ a: 1 }), { maxClients: 2 });
    const first = feed.open('plain')!;
    feed.open('plain');
    expect(feed.open('plain')).toBeUndefined();
    await first.body!.cancel();
    expect(feed.open('plain')).toBeDefined();
  });

  it('drops a client that does not read', async () => {
    let count = 0;
    const feed = feedOf(async () => ({ a: count++ }), { maxClients: 1, everyMs: 1 });
    const stalled = feed.open('plain')!;
    await vi.waitFor(() => expect(feed.open('plain')).toBeDefined());
    const text = await stalled.text();
    expect(text.split('event: patch').length - 1).toBeLessThan(20);
  });

  it('breathes when nothing changes', async () => {
    const feed = feedOf(async () => ({ a: 1 }), { heartbeatTicks: 2 });
    const reader = feed.open('plain')!.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (text.split(': still here').length < 3) text += (await reader.read()).value;
    await reader.cancel();
    expect(text.match(/event: patch/g)).toHaveLength(1);
  });

  it('lets its clients go when the source cannot be read', async () => {
    const read = vi.fn(async (): Promise<Numbers> => ({ a: 1 })).mockRejectedValueOnce(new Error('gone'));
    const feed = feedOf(read);
    expect(await feed.open('plain')!.text()).toBe('retry: 2000\n\n');
    expect(await readEvents(feed.open('plain')!, 1)).toEqual([{ a: 1 }]);
  });
});
