import { describe, expect, it } from 'vitest';
import type { RoutedEntry } from '../../../engine/pipeline/journal.ts';
import { JournalWriter } from '../../../engine/pipeline/journal-writer.ts';
import { PIPELINE_LIMITS } from '../../../engine/pipeline/limits.ts';
import { sampleEvent } from '../../conformance/line-samples.ts';

const entryOf = (at: number) => ({ about: 'events', events: [sampleEvent(at)] }) as const;
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('JournalWriter', () => {
  it('writes what comes together at once and what comes meanwhile next, and tells each its position', async () => {
    const batches: (readonly RoutedEntry[])[] = [];
    const ends: (() => void)[] = [];
    let last = 10;
    const writer = new JournalWriter({
      append: (entries) => {
        batches.push(entries);
        last += entries.length;
        const position = last;
        return new Promise((resolve) => ends.push(() => resolve(position)));
      },
    });
    const first = [writer.add(0, entryOf(1)), writer.add(3, entryOf(2))];
    await turns(5);
    const second = writer.add(0, entryOf(3));
    await turns(5);
    expect(batches.map((batch) => batch.map(({ partition }) => partition))).toEqual([[0, 3]]);
    expect(writer.waiting).toBe(3);
    ends[0]?.();
    expect(await Promise.all(first)).toEqual([11, 12]);
    await turns(5);
    ends[1]?.();
    expect(await second).toBe(13);
    expect([batches.length, writer.waiting]).toEqual([2, 0]);
  });

  it('tells those whose entries could not be written, and goes on', async () => {
    let isFull = true;
    const writer = new JournalWriter({
      append: async (entries) => {
        if (isFull) throw new Error('disk full');
        return entries.length;
      },
    });
    await expect(writer.add(0, entryOf(1))).rejects.toThrow('disk full');
    isFull = false;
    expect(await writer.add(0, entryOf(2))).toBe(1);
  });

  it('writes no more at once than a commit takes', async () => {
    const sizes: number[] = [];
    let last = 0;
    const writer = new JournalWriter({
      append: async (entries) => {
        sizes.push(entries.length);
        last += entries.length;
        return last;
      },
    });
    const many = Array.from({ length: PIPELINE_LIMITS.commitLines + 7 }, (_, at) =>
      writer.add(0, entryOf(at)),
    );
    expect((await Promise.all(many)).at(-1)).toBe(last);
    expect(sizes).toEqual([PIPELINE_LIMITS.commitLines, 7]);
  });
});
