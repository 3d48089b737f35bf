import { describe, expect, it } from 'vitest';
import { Random } from '../../../bench/fleet/random.ts';
import { boundOf, rateOf } from '../../../bench/overshoot/bound.ts';
import { measureOvershoot } from '../../../bench/overshoot/measure.ts';
import { readOvershootOptions } from '../../../bench/overshoot/options.ts';
import { playLine } from '../../../bench/overshoot/play-line.ts';
import { scenarioOf } from '../../../bench/overshoot/scenario.ts';
import { VARIANTS } from '../../../bench/overshoot/variant.ts';
import { ORDER_SECONDS } from '../../../engine/policy/soft-landing.ts';

const LINES = 300;

describe('the ends of 300 volumes', () => {
  const figures = measureOvershoot(LINES, 5);

  it.each(figures)('$variant: no line is beyond its bound, and none is cut early', (each) => {
    const { beyondBound, cutEarly, booksDiffer, unended } = each;
    expect({ beyondBound, cutEarly, booksDiffer, unended }).toEqual({
      beyondBound: 0,
      cutEarly: 0,
      booksDiffer: 0,
      unended: 0,
    });
    expect(each.classes.reduce((sum, { lines }) => sum + lines, 0)).toBe(LINES);
  });

  it('overshoot a hundred times less with soft landing than without, from 100 Mbit/s on', () => {
    const meanOf = (variant: string, megabits: number) =>
      figures.find((each) => each.variant === variant)!.classes.find((each) => each.megabits === megabits)!
        .meanPercent;
    for (const megabits of [100, 500, 1000]) {
      expect(meanOf('+ soft landing', megabits) * 100).toBeLessThan(meanOf('naive 300 s', megabits));
    }
  });

  it('are the same for the same seed, and others for another', () => {
    expect(measureOvershoot(12, 5)).toEqual(measureOvershoot(12, 5));
    expect(measureOvershoot(12, 5)).not.toEqual(measureOvershoot(12, 6));
  });
});

describe('reports that never come, though never two in a row', () => {
  /** The greatest overshoot beyond so many bounds, in seconds at full speed, of single sessions. */
  function worstSeconds(variant: (typeof VARIANTS)[number], bounds: number): number {
    const excess = Array.from({ length: 200 }, (_, number) => {
      const scenario = { ...scenarioOf(number, new Random('lost')), sessions: 1 as const, lost: 0.3 };
      const outcome = playLine(scenario, variant);
      return outcome.overshotOctets / rateOf(scenario.speed) - bounds * secondsOf(scenario, variant, outcome);
    });
    return Math.max(...excess);
  }

  const secondsOf = (...args: Parameters<typeof boundOf>) => boundOf(...args) / rateOf(args[0].speed);

  it('cost a session that lands an interval more at the floor, and the time that an order takes', () => {
    expect(worstSeconds(VARIANTS[3]!, 2)).toBeLessThan(ORDER_SECONDS);
  });

  it('cost one that does not land an interval more at full speed', () => {
    expect(worstSeconds(VARIANTS[1]!, 1)).toBeGreaterThan(60);
  });
});

describe('the judge', () => {
  it('finds a line beyond its bound: a naive end is far beyond that of a landing', () => {
    const [naive, , , soft] = VARIANTS;
    const beyond = Array.from({ length: 60 }, (_, number) => {
      const scenario = scenarioOf(number, new Random('judge'));
      const outcome = playLine(scenario, naive!);
      return outcome.overshotOctets > boundOf(scenario, soft!, outcome);
    });
    expect(beyond.filter(Boolean).length).toBeGreaterThan(30);
  });
});

describe('options', () => {
  it('have defaults, and are refused in words', () => {
    expect(readOvershootOptions(['--overshoot'])).toEqual({
      lines: 10_000,
      seed: 1,
      engineLines: 100,
      engineScript: undefined,
    });
    expect(() => readOvershootOptions(['--overshoot', '--lines', '0'])).toThrow('--lines must be from 1');
    expect(() => readOvershootOptions(['--overshoot', '--hours', '1'])).toThrow('--hours');
  });
});
