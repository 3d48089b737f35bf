import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Leases } from '../../../engine/jobs/leases.ts';

const FIVE_SECONDS = 5_000;

/** Leases of all programs of a test, as the store would keep them, by a clock of its own. */
class SharedLeases {
  private readonly held = new Map<string, { owner: string; until: number }>();
  away = false;
  ended: string[] = [];

  of(owner: string) {
    return {
      lease: async (task: string) => {
        if (this.away) throw new Error('away');
        const held = this.held.get(task);
        if (held !== undefined && held.owner !== owner && held.until > performance.now()) return false;
        this.held.set(task, { owner, until: performance.now() + FIVE_SECONDS });
        return true;
      },
      endLease: async (task: string) => {
        if (this.held.get(task)?.owner === owner) this.held.delete(task);
        this.ended.push(`${owner} ${task}`);
      },
    };
  }
}

describe('Leases', () => {
  let shared: SharedLeases;
  let errors: unknown[];
  let taken: string[];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    shared = new SharedLeases();
    [errors, taken] = [[], []];
  });
  afterEach(() => void vi.useRealTimers());

  const leases = (owner: string, tasks = ['a', 'b']) =>
    new Leases({
      store: shared.of(owner),
      tasks,
      onTaken: (task) => taken.push(`${owner} ${task}`),
      onError: (error) => errors.push(error),
    });
  const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

  it('takes what is free at once, says so once, and prolongs it', async () => {
    const one = leases('one');
    await one.start();
    expect(one.holds('a') && one.holds('b')).toBe(true);
    expect(one.holds('c')).toBe(false);
    await pass(60_000);
    expect(one.holds('a')).toBe(true);
    expect(taken).toEqual(['one a', 'one b']);
    await one.stop();
  });

  it('leaves to another program what it holds, and follows it at once when it ends', async () => {
    const [one, two] = [leases('one'), leases('two')];
    await one.start();
    await two.start();
    await pass(10_000);
    expect(two.holds('a')).toBe(false);
    await one.stop();
    expect(one.holds('a')).toBe(false);
    expect(shared.ended).toEqual(['one a', 'one b']);
    await pass(1_000);
    expect(two.holds('a') && two.holds('b')).toBe(true);
    await two.stop();
  });

  it('follows a program that was killed within its five seconds and one round', async () => {
    const two = leases('two');
    await shared.of('killed').lease('a');
    await two.start();
    expect([two.holds('a'), two.holds('b')]).toEqual([false, true]);
    await pass(6_000);
    expect(two.holds('a')).toBe(true);
    await two.stop();
  });

  it('stops believing in a lease that it cannot prolong before the store stops, and takes it anew later', async () => {
    const one = leases('one', ['a']);
    await one.start();
    shared.away = true;
    await pass(4_000);
    expect(one.holds('a')).toBe(true);
    await pass(900);
    expect(one.holds('a')).toBe(false);
    expect(errors.length).toBeGreaterThan(0);
    shared.away = false;
    await pass(1_000);
    expect(one.holds('a')).toBe(true);
    expect(taken).toEqual(['one a', 'one a']);
    await one.stop();
  });
});
