import type { Instant } from '../values/instant.ts';

/** Where the program's time comes from; everything below the shell gets instants as arguments. */
export interface Clock {
  now(): Instant;
}

/** Milliseconds of a clock that only runs forward, for measuring how long something took; its zero means nothing. */
export function monotonicMs(): number {
  return performance.now();
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * A clock that stands still until it is moved, for tests and simulations of whole months. Its instant lives in shared
 * memory, so that all threads of the process see a move at once.
 */
export class TestClock implements Clock {
  readonly shared: SharedArrayBuffer;
  private readonly cell: BigInt64Array;

  /** @param start instant to begin with, or the shared memory of another thread's clock. */
  constructor(start: Instant | SharedArrayBuffer) {
    this.shared = typeof start === 'number' ? new SharedArrayBuffer(8) : start;
    this.cell = new BigInt64Array(this.shared);
    if (typeof start === 'number') Atomics.store(this.cell, 0, BigInt(Math.trunc(start)));
  }

  now(): Instant {
    return Number(Atomics.load(this.cell, 0));
  }

  /** Moves the clock forward; time never runs backwards, an earlier instant is ignored. */
  moveTo(instant: Instant): void {
    const wanted = BigInt(Math.trunc(instant));
    let current = Atomics.load(this.cell, 0);
    while (wanted > current) {
      const found = Atomics.compareExchange(this.cell, 0, current, wanted);
      if (found === current) return;
      current = found;
    }
  }
}
