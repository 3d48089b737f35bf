import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '../../../engine/pipeline/turns.ts';

it('keeps the order of one name past failures, holds up no other, and remembers nothing afterwards', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = (name: string, ms: number) => async () => {
    await sleep(ms);
    done.push(name);
    if (name === 'a1') throw new Error('failed');
  };
  const first = turns.run('a', work('a1', 20));
  const second = turns.run('a', work('a2', 0));
  const other = turns.run('b', work('b1', 1));
  expect([turns.has('a'), turns.has('b'), turns.has('c')]).toEqual([true, true, false]);
  await expect(first).rejects.toThrow('failed');
  await Promise.all([second, other]);
  expect(done).toEqual(['b1', 'a1', 'a2']);
  expect([turns.has('a'), turns.has('b')]).toEqual([false, false]);
});
