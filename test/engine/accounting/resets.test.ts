import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { play, type Report, recordOf } from './samples.ts';

const step = fc.record({ input: fc.integer({ min: 1, max: 1e6 }), output: fc.integer({ min: 1, max: 1e8 }) });
const segment = fc.array(step, { minLength: 1, maxLength: 4 });

interface Run {
  readonly reports: readonly Report[];
  readonly truth: number;
  /** At every reset at least one counter is seen to fall. */
  readonly isVisible: boolean;
}

/** Reports of a session whose counters begin anew with each segment, and what truly flowed. */
function runOf(segments: readonly (readonly { input: number; output: number }[])[]): Run {
  const reports: Report[] = [];
  let truth = 0;
  let isVisible = true;
  for (const steps of segments) {
    const before = reports.at(-1);
    let input = 0;
    let output = 0;
    for (const [index, grown] of steps.entries()) {
      input += grown.input;
      output += grown.output;
      const falls = input < (before?.input ?? 0) || output < (before?.output ?? 0);
      if (index === 0 && before !== undefined && !falls) isVisible = false;
      reports.push({ seconds: (reports.length + 1) * 300, input, output });
    }
    truth += input + output;
  }
  return { reports, truth, isVisible };
}

const shuffled = (reports: readonly Report[]) =>
  fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length });

describe('a session whose counters began anew any number of times', () => {
  const runs = fc.array(segment, { minLength: 1, maxLength: 5 }).map(runOf);
  const disordered = runs.chain((run) => fc.tuple(fc.constant(run), shuffled(run.reports)));

  it('is never counted above the truth, in whatever order and however often its records come', () => {
    fc.assert(
      fc.property(disordered, ([run, sent]) => {
        const { total, rated } = play(sent.map((report) => recordOf(report)));
        expect(total).toBeLessThanOrEqual(run.truth);
        expect(rated).toBe(total);
      }),
      { numRuns: 3000 },
    );
  });

  it('is counted to the octet in order, copies allowed, when at each reset one counter is seen to fall', () => {
    fc.assert(
      fc.property(runs, fc.array(fc.nat(), { maxLength: 20 }), (run, copies) => {
        fc.pre(run.isVisible);
        const sent: Report[] = [];
        run.reports.forEach((report, index) => {
          sent.push(report);
          for (const copy of copies) if (copy % run.reports.length === index) sent.push(report);
        });
        expect(play(sent.map((report) => recordOf(report))).total).toBe(run.truth);
      }),
    );
  });
});
