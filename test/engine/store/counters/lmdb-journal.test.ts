import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../../engine/pipeline/journal.ts';
import { LmdbJournal } from '../../../../engine/store/counters/lmdb-journal.ts';
import { sampleEvent } from '../../../conformance/line-samples.ts';
import { loginEntry, sessionEntry } from './journal-samples.ts';

const FILLER = fileURLToPath(new URL('./journal-filler.ts', import.meta.url));

describe('LmdbJournal', () => {
  let folder: string;
  let journal: LmdbJournal;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mizan-journal-'));
    journal = new LmdbJournal(folder);
  });
  afterEach(async () => {
    await journal.close();
    rmSync(folder, { recursive: true });
  });

  const again = async () => {
    await journal.close();
    journal = new LmdbJournal(folder);
  };
  const put = (partition: number, ...entries: JournalEntry[]) =>
    journal.append(entries.map((entry) => ({ partition, entry })));
  const positions = async (partition: number, limit = 99) =>
    (await journal.read(partition, limit)).map(({ position }) => position);

  it('gives back every kind of entry as it was, also to the next process', async () => {
    const start = sessionEntry({ kind: 'start', seconds: 0 }, 'ali', [
      Buffer.from([0, 255, 128]),
      Buffer.from('theirs'),
    ]);
    const entries: JournalEntry[] = [
      start,
      sessionEntry({ kind: 'stop', seconds: 9, input: 2 ** 52 - 1, output: 0 }),
      loginEntry(),
      {
        about: 'learned',
        nas: 'bras',
        learned: { messageAuthenticatorSince: undefined, gigawordsSince: 5, boot: 3, bootedAt: 7 },
        at: 7,
      },
      { about: 'events', events: [sampleEvent(1), sampleEvent(2)] },
    ];
    expect(await put(0, ...entries)).toBe(5);
    await again();
    expect((await journal.read(0, 99)).map(({ entry }) => entry)).toEqual(entries);
    // Reading anew must not have written over what was read before.
    const [first] = await journal.read(0, 1);
    await journal.read(0, 99);
    expect(first?.entry).toEqual(start);
  });

  it('keeps partitions apart, each in its order, and forgets from the beginning', async () => {
    const entry = sessionEntry({ seconds: 1 });
    await journal.append([2, 0, 2, 0, 2].map((partition) => ({ partition, entry })));
    expect(await journal.partitions()).toEqual([0, 2]);
    expect([await positions(0), await positions(2)]).toEqual([
      [2, 4],
      [1, 3, 5],
    ]);
    expect(await positions(2, 2)).toEqual([1, 3]);
    await journal.remove(2, 3);
    expect([await positions(0), await positions(2), journal.size]).toEqual([[2, 4], [5], 3]);
    await journal.remove(0, 4);
    await journal.remove(2, 5);
    expect([await journal.partitions(), journal.size, journal.last]).toEqual([[], 0, 5]);
  });

  it('goes on after its newest position when it is opened again', async () => {
    await put(1, sessionEntry({ seconds: 1 }), sessionEntry({ seconds: 2 }));
    await put(0, sessionEntry({ seconds: 3 }));
    await journal.remove(0, 3);
    await again();
    expect([journal.size, journal.last]).toEqual([2, 2]);
    expect(await put(0, sessionEntry({ seconds: 4 }))).toBe(3);
    expect([await positions(0), await positions(1)]).toEqual([[3], [1, 2]]);
  });

  it('forgets more than one transaction takes', async () => {
    await put(0, ...Array.from({ length: 1_203 }, (_, seconds) => sessionEntry({ seconds })));
    await journal.remove(0, 1_201);
    expect([await positions(0), journal.size]).toEqual([[1_202, 1_203], 2]);
  });

  it('has every entry of a process that was killed after the append had resolved', async () => {
    await journal.close();
    const child = spawn(process.execPath, [FILLER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (data: Buffer) => {
      printed += data.toString();
      if (printed.split('\n').length > 200) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const promised = Number(printed.trim().split('\n').at(-1));
    journal = new LmdbJournal(folder);
    expect(promised).toBeGreaterThan(500);
    expect(journal.last).toBeGreaterThanOrEqual(promised);
    expect(journal.size).toBe(journal.last);
    expect((await positions(0, 1e6)).length * 2).toBe((await positions(1, 1e6)).length);
  });

  it('refuses entries of another layout instead of misreading them', async () => {
    await put(0, sessionEntry({ seconds: 1 }));
    const root = open({ path: folder, maxDbs: 2 });
    const entries = root.openDB({ name: 'entries' });
    const packed = entries.get([0, 1]) as unknown[];
    await entries.put([0, 1], [99, ...packed.slice(1)]);
    await expect(journal.read(0, 1)).rejects.toThrow('layout 99');
    await root.close();
  });
});
