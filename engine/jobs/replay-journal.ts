import type { Journal, JournalEntry } from '../pipeline/journal.ts';
import type { OutageLines } from '../pipeline/outage-lines.ts';
import { StoreAway } from '../values/store-away.ts';

/** What the replay works with. */
export interface ReplayParts {
  readonly journal: Journal;
  readonly lines: Pick<
    OutageLines,
    'waiting' | 'awayPartitions' | 'partitionIsAway' | 'partitionIsBack' | 'release' | 'releaseAll'
  >;
  /** Resolves when the partition of the store answers. */
  readonly probe: (partition: number) => Promise<unknown>;
  /** Counts an entry in the store; resolves when durable. */
  readonly replay: (entry: JournalEntry) => Promise<void>;
  /** Told that all partitions answer and nothing waits any more. */
  readonly onSettled: () => void;
  /** Told of entries that failed although the store answers; they stay in the journal and are tried again. */
  readonly onError: (error: unknown) => void;
}

interface Failure {
  readonly entry: JournalEntry;
  readonly error: unknown;
}

const LOOK_EVERY_MS = 250;
const PAGE = 300;

/** After a failure that is not the store's being away: it will not be over in a moment. */
const PAUSE_LOOKS = 20;

/**
 * Brings what was journalled into the store as soon as its partition answers, in order and page by page, each page
 * removed when it is durable. Also what an earlier process left behind.
 */
export class JournalReplay {
  private readonly parts: ReplayParts;
  private readonly again = new Map<number, JournalEntry[]>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isSettled = true;
  private pausedLooks = 0;
  private stopped = false;

  constructor(parts: ReplayParts) {
    this.parts = parts;
  }

  /** Nothing waits and the store is there. */
  get settled(): boolean {
    return this.isSettled;
  }

  /** Looks now, and then again and again; resolves when the first look is over. */
  async start(): Promise<void> {
    if (this.parts.journal.size > 0 || this.parts.lines.awayPartitions.size > 0) this.isSettled = false;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.look();
    await this.looking;
  }

  /** Something was journalled or the store could not be reached. */
  unsettle(): void {
    this.isSettled = false;
  }

  /** Counts entries once more that the partition had and lost; they come before those of the journal. */
  repeat(partition: number, entries: readonly JournalEntry[]): void {
    this.isSettled = false;
    const waiting = this.again.get(partition) ?? [];
    this.again.set(partition, [...waiting, ...entries]);
  }

  /** Begins no page any more; resolves when the one in work is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
  }

  private look(): void {
    if (this.isSettled || this.looking !== undefined || this.stopped) return;
    if (this.pausedLooks > 0) {
      this.pausedLooks--;
      return;
    }
    this.looking = this.run()
      .catch((error: unknown) => {
        this.pausedLooks = PAUSE_LOOKS;
        this.parts.onError(error);
      })
      .finally(() => {
        this.looking = undefined;
      });
  }

  private async run(): Promise<void> {
    const { journal, lines } = this.parts;
    const partitions = new Set([
      ...lines.awayPartitions,
      ...this.again.keys(),
      ...(await journal.partitions()),
    ]);
    const ends = await Promise.allSettled([...partitions].map((partition) => this.runPartition(partition)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const isIdle = journal.size === 0 && lines.waiting === 0 && this.again.size === 0;
    if (this.stopped || !isIdle || lines.awayPartitions.size > 0) return;
    this.isSettled = true;
    this.parts.onSettled();
  }

  private async runPartition(partition: number): Promise<void> {
    const { journal, lines, probe } = this.parts;
    try {
      if (lines.awayPartitions.has(partition)) await probe(partition);
      // Those of its lines that have entries in the journal stay with them; nothing is added to the others' entries.
      lines.partitionIsBack(partition);
      const end = journal.last;
      await this.repeatLost(partition);
      for (;;) {
        if (this.stopped) return;
        const page = await journal.read(partition, PAGE);
        const last = page.at(-1);
        if (last === undefined) break;
        const failures = await this.replayAll(page.map(({ entry }) => entry));
        // Behind all others, so that an entry that cannot be counted does not keep them back.
        if (failures.length > 0) await journal.append(failures.map(({ entry }) => ({ partition, entry })));
        await journal.remove(partition, last.position);
        lines.release(page);
        // What came meanwhile would keep the last lines here for as long as packets come faster than they are counted.
        if (last.position >= end) lines.releaseAll(partition);
        if (failures[0] !== undefined) throw failures[0].error;
      }
      lines.releaseAll(partition);
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
      lines.partitionIsAway(partition);
    }
  }

  private async repeatLost(partition: number): Promise<void> {
    const entries = this.again.get(partition) ?? [];
    while (entries.length > 0 && !this.stopped) {
      const failures = await this.replayAll(entries.slice(0, PAGE));
      entries.splice(0, PAGE);
      entries.push(...failures.map(({ entry }) => entry));
      if (failures[0] !== undefined) throw failures[0].error;
    }
    if (entries.length === 0) this.again.delete(partition);
  }

  /**
   * Resolves to the entries that could not be counted although the store is there. All are waited for also when the
   * store is away, which it rejects with, so that no attempt overlaps with the next one.
   */
  private async replayAll(entries: readonly JournalEntry[]): Promise<readonly Failure[]> {
    const results = await Promise.allSettled(entries.map((entry) => this.parts.replay(entry)));
    const failures: Failure[] = [];
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') continue;
      if (result.reason instanceof StoreAway) throw result.reason;
      failures.push({ entry: entries[index]!, error: result.reason });
    }
    return failures;
  }
}
