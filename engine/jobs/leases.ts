import type { CounterStore } from '../pipeline/counter-store.ts';
import { monotonicMs } from '../runtime/clock.ts';
import { SECOND_MS } from '../values/instant.ts';

/** What the leases are kept with. */
export interface LeaseParts {
  readonly store: Pick<CounterStore, 'lease' | 'endLease'>;
  readonly tasks: readonly string[];
  /** Told of each task that this program has begun to hold. */
  readonly onTaken: (task: string) => void;
  /** Told of a store that failed; a task that cannot be prolonged is lost in time. */
  readonly onError: (error: unknown) => void;
}

const RENEW_EVERY_MS = SECOND_MS;

/** Half a second less than the store's five, so that a holder never believes in it for longer than the store does. */
const HELD_MS = 4.5 * SECOND_MS;

/** Tries to hold tasks that one program at a time shall do, and knows which of them it holds. */
export class Leases {
  private readonly parts: LeaseParts;
  private readonly heldUntil = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private stopped = false;

  constructor(parts: LeaseParts) {
    this.parts = parts;
  }

  /** Asks for all tasks now, and then every second; resolves when it is known which of them are held. */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.renew(), RENEW_EVERY_MS);
    await this.renew();
  }

  holds(task: string): boolean {
    const until = this.heldUntil.get(task);
    return until !== undefined && monotonicMs() < until;
  }

  /** Gives everything back, so that others need not wait for it to run out. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.round;
    const held = [...this.heldUntil.keys()];
    this.heldUntil.clear();
    await Promise.all(held.map((task) => this.parts.store.endLease(task).catch(this.parts.onError)));
  }

  private renew(): Promise<void> {
    this.round ??= Promise.all(this.parts.tasks.map((task) => this.renewTask(task))).then(() => {
      this.round = undefined;
    });
    return this.round;
  }

  private async renewTask(task: string): Promise<void> {
    const askedAt = monotonicMs();
    try {
      const isOurs = await this.parts.store.lease(task);
      const wasOurs = this.holds(task);
      if (isOurs) this.heldUntil.set(task, askedAt + HELD_MS);
      else this.heldUntil.delete(task);
      if (isOurs && !wasOurs && !this.stopped) this.parts.onTaken(task);
    } catch (error) {
      this.parts.onError(error);
    }
  }
}
