import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { outage, plannedKills, type Stricken } from '../../../bench/fleet/disturbance.ts';
import { readOptions } from '../../../bench/fleet/options.ts';

it('plans the same kills for the same seed, in the order of time and within the run', () => {
  const plan = (seed: number) => {
    const options = readOptions(
      ['--seed', String(seed), '--kills', '30', '--servers', '--kill-stores', '9', '--hours', '2'],
      0,
    );
    const kills = plannedKills(options, {} as Stricken);
    const seconds = Array.from({ length: 7_200 }, (_, second) => options.start + 1 + second);
    return kills.map(({ isDue }) => seconds.find((second) => isDue(second)) ?? Number.NaN);
  };
  expect(plan(1)).toHaveLength(39);
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
  expect(plan(1)).toEqual([...plan(1)].sort((one, other) => one - other));
});

it('gives a store back only after the real time that was asked for', async () => {
  const played: string[] = [];
  const play = (word: string) => async () => {
    played.push(word);
  };
  const [begin, end] = outage(100, 40, play('away'), play('back')) as [
    ReturnType<typeof outage>[0],
    ReturnType<typeof outage>[0],
  ];
  expect([begin.isDue(99), begin.isDue(100), end.isDue(1e9)]).toEqual([false, true, false]);
  await begin.run();
  expect(end.isDue(1e9)).toBe(false);
  await sleep(50);
  expect(end.isDue(0)).toBe(true);
  await end.run();
  expect(played).toEqual(['away', 'back']);
});
