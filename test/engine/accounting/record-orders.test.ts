import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { permutations, play, type Report, recordOf, subsets, T0 } from './samples.ts';

const MB = 2 ** 20;

/** Which clocks the NAS sends; with none at all an order can be told by arrival alone, which is another test. */
const CLOCKS: Readonly<Record<string, (record: AccountingRecord) => AccountingRecord>> = {
  'Event-Timestamp and Acct-Session-Time': (record) => record,
  'Acct-Session-Time alone': (record) => withOrder(record, { eventTimestampSeconds: undefined }),
  'Event-Timestamp alone': (record) => withOrder(record, { sessionTimeSeconds: undefined }),
  'an Event-Timestamp 56 years behind': (record) =>
    withOrder(record, { eventTimestampSeconds: (record.order.eventTimestampSeconds ?? 0) - 56 * 31_557_600 }),
};

function withOrder(record: AccountingRecord, order: Partial<AccountingRecord['order']>): AccountingRecord {
  return { ...record, order: { ...record.order, ...order } };
}

const SESSION: readonly Report[] = [
  { kind: 'start', seconds: 0 },
  { seconds: 300, input: 1 * MB, output: 30 * MB },
  { seconds: 600, input: 2 * MB, output: 90 * MB },
  { seconds: 900, input: 2 * MB, output: 90 * MB },
  { seconds: 1200, input: 9 * MB, output: 400 * MB },
  { kind: 'stop', seconds: 1300, input: 10 * MB, output: 401 * MB },
];

const sumOf = ({ input = 0, output = 0 }: Report) => input + output;
const highest = (reports: readonly Report[]) => Math.max(...reports.map(sumOf));

describe.each(Object.keys(CLOCKS))('every order of every part of a session, by %s', (name) => {
  const clocks = CLOCKS[name]!;

  it.each([true, false])(
    'counts the maximum once and closes by Stop alone (gigawords %s)',
    (gigawordsKnown) => {
      for (const part of subsets(SESSION)) {
        const isClosed = part.some(({ kind }) => kind === 'stop');
        for (const order of permutations(part)) {
          const played = play(order.map((report) => clocks(recordOf(report, { gigawordsKnown }))));
          const late = order.map((report) => `${report.kind ?? 'interim'}@${report.seconds}`).join(' ');
          expect({ late, total: played.total }).toEqual({ late, total: highest(part) });
          expect(played.rated).toBe(played.total);
          expect(played.quarantined).toBe(0);
          expect(played.session.state).toBe(isClosed ? 'closed' : 'live');
        }
      }
    },
  );
});

describe('a Stop that has forgotten its counters', () => {
  const zero: Report = { kind: 'stop', seconds: 1300, input: 0, output: 0 };
  const half: Report = { kind: 'stop', seconds: 1300, input: 0, output: 401 * MB };
  const none: Report = { kind: 'stop', seconds: 1300 };
  const interims = SESSION.slice(0, 5);

  it.each([
    { name: 'all zero', stop: zero, total: 409 * MB },
    { name: 'without counters', stop: none, total: 409 * MB },
  ])('$name keeps the last interim in every order (FR#1460, accel-ppp#273)', ({ stop, total }) => {
    for (const order of permutations([...interims, stop])) {
      for (const gigawordsKnown of [true, false]) {
        const played = play(order.map((report) => recordOf(report, { gigawordsKnown })));
        expect([played.total, played.rated, played.session.state]).toEqual([total, total, 'closed']);
      }
    }
  });

  it('zero in one direction keeps that direction and counts the other once', () => {
    const played = play([...interims, half].map((report) => recordOf(report)));
    expect([played.total, played.rated]).toEqual([410 * MB, 410 * MB]);
    expect(played.session.counters.segment).toBe(0);
  });

  it('says so when there was something to forget, and not when there was nothing', () => {
    expect(play([...interims, zero].map((report) => recordOf(report))).anomalies).toContain('zero-stop');
    expect(play([SESSION[0]!, zero].map((report) => recordOf(report))).anomalies).toEqual([]);
  });
});

describe('a session in any order with any copies', () => {
  const growth = fc.record({
    seconds: fc.integer({ min: 1, max: 3600 }),
    input: fc.integer({ min: 0, max: 200 * MB }),
    output: fc.integer({ min: 0, max: 600 * MB }),
  });

  function cumulative(steps: readonly { seconds: number; input: number; output: number }[]): Report[] {
    let seconds = 0;
    let input = 0;
    let output = 0;
    const reports: Report[] = [{ kind: 'start', seconds: 0 }];
    for (const step of steps) {
      seconds += step.seconds;
      // No faster than the line, so that nothing is held.
      input += Math.min(step.input, step.seconds * 2_000_000);
      output += Math.min(step.output, step.seconds * 10_000_000);
      reports.push({ seconds, input, output });
    }
    return reports;
  }

  const stream = fc
    .tuple(fc.array(growth, { minLength: 1, maxLength: 12 }), fc.boolean())
    .chain(([steps, stops]) => {
      const reports = cumulative(steps);
      const last = reports[reports.length - 1]!;
      if (stops) reports.push({ ...last, kind: 'stop' });
      const copies = fc.array(fc.nat({ max: reports.length - 1 }), { maxLength: 12 });
      return copies.chain((again) => {
        const sent = [...reports, ...again.map((index) => reports[index]!)];
        return fc.tuple(fc.constant(reports), fc.shuffledSubarray(sent, { minLength: sent.length }));
      });
    });

  it('has one total and one final state', () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(...Object.values(CLOCKS)), ([reports, sent], clocks) => {
        const inOrder = play(reports.map((report) => clocks(recordOf(report))));
        const asSent = play(sent.map((report) => clocks(recordOf(report))));
        expect(asSent.total).toBe(highest(reports));
        expect(asSent.rated).toBe(asSent.total);
        const last = ({ session }: typeof asSent) => [session.state, session.updatedAt, session.startedAt];
        expect(last(asSent)).toEqual(last(inOrder));
      }),
      { numRuns: 1000 },
    );
  });

  it('has one total when each copy is a retry with a new Acct-Delay-Time and no Event-Timestamp', () => {
    const delays = fc.array(fc.nat({ max: 600 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(stream, delays, ([reports, sent], seconds) => {
        const records = sent.map((report, index) => {
          const arrival = T0 + (report.seconds + (seconds[index] ?? 0)) * 1000;
          const record = recordOf(report, { receivedAt: arrival });
          return withOrder(record, { eventTimestampSeconds: undefined });
        });
        expect(play(records).total).toBe(highest(reports));
      }),
    );
  });

  it('has one total when copies come unchanged much later, their age known by Acct-Session-Time alone', () => {
    const delays = fc.array(fc.nat({ max: 600 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(stream, delays, ([reports, sent], seconds) => {
        const records = sent.map((report, index) => {
          const arrival = T0 + (report.seconds + (seconds[index] ?? 0)) * 1000;
          const record = recordOf(report, { receivedAt: arrival });
          return withOrder(record, { eventTimestampSeconds: undefined, at: arrival });
        });
        expect(play(records).total).toBe(highest(reports));
      }),
    );
  });
});
