import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { wakeDueLines } from '../../../engine/jobs/wake-lines.ts';
import type { LineEngine } from '../../../engine/pipeline/line-engine.ts';

const context = { now: 1_000, plans: () => undefined, bootOf: () => 0 };

/** A store in which so many lines are due, and an engine that takes a while for each page of them. */
function busyStore(lines: number, pageMs: number) {
  const due = Array.from({ length: lines }, (_, index) => `u${index}`);
  const pages: number[] = [];
  let woken: string[] = [];
  const counters = {
    dueLines: async (_now: number, limit: number) => {
      pages.push(Math.min(limit, due.length));
      return due.slice(0, limit);
    },
  };
  const run = async (username: string) => {
    await sleep(pageMs);
    woken.push(username);
    due.splice(due.indexOf(username), 1);
  };
  const take = () => {
    const taken = woken;
    woken = [];
    return taken;
  };
  return { counters, engine: { run } as unknown as LineEngine, pages, take, due };
}

describe('wakeDueLines', () => {
  it('looks at each due line once, page by page, and rests for as long as each page took', async () => {
    const { counters, engine, pages, take } = busyStore(350, 30);
    const startedAt = performance.now();
    expect(await wakeDueLines(counters, engine, context)).toBe(350);
    expect(performance.now() - startedAt).toBeGreaterThan(4 * 30 + 3 * 29);
    expect(pages).toEqual([100, 100, 100, 50]);
    expect(new Set(take()).size).toBe(350);
  });

  it('does not go on for ever: what is left is found the next time', async () => {
    const { counters, engine, due } = busyStore(4_500, 0);
    expect(await wakeDueLines(counters, engine, context)).toBe(4_000);
    expect(due).toHaveLength(500);
    expect(await wakeDueLines(counters, engine, context)).toBe(500);
    expect(await wakeDueLines(counters, engine, context)).toBe(0);
  });

  it('goes no further than the page at which it is stopped', async () => {
    const { counters, engine, due } = busyStore(1_000, 0);
    let pages = 0;
    expect(await wakeDueLines(counters, engine, context, () => pages++ < 2)).toBe(200);
    expect(due).toHaveLength(800);
  });

  it('tells of a line that could not be stored, once all of its page were tried', async () => {
    const { counters } = busyStore(3, 0);
    const tried: string[] = [];
    const engine = {
      run: async (username: string) => {
        tried.push(username);
        if (username === 'u0') throw new Error('disk full');
      },
    } as unknown as LineEngine;
    await expect(wakeDueLines(counters, engine, context)).rejects.toThrow('disk full');
    expect(tried).toEqual(['u0', 'u1', 'u2']);
  });
});
