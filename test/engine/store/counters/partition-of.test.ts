import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../../engine/store/counters/partition-of.ts';

describe('the partition of a line', () => {
  it.each([
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('of %j follows from the published FNV-1a', (username, hash) => {
    expect(partitionOf(username, 65_536)).toBe((hash >>> 16) ^ (hash & 0xffff));
  });

  it('is what it was in every version, or stored lines are not found', () => {
    const names = ['user100000', 'user100001', '09121234567', 'a@b', 'علی', 'é'];
    expect(names.map((name) => partitionOf(name, 16))).toEqual([2, 1, 1, 1, 2, 12]);
    expect(names.map((name) => partitionOf(name, 1))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([2, 3, 16, 64])('spreads names that differ little over %d evenly', (partitions) => {
    const lines = 20_000;
    const counts = new Array<number>(partitions).fill(0);
    for (let n = 0; n < lines; n++) counts[partitionOf(`user${100_000 + n}`, partitions)]!++;
    const share = lines / partitions;
    expect(Math.min(...counts)).toBeGreaterThan(share * 0.8);
    expect(Math.max(...counts)).toBeLessThan(share * 1.2);
  });
});
