import { setTimeout as sleep } from 'node:timers/promises';
import type { CounterStore, VersionedLine } from '../pipeline/counter-store.ts';
import type { LineTwin } from '../pipeline/line-twin.ts';
import { monotonicMs } from '../runtime/clock.ts';
import { HOUR_MS, MINUTE_MS } from '../values/instant.ts';

/** What the copy is kept with. */
export interface TwinParts {
  readonly twin: LineTwin;
  readonly counters: Pick<CounterStore, 'usernames' | 'load'>;
  /** Lines in memory, as they are stored. */
  readonly memory: {
    entries(): Iterable<[string, VersionedLine]>;
    forgotten(): Iterable<string>;
    get(username: string): VersionedLine | undefined;
  };
  /** False while the store is away: then there is nothing to copy. */
  readonly mayRead: () => boolean;
  readonly onError: (error: unknown) => void;
}

const COPY_EVERY_MS = MINUTE_MS;
const SWEEP_EVERY_MS = HOUR_MS;

/** Packets wait for no longer than this. */
const SLICE_MS = 2;
const LOOK_AT_CLOCK_EVERY = 32;

/** Together a thousand lines a second. */
const LOADS_AT_ONCE = 20;
const LOAD_PAUSE_MS = 20;
const PAGE = 500;

/**
 * Keeps the local copy: every minute the lines in memory that have changed, and those that others have changed; every
 * hour, slowly, all lines that are not in memory.
 */
export class TwinKeeper {
  private readonly parts: TwinParts;
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private nextSweepAt = 0;
  private stopped = false;

  constructor(parts: TwinParts) {
    this.parts = parts;
  }

  start(): void {
    this.timer = setInterval(() => this.work(), COPY_EVERY_MS);
  }

  /** Begins nothing more and resolves when nothing is in work. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.working;
  }

  /** Copies every line in memory whose copy is of another version. */
  async copyMemory(): Promise<void> {
    const { twin, memory } = this.parts;
    let sliceEnd = monotonicMs() + SLICE_MS;
    let looked = 0;
    let written: Promise<void> = Promise.resolve();
    for (const [username, line] of memory.entries()) {
      if (!twin.isOf(username, line.version)) {
        written = twin.put(username, line);
        // Awaited a slice later; a failure must not be nobody's until then.
        written.catch(() => {});
      }
      if (++looked % LOOK_AT_CLOCK_EVERY !== 0 || monotonicMs() < sliceEnd) continue;
      await written;
      await sleep(1);
      if (this.stopped) return;
      sliceEnd = monotonicMs() + SLICE_MS;
    }
    await written;
  }

  /** Copies the lines that this process has never seen, and looks again at all others that it has not in memory. */
  async sweep(): Promise<void> {
    const { twin, counters, memory } = this.parts;
    let found: string[] = [];
    for await (const username of counters.usernames()) {
      if (!twin.has(username)) found.push(username);
      if (found.length < LOADS_AT_ONCE) continue;
      if (!(await this.refresh(found))) return;
      found = [];
    }
    if (!(await this.refresh(found))) return;
    for (let after = ''; ; ) {
      const page = twin.usernames(after, PAGE);
      const last = page.at(-1);
      if (last === undefined) return;
      if (!(await this.refresh(page.filter((username) => memory.get(username) === undefined)))) return;
      after = last;
    }
  }

  private work(): void {
    if (this.working !== undefined || this.stopped || !this.parts.mayRead()) return;
    this.working = this.copyAll()
      .catch(this.parts.onError)
      .finally(() => {
        this.working = undefined;
      });
  }

  private async copyAll(): Promise<void> {
    await this.copyMemory();
    if (!(await this.refresh([...this.parts.memory.forgotten()]))) return;
    if (monotonicMs() < this.nextSweepAt) return;
    await this.sweep();
    this.nextSweepAt = monotonicMs() + SWEEP_EVERY_MS;
  }

  /** Copies lines as they are stored, slowly; false when there is no going on. */
  private async refresh(usernames: readonly string[]): Promise<boolean> {
    const { twin, counters } = this.parts;
    for (let from = 0; from < usernames.length; from += LOADS_AT_ONCE) {
      if (this.stopped || !this.parts.mayRead()) return false;
      await Promise.all(
        usernames.slice(from, from + LOADS_AT_ONCE).map(async (username) => {
          const line = await counters.load(username);
          if (line.state === undefined || !twin.isOf(username, line.version)) await twin.put(username, line);
        }),
      );
      await sleep(LOAD_PAUSE_MS);
    }
    return !this.stopped;
  }
}
