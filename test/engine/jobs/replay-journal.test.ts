import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JournalReplay } from '../../../engine/jobs/replay-journal.ts';
import type { JournalEntry, JournalledEntry } from '../../../engine/pipeline/journal.ts';
import { LmdbJournal } from '../../../engine/store/counters/lmdb-journal.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';
import { sessionEntry } from '../store/counters/journal-samples.ts';

let folder: string;
let journal: LmdbJournal;
let replay: JournalReplay;
let away: Set<number>;
let done: string[];
let released: number[];
let releasedAll: number[];
let settled: number;
let errors: unknown[];
let count: (name: string) => Promise<void>;
let probe: (partition: number) => Promise<void>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  folder = mkdtempSync(join(tmpdir(), 'mizan-replay-'));
  journal = new LmdbJournal(folder);
  [away, done, released, releasedAll, settled, errors] = [new Set(), [], [], [], 0, []];
  count = async () => {};
  probe = async () => {};
  replay = new JournalReplay({
    journal,
    lines: {
      waiting: 0,
      awayPartitions: away,
      partitionIsAway: (partition) => void away.add(partition),
      partitionIsBack: (partition) => void away.delete(partition),
      release: (entries: readonly JournalledEntry[]) =>
        released.push(...entries.map(({ position }) => position)),
      releaseAll: (partition) => releasedAll.push(partition),
    },
    probe: (partition) => probe(partition),
    replay: async (entry: JournalEntry) => {
      const name = entry.about === 'session' ? entry.record.username : entry.about;
      await count(name);
      done.push(name);
    },
    onSettled: () => settled++,
    onError: (error) => errors.push(error),
  });
});
afterEach(async () => {
  await replay.stop();
  await journal.close();
  rmSync(folder, { recursive: true });
  vi.useRealTimers();
});

const put = (partition: number, ...names: string[]) =>
  journal.append(names.map((name) => ({ partition, entry: sessionEntry({ seconds: 1 }, name) })));
const looks = async (number = 1) => {
  for (let look = 0; look < number; look++) {
    vi.advanceTimersByTime(250);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('JournalReplay', () => {
  it('counts everything in order when it starts, and settles once', async () => {
    await put(0, 'a', 'b', 'c');
    await replay.start();
    expect(done).toEqual(['a', 'b', 'c']);
    expect([journal.size, released, settled, replay.settled]).toEqual([0, [1, 2, 3], 1, true]);
    await looks(5);
    expect(settled).toBe(1);
  });

  it('does nothing, and says nothing, when there is nothing', async () => {
    await replay.start();
    await looks(3);
    expect([settled, replay.settled]).toEqual([0, true]);
  });

  it('waits for a partition that is away, and not with the others', async () => {
    await put(0, 'a');
    await put(1, 'b');
    away.add(0);
    probe = async () => {
      throw new StoreAway('still');
    };
    await replay.start();
    expect([done, [...away], replay.settled]).toEqual([['b'], [0], false]);
    await looks(4);
    expect([done, errors]).toEqual([['b'], []]);
    probe = async () => {};
    await looks();
    expect([done, [...away], settled]).toEqual([['b', 'a'], [], 1]);
  });

  it('begins a page again that was cut off, and removes nothing before all of it is stored', async () => {
    await put(0, 'a', 'b', 'c');
    count = async (name) => {
      if (name === 'b') throw new StoreAway('gone in the middle');
    };
    await replay.start();
    expect([done, journal.size, released, [...away]]).toEqual([['a', 'c'], 3, [], [0]]);
    count = async () => {};
    await looks();
    expect([done, journal.size, settled]).toEqual([['a', 'c', 'a', 'b', 'c'], 0, 1]);
  });

  it('pauses after an error of another kind, keeps the entries and tries again', async () => {
    await put(0, 'a');
    count = async () => {
      throw new Error('a fault of ours');
    };
    await replay.start();
    await looks(10);
    expect([errors.length, journal.size]).toEqual([1, 1]);
    count = async () => {};
    await looks(15);
    expect([errors.length, journal.size, done]).toEqual([1, 0, ['a']]);
  });

  it('does not keep others back behind an entry that cannot be counted, and never drops it', async () => {
    await put(0, 'a', 'bad', 'b');
    let isBad = true;
    count = async (name) => {
      if (name === 'bad' && isBad) throw new Error('a fault of ours');
    };
    await replay.start();
    expect([done, journal.size, released, releasedAll]).toEqual([['a', 'b'], 1, [1, 2, 3], [0]]);
    await put(0, 'c');
    await looks(25);
    expect([done, journal.size, errors.length, replay.settled]).toEqual([['a', 'b', 'c'], 1, 2, false]);
    isBad = false;
    await looks(25);
    expect([done, journal.size, settled]).toEqual([['a', 'b', 'c', 'bad'], 0, 1]);
  });

  it('counts what was lost before what was journalled, and also when all was done', async () => {
    await put(0, 'journalled');
    replay.repeat(0, [sessionEntry({ seconds: 1 }, 'lost')]);
    await replay.start();
    expect(done).toEqual(['lost', 'journalled']);
    replay.repeat(0, [sessionEntry({ seconds: 1 }, 'again')]);
    expect(replay.settled).toBe(false);
    await looks();
    expect([done.at(-1), replay.settled, settled]).toEqual(['again', true, 2]);
  });

  it('lets lines go at the end that there was when it began, also when entries come faster than it counts', async () => {
    await put(0, 'a');
    let more = 0;
    count = async () => {
      if (more++ < 5) await put(0, `more${more}`);
    };
    await replay.start();
    // First after the entry that was the last one, and not only when there are no more.
    expect(releasedAll.length).toBeGreaterThan(1);
    expect([done.length, journal.size, settled]).toEqual([6, 0, 1]);
  });

  it('takes pages of some hundreds', async () => {
    await put(0, ...Array.from({ length: 700 }, (_, number) => `u${number}`));
    let together = 0;
    let most = 0;
    count = async () => {
      most = Math.max(most, ++together);
      await new Promise((resolve) => setImmediate(resolve));
      together--;
    };
    await replay.start();
    expect(done).toHaveLength(700);
    expect(most).toBe(300);
  });

  it('ends with the page in work when it is stopped', async () => {
    await put(0, ...Array.from({ length: 700 }, (_, number) => `u${number}`));
    count = async () => {
      await new Promise((resolve) => setImmediate(resolve));
    };
    const started = replay.start();
    await new Promise((resolve) => setImmediate(resolve));
    await replay.stop();
    await started;
    expect([done.length, journal.size, settled]).toEqual([300, 400, 0]);
  });
});
