import { expect, it } from 'vitest';
import { createTermKeeper } from '../../../engine/jobs/keep-terms.ts';
import type { DueTerms } from '../../../engine/subscribers/terms-ledger.ts';

const NOW = 5_000_000;

function keeper(due: Partial<DueTerms>, mayRun = true) {
  const asked: string[] = [];
  const page = (name: string, lines: number) => async (now: number) => {
    expect(now).toBe(NOW);
    asked.push(name);
    return lines;
  };
  const ledger = {
    dueTerms: async () => {
      asked.push('due');
      return { reserves: false, grants: false, plans: false, ...due };
    },
    beginReserves: page('reserves', 1),
    bringGrants: page('grants', 20),
    lookAtPlans: page('plans', 300),
  };
  const parts = { ledger, mayRun: async () => mayRun, now: () => NOW, log: { warn: () => undefined } };
  return { asked, keeper: createTermKeeper(parts) };
}

it('does what is due, one page of each', async () => {
  const all = keeper({ reserves: true, grants: true, plans: true });
  expect(await all.keeper.runOnce()).toBe(321);
  expect(all.asked).toEqual(['due', 'reserves', 'grants', 'plans']);
  const one = keeper({ grants: true });
  expect(await one.keeper.runOnce()).toBe(20);
  expect(one.asked).toEqual(['due', 'grants']);
});

it('leaves it to the program that holds the task', async () => {
  const other = keeper({ reserves: true }, false);
  expect(await other.keeper.runOnce()).toBe(0);
  expect(other.asked).toEqual([]);
});

it('repeats it until it is stopped', async () => {
  const { asked, keeper: repeated } = keeper({});
  repeated.start(1);
  await expect.poll(() => asked.length).toBeGreaterThan(2);
  await repeated.stop();
  const { length } = asked;
  await new Promise((done) => setTimeout(done, 20));
  expect(asked).toHaveLength(length);
});
