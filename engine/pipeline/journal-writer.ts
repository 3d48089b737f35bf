import { gather } from './gather.ts';
import type { Journal, JournalEntry, RoutedEntry } from './journal.ts';
import { PIPELINE_LIMITS } from './limits.ts';

interface Waiting extends RoutedEntry {
  readonly done: (position: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Gathers entries so that one fsync covers many packets, as the engine does for commits. */
export class JournalWriter {
  private readonly journal: Pick<Journal, 'append'>;
  private queue: Waiting[] = [];
  private writing = 0;
  private scheduled = false;

  constructor(journal: Pick<Journal, 'append'>) {
    this.journal = journal;
  }

  /** Entries that are not yet on disk. */
  get waiting(): number {
    return this.queue.length + this.writing;
  }

  /** Resolves to the entry's position when it is on disk. */
  add(partition: number, entry: JournalEntry): Promise<number> {
    return new Promise((done, failed) => {
      this.queue.push({ partition, entry, done, failed });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.writing > 0) return;
    this.scheduled = true;
    gather(
      () => this.queue.length,
      () => {
        this.scheduled = false;
        void this.flush();
      },
    );
  }

  private async flush(): Promise<void> {
    const batch = this.queue.splice(0, PIPELINE_LIMITS.commitLines);
    this.writing = batch.length;
    try {
      const last = await this.journal.append(batch);
      let position = last - batch.length;
      for (const waiting of batch) waiting.done(++position);
    } catch (error) {
      for (const waiting of batch) waiting.failed(error);
    }
    this.writing = 0;
    if (this.queue.length > 0) this.schedule();
  }
}
