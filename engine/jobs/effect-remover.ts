import type { LogPartition } from '../pipeline/counter-store.ts';
import { gather } from '../pipeline/gather.ts';

interface Waiting {
  readonly position: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Takes effects that are done with out of their log, many at once. Where the counters are embedded each removal is a
 * transaction with an fsync on the packet thread: one by one, the orders of a hundred thousand take-overs (a BRAS that
 * has rebooted) kept it from logins for most of the time.
 */
export class EffectRemover {
  private readonly log: Pick<LogPartition, 'removeEffects'>;
  private waiting: Waiting[] = [];
  private scheduled = false;
  private removing = false;

  constructor(log: Pick<LogPartition, 'removeEffects'>) {
    this.log = log;
  }

  /** Resolves when the effect is out of the log; rejects when the log could not be changed. */
  remove(position: number): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ position, done, failed });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.removing) return;
    this.scheduled = true;
    gather(
      () => this.waiting.length,
      () => {
        this.scheduled = false;
        void this.flush();
      },
    );
  }

  private async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    this.removing = true;
    try {
      await this.log.removeEffects(batch.map(({ position }) => position));
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
    this.removing = false;
    if (this.waiting.length > 0) this.schedule();
  }
}
