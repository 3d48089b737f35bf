import { describe, expect, it } from 'vitest';
import { Random } from '../../../bench/fleet/random.ts';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uint32());

describe('Random', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    expect(draw(new Random('7'), 50)).toEqual(draw(new Random('7'), 50));
    expect(draw(new Random('7'), 50)).not.toEqual(draw(new Random('8'), 50));
  });

  it('makes forks that depend on the label and not on how much was drawn before', () => {
    const fresh = new Random('7').fork('nas');
    const used = new Random('7');
    draw(used, 10);
    expect(draw(used.fork('nas'), 20)).toEqual(draw(fresh, 20));
    expect(draw(new Random('7').fork('nat'), 20)).not.toEqual(draw(new Random('7').fork('nas'), 20));
  });

  it('is even: the mean of units, the share of chances, the ends of integers', () => {
    const random = new Random('even');
    const units = Array.from({ length: 20_000 }, () => random.unit());
    expect(units.reduce((sum, unit) => sum + unit, 0) / units.length).toBeCloseTo(0.5, 1.5);
    const hits = Array.from({ length: 20_000 }, () => random.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits / 20_000 - 0.2)).toBeLessThan(0.015);
    const dice = new Set(Array.from({ length: 1000 }, () => random.integer(1, 6)));
    expect([...dice].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('has its median where a log-normal is asked for', () => {
    const random = new Random('median');
    const values = Array.from({ length: 10_001 }, () => random.logNormal(9000, 1.2)).sort((a, b) => a - b);
    expect(Math.abs(values[5000]! / 9000 - 1)).toBeLessThan(0.06);
  });
});
