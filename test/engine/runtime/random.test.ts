import { describe, expect, it } from 'vitest';
import { randomOctets } from '../../../engine/runtime/random.ts';

describe('random octets', () => {
  it('come in every length asked for', () => {
    for (const length of [0, 1, 2, 8, 16, 1_024, 1_025, 9_000]) {
      expect(randomOctets(length)).toHaveLength(length);
    }
  });

  it('are handed out once: no two draws share memory or repeat, over many refills', () => {
    const draws = Array.from({ length: 5_000 }, () => randomOctets(8));
    const texts = draws.map((draw) => draw.toString('hex'));
    randomOctets(8).fill(0);
    expect(draws.map((draw) => draw.toString('hex'))).toEqual(texts);
    expect(new Set(texts).size).toBe(draws.length);
  });
});
