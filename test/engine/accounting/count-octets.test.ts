import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { permutations, play, type Report, recordOf } from './samples.ts';

const MB = 2 ** 20;
const GB = 2 ** 30;
const WRAP = 2 ** 32;

const by32Bits = (report: Report) =>
  recordOf(
    { ...report, input: (report.input ?? 0) % WRAP, output: (report.output ?? 0) % WRAP },
    { gigawordsKnown: false },
  );

/** Cumulative reports from growth per 300 s. */
function growing(steps: readonly { input: number; output: number }[], from = 0): Report[] {
  let input = 0;
  let output = 0;
  return steps.map((step, index) => {
    input += step.input;
    output += step.output;
    return { seconds: from + (index + 1) * 300, input, output };
  });
}

const totalOf = ({ input = 0, output = 0 }: Report) => input + output;
const lastTotal = (reports: readonly Report[]) => totalOf(reports[reports.length - 1]!);

describe('32-bit counters of a NAS without gigawords', () => {
  // 80 Mbit/s down and 20 up for 300 s: at most 0.7 of a wrap between two reports.
  const step = fc.record({ input: fc.nat({ max: 700 * MB }), output: fc.nat({ max: 2900 * MB }) });
  const steps = fc.array(step, { minLength: 1, maxLength: 30 });

  it('are counted to the octet over any number of wraps when reports come in order, copies allowed', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat()), (grown, copies) => {
        const reports = growing(grown);
        const sent: Report[] = [];
        reports.forEach((report, index) => {
          sent.push(report);
          for (const copy of copies)
            if (copy % reports.length === index) sent.push(reports[copy % (index + 1)]!);
        });
        const played = play([{ kind: 'start', seconds: 0 } as Report, ...sent].map(by32Bits));
        expect(played.total).toBe(lastTotal(reports));
        expect(played.rated).toBe(played.total);
      }),
    );
  });

  it('are counted to the octet in any order in which no step from newest to newest passes 2^32', () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.boolean()), (grown, swaps) => {
        const reports = growing(
          grown
            .map(({ input, output }) => ({ input: input / 2, output: output / 2 }))
            .map(({ input, output }) => ({ input: Math.floor(input), output: Math.floor(output) })),
        );
        const sent = [...reports];
        for (let index = 1; index < sent.length; index++) {
          // Neighbours change places: the newest step is at most two steps of the session.
          if (swaps.next().value) [sent[index - 1], sent[index]] = [sent[index]!, sent[index - 1]!];
        }
        const records = [{ kind: 'start', seconds: 0 } as Report, ...sent].map(by32Bits);
        const highestStep = largestNewestStep(sent);
        fc.pre(highestStep < WRAP);
        expect(play(records).total).toBe(lastTotal(reports));
      }),
    );
  });

  it('wrap in one direction alone', () => {
    const reports = growing([
      { input: 1 * MB, output: 2900 * MB },
      { input: 1 * MB, output: 2900 * MB },
    ]);
    const played = play(reports.map(by32Bits));
    expect(played.total).toBe(5802 * MB);
    expect(played.anomalies).toContain('counter-wrap');
    expect(totalOctets(played.session.counters).inputOctets).toBe(2 * MB);
  });

  it('that fall on a line too slow for a wrap were reset', () => {
    const records = [
      by32Bits({ seconds: 300, input: 5 * MB, output: 100 * MB }),
      by32Bits({ seconds: 600, input: 1 * MB, output: 20 * MB }),
    ];
    const played = play(records);
    expect(played.total).toBe(126 * MB);
    expect(played.anomalies).toContain('counter-reset');
  });

  it('keep their wraps when the NAS turns out to send gigawords', () => {
    const records = [
      by32Bits({ seconds: 300, input: 0, output: 2900 * MB }),
      by32Bits({ seconds: 600, input: 0, output: 5800 * MB }),
      recordOf({ seconds: 900, input: 0, output: 8000 * MB }),
    ];
    expect(play(records).total).toBe(8000 * MB);
  });
});

function largestNewestStep(sent: readonly Report[]): number {
  let newest: Report = { seconds: 0, input: 0, output: 0 };
  let largest = 0;
  for (const report of sent) {
    if (report.seconds <= newest.seconds) continue;
    largest = Math.max(
      largest,
      (report.input ?? 0) - (newest.input ?? 0),
      (report.output ?? 0) - (newest.output ?? 0),
    );
    newest = report;
  }
  return largest;
}

describe('counters of a NAS with gigawords', () => {
  it('never wrap: a fall near 2^32 is a reset', () => {
    const records = [
      recordOf({ seconds: 300, input: 1 * MB, output: 4090 * MB }),
      recordOf({ seconds: 600, input: 1 * MB, output: 100 * MB }),
    ];
    const played = play(records);
    expect(played.anomalies).toContain('counter-reset');
    expect(played.anomalies).not.toContain('counter-wrap');
    expect(played.session.counters.segment).toBe(1);
  });
});

