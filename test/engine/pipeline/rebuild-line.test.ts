import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rebuildLine } from '../../../engine/pipeline/rebuild-line.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import { T0 } from '../accounting/samples.ts';
import { figuresOf, LINE, PLANS, run, streams } from './line-stream.ts';
import { contextOf } from './samples.ts';
import { sunkLine } from './sunk-line.ts';

/** What a NAS is told. A session that is to end ends for the reason that was known first. */
const orderOf = ({ kind, sessionKey, service }: Effect) =>
  JSON.stringify([kind, sessionKey, kind === 'disconnect' ? '' : service]);

describe.each(Object.entries(PLANS))('a line that was lost and rebuilt, plan: %s', (_, plan) => {
  const cut = fc.tuple(streams, fc.nat(), fc.nat());

  it('is what it was, and goes on to the same figures without an order that would not have been given', () => {
    fc.assert(
      fc.property(cut, ([steps, somewhere]) => {
        const at = somewhere % (steps.length + 1);
        const whole = run(LINE, steps, plan);
        const before = run(LINE, steps.slice(0, at), plan);
        const now = steps[at - 1]?.at ?? T0;
        const rebuilt = rebuildLine(sunkLine(LINE, before.events), contextOf(now, plan)).state;
        expect(figuresOf(rebuilt)).toEqual(figuresOf(before.state));
        const after = run(rebuilt, steps.slice(at), plan, whole.answered.slice(at));
        expect(figuresOf(after.state)).toEqual(figuresOf(whole.state));
        const given = new Set(whole.effects.map(orderOf));
        expect(after.effects.map(orderOf).filter((order) => !given.has(order))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('is told twice of what was sunk, in any order, and is the same', () => {
    fc.assert(
      fc.property(cut, ([steps, somewhere, other]) => {
        const { events } = run(LINE, steps, plan);
        const [first, second] = [somewhere % (events.length + 1), other % (events.length + 1)];
        const logged = sunkLine(LINE, events);
        const again = sunkLine(LINE, [...events.slice(0, first), ...events.slice(0, second), ...events]);
        const now = steps.at(-1)?.at ?? T0;
        const rebuilt = (line: typeof logged) => figuresOf(rebuildLine(line, contextOf(now, plan)).state);
        expect(rebuilt(again)).toEqual(rebuilt(logged));
      }),
      { numRuns: 100 },
    );
  });
});
