import { expect, test } from 'vitest';
import { designAims, median } from '../../../bench/packets/ratios.ts';

const figure = (packetsPerSecond: number, cpuMicros: number) => ({
  packetsPerSecond,
  sustainedPerSecond: packetsPerSecond / 2,
  cpuMicrosTotal: cpuMicros,
  cpuMicrosSettled: cpuMicros,
});
const codec = { decodeMicros: [1, 8], replyMicros: [1, 5] } as const;

test('the median of an even number of figures is between the middle two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([8, 1, 5, 4])).toBe(4.5);
  expect(median([])).toBeNaN();
});

test('a rate must be at least, a cost at most, so many times the other', () => {
  const interim = {
    'mizan-redis': figure(90_000, 15),
    'mizan-lmdb': figure(80_000, 30),
    'freeradius-sql': figure(10_000, 160),
  };
  const aims = designAims({ pap: {}, interim }, codec);
  expect(aims.accountingRateRedisOverFreeradiusSql).toEqual({ ratio: 9, aim: '>= 8', met: true });
  expect(aims.accountingSustainedRedisOverFreeradiusSql?.ratio).toBe(9);
  expect(aims.accountingRateLmdbOverRedis).toEqual({ ratio: 0.889, aim: '>= 1', met: false });
  expect(aims.accountingCpuRedisOverFreeradiusSql).toEqual({ ratio: 0.0938, aim: '<= 0.125', met: true });
  expect(aims.accountingCpuLmdbOverFreeradiusSql?.met).toBe(false);
  expect(aims.codecDecode?.met).toBe(true);
  expect(aims.codecReply).toEqual({ ratio: 5, aim: '>= 6', met: false });
});

test('a peer that was not there leaves an aim open', () => {
  const { papRateLmdbOverUsersFile } = designAims({ pap: {}, interim: {} }, codec);
  expect(papRateLmdbOverUsersFile).toEqual({ ratio: null, aim: '>= 1.2', met: null });
});
