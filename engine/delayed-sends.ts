import { PIPELINE_LIMITS } from './pipeline/limits.ts';

/** Answers that leave after a while, holding nothing up meanwhile. */
export class DelayedSends {
  private readonly timers = new Set<NodeJS.Timeout>();

  /** Sends later; false when too many are waiting already. */
  add(send: () => void, delayMs: number): boolean {
    if (this.timers.size >= PIPELINE_LIMITS.delayedRejects) return false;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      send();
    }, delayMs);
    this.timers.add(timer);
    return true;
  }

  /** Nothing that waits is sent any more. */
  cancel(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}