describe('a reset inside a session', () => {
  const before: Report[] = [
    { seconds: 300, input: 10 * MB, output: 100 * MB },
    { seconds: 600, input: 30 * MB, output: 500 * MB },
  ];
  const after: Report[] = [
    { seconds: 900, input: 1 * MB, output: 20 * MB },
    { seconds: 1200, input: 6 * MB, output: 90 * MB },
  ];
  const truth = (530 + 96) * MB;
  const start: Report = { kind: 'start', seconds: 0 };
  /** Acct-Session-Time begins anew with the counters, at 600 s. */
  const restarted = (report: Report): AccountingRecord => {
    const record = recordOf(report);
    if (report.seconds <= 600) return record;
    return { ...record, order: { ...record.order, sessionTimeSeconds: report.seconds - 600 } };
  };

  it.each([
    { name: 'goes on', clocks: (report: Report) => recordOf(report) },
    { name: 'begins anew too (runs longer than a minute)', clocks: restarted },
  ])(
    'adds its segments in every order while all later counters stay below the earlier ones; session time $name',
    ({ clocks }) => {
      for (const order of permutations([start, ...before, ...after])) {
        const played = play(order.map(clocks));
        expect([order.map(({ seconds }) => seconds), played.total]).toEqual([
          order.map(({ seconds }) => seconds),
          truth,
        ]);
        expect(played.rated).toBe(truth);
      }
    },
  );

  it('that happens twice is added up in order; out of order never more than the truth', () => {
    const again: Report = { seconds: 1500, input: 1 * MB, output: 3 * MB };
    const all = [start, ...before, ...after, again];
    expect(play(all.map((report) => recordOf(report))).total).toBe(truth + 4 * MB);
    for (const order of permutations(all)) {
      const { total } = play(order.map((report) => recordOf(report)));
      expect(total).toBeLessThanOrEqual(truth + 4 * MB);
      expect(total).toBeGreaterThanOrEqual(530 * MB);
    }
  });

  it('that is masked, because the new counters passed the old ones unseen, is not counted', () => {
    const records = [recordOf(before[0]!), recordOf({ seconds: 900, input: 20 * MB, output: 200 * MB })];
    expect(play(records).total).toBe(220 * MB);
  });

  it('in one direction alone leaves the other one going on when the line could not have carried both', () => {
    const records = [
      recordOf({ seconds: 36_000, input: 20 * GB, output: 200 * GB }),
      recordOf({ seconds: 36_300, input: 1 * MB, output: 201 * GB }),
      recordOf({ seconds: 36_600, input: 3 * MB, output: 202 * GB }),
    ];
    const truthOfBoth = 20 * GB + 3 * MB + 202 * GB;
    const played = play(records);
    expect([played.total, played.rated, played.quarantined]).toEqual([truthOfBoth, truthOfBoth, 0]);
    const late = recordOf({ seconds: 35_700, input: 19 * GB, output: 199 * GB });
    expect(play([...records, late]).total).toBe(truthOfBoth);
  });
});

describe('a counter that is missing or cut', () => {
  it('stands still, wraps included', () => {
    const records = [
      by32Bits({ seconds: 300, input: 5, output: 2900 * MB }),
      by32Bits({ seconds: 600, input: 6, output: 5800 * MB }),
      recordOf({ seconds: 900, input: 9 }, { gigawordsKnown: false }),
      by32Bits({ seconds: 1200, input: 12, output: 5900 * MB }),
    ];
    const played = play(records);
    expect([played.total, played.rated]).toEqual([5900 * MB + 12, 5900 * MB + 12]);
  });

  it('may come late without touching the segment before', () => {
    const records = [
      recordOf({ seconds: 300, input: 50, output: 500 }),
      recordOf({ seconds: 900, input: 5, output: 50 }),
      recordOf({ seconds: 600, output: 600 }),
    ];
    expect(play(records).total).toBe(605);
  });

  it('never makes the rules throw, however absurd, and leaves nothing unexplained', () => {
    const absurd = fc.integer({ min: 0, max: 2 ** 52 - 1 });
    const report = fc.record({ seconds: fc.nat({ max: 5000 }), input: absurd, output: absurd });
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 40 }), fc.boolean(), (reports, stops) => {
        const last: Report = { kind: 'stop', seconds: 6000, input: 2 ** 52 - 1, output: 2 ** 52 - 1 };
        const played = play([...reports, ...(stops ? [last] : [])].map((one) => recordOf(one)));
        expect(played.rated + played.quarantined).toBe(played.total);
        expect(Number.isSafeInteger(played.total)).toBe(true);
      }),
    );
  });
});
