import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { account, GB, grantOf, lineOf, planOf } from './samples.ts';

const TB = 2 ** 40;

/** What a NAS may do next with one of its two sessions. */
const move = fc.record({
  session: fc.nat({ max: 1 }),
  kind: fc.constantFrom('start', 'interim', 'interim', 'interim', 'stop', 'spike', 'reset', 'zero-stop'),
  seconds: fc.integer({ min: 30, max: 3_000 }),
  input: fc.nat({ max: 40_000_000 }),
  output: fc.nat({ max: 300_000_000 }),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** Records of a day of two sessions: plausible growth, absurd figures, resets, both kinds of end, late Starts. */
function recordsOf(moves: readonly Move[]): AccountingRecord[] {
  const counters = [0, 1].map(() => ({ seconds: 0, input: 0, output: 0 }));
  return moves.map((one) => {
    const run = counters[one.session]!;
    run.seconds += one.seconds;
    if (one.kind === 'reset') Object.assign(run, { input: 0, output: 0 });
    run.input += Math.min(one.input, one.seconds * 1_000_000);
    run.output += Math.min(one.output, one.seconds * 5_000_000);
    const { seconds, input, output } = run;
    const port = { nasPort: String(one.session), acctSessionId: `id-${one.session}` };
    switch (one.kind) {
      case 'start':
        return recordOf({ kind: 'start', seconds: 0 }, port);
      case 'stop':
        return recordOf({ kind: 'stop', seconds, input, output }, port);
      case 'zero-stop':
        return recordOf({ kind: 'stop', seconds, input: 0, output: 0 }, port);
      case 'spike':
        return recordOf({ seconds, input: input + 90 * TB, output: output + 90 * TB }, port);
      default:
        return recordOf({ seconds, input, output }, port);
    }
  });
}

const moves = fc.array(move, { minLength: 1, maxLength: 25 });
const soundMoves = moves.map((made) => made.filter(({ kind }) => kind !== 'spike' && kind !== 'reset'));

function shuffled(made: readonly Move[]): fc.Arbitrary<AccountingRecord[]> {
  const records = recordsOf(made);
  return fc.shuffledSubarray(records, { minLength: records.length });
}

/** The records in their order, each perhaps followed by copies of older ones. */
function withCopies(made: readonly Move[]): fc.Arbitrary<AccountingRecord[]> {
  const records = recordsOf(made);
  return fc
    .array(fc.nat({ max: 24 }), { maxLength: 15 })
    .map((copies) =>
      records.flatMap((record, index) => [
        record,
        ...copies.filter((copy) => copy <= index).map((copy) => records[copy]!),
      ]),
    );
}

const streams = fc.oneof(moves.chain(shuffled), moves.chain(withCopies));

/** Streams from which nothing is lost by disorder: those in order, and those without spikes and resets. */
const completeStreams = fc.oneof(moves.chain(withCopies), soundMoves.chain(shuffled));

const LINE = lineOf([
  grantOf('a', 2 * GB, { until: T0 + 30 * HOUR_MS }),
  grantOf('b', 1 * GB, { from: T0 + 5 * HOUR_MS, kind: 'timed', until: T0 + 12 * HOUR_MS }),
  grantOf('c', 1 * GB, { until: undefined, consumed: (GB / 2) as never }),
]);

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const ALL_DAY = { weekdays: ALL_DAYS, fromMinute: 0, toMinute: 1440 };
const FREE_NIGHT = { weekdays: ALL_DAYS, fromMinute: 120, toMinute: 480, percent: 0, speed: undefined };

const PLANS = {
  both: planOf(),
  download: planOf({ quota: { octets: LINE.grants[0]!.octets, charge: 'download', per: 'term' } }),
  'free nights': planOf({ windows: [FREE_NIGHT] }),
  '33 percent': planOf({ windows: [{ ...ALL_DAY, percent: 33, speed: undefined }] }),
  '150 percent': planOf({ windows: [{ ...ALL_DAY, percent: 150, speed: undefined }] }),
  unlimited: planOf({ quota: undefined }),
  'cut at the end': planOf({ exhausted: 'disconnect' }),
};

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const totalOf = ({ counters }: Session) => sum(Object.values(totalOctets(counters)));
const explainedOf = ({ usage }: Session) => usage.chargedOctets + usage.freeOctets + usage.quarantinedOctets;
const consumedOf = (state: LineState) => sum(state.grants.map(({ consumed }) => consumed));

describe.each(Object.entries(PLANS))('any stream of records of a line, plan: %s', (name, plan) => {
  it('explains every octet, and takes from grants what sessions burned (X04)', () => {
    fc.assert(
      fc.property(streams, (records) => {
        const { state } = account(LINE, records, plan);
        for (const session of state.sessions) expect(explainedOf(session)).toBe(totalOf(session));
        const burned = sum(state.sessions.map(({ usage }) => usage.burnedOctets));
        expect(consumedOf(state) - consumedOf(LINE)).toBe(burned);
        for (const { consumed, octets } of state.grants) expect(consumed).toBeLessThanOrEqual(octets);
        const percent = name === '33 percent' ? 33 : name === '150 percent' ? 150 : 100;
        for (const { usage } of state.sessions) {
          const taken = usage.burnedOctets + usage.overshotOctets;
          expect(taken * 10_000 + usage.weightRemainder).toBe(usage.chargedOctets * percent * 100);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('writes rows whose figures and times never go back, the last with the final figures', () => {
    fc.assert(
      fc.property(streams, (records) => {
        const { state, events } = account(LINE, records, plan);
        for (const session of state.sessions) {
          const rows = events.filter(({ sessionKey }) => sessionKey === session.key);
          rows.forEach((row, index) => {
            const { at, inputOctets, outputOctets, chargedOctets, freeOctets, quarantinedOctets } = row;
            expect(chargedOctets + freeOctets + quarantinedOctets).toBe(inputOctets + outputOctets);
            const before = rows[index - 1];
            if (before === undefined) return;
            expect(at).toBeGreaterThanOrEqual(before.at);
            expect(inputOctets).toBeGreaterThanOrEqual(before.inputOctets);
            expect(outputOctets).toBeGreaterThanOrEqual(before.outputOctets);
            expect(row.burnedOctets).toBeGreaterThanOrEqual(before.burnedOctets);
            expect(row.overshotOctets).toBeGreaterThanOrEqual(before.overshotOctets);
          });
          expect(rows.at(-1)).toMatchObject({ ...totalOctets(session.counters), state: session.state });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('changes no figure when the whole stream comes again', () => {
    fc.assert(
      fc.property(completeStreams, (records) => {
        const once = account(LINE, records, plan).state;
        // A jump still held is settled by what comes next, be it a copy.
        fc.pre(once.sessions.every(({ counters }) => counters.held === undefined));
        const twice = account(once, records, plan).state;
        const figures = (state: LineState) =>
          state.sessions
            .map((session) => [
              session.key,
              totalOf(session),
              session.usage,
              session.state,
              session.updatedAt,
            ])
            .sort();
        expect(figures(twice)).toEqual(figures(once));
        expect(twice.grants).toEqual(once.grants);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a record of a line', () => {
  it('is split at midnight in Tehran, the remainder in the later part', () => {
    // 09:30 + 14.5 h is midnight; the interim covers an hour on either side.
    const records = [
      recordOf({ kind: 'start', seconds: 13.5 * 3600 }),
      recordOf({ seconds: 15.5 * 3600, input: 0, output: 1001 }),
    ];
    const { events } = account(LINE, records);
    expect(events.map(({ kind, at, outputOctets }) => [kind, (at - T0) / HOUR_MS, outputOctets])).toEqual([
      ['start', 13.5, 0],
      ['split', 14.5, 500],
      ['interim', 15.5, 1001],
    ]);
  });

  it('of yesterday that comes late adds its octets to the newest row and not to an older day', () => {
    const records = [
      recordOf({ kind: 'start', seconds: 0 }),
      recordOf({ seconds: 600, input: 0, output: 50 }),
      recordOf({ seconds: 300, input: 0, output: 900 }),
    ];
    const { events } = account(LINE, records);
    expect(events.at(-1)).toMatchObject({
      at: T0 + 600_000,
      outputOctets: 950,
      anomalies: ['counter-reset'],
    });
  });

  it('that exhausts the volume orders the slower speed in the same change', () => {
    const line = lineOf([grantOf('a', 1000)]);
    const { state, effects } = account(line, [
      recordOf({ kind: 'start', seconds: 0 }),
      recordOf({ seconds: 300, input: 500, output: 700 }),
    ]);
    expect(effects).toMatchObject([
      { kind: 'change-speed', reason: 'volume-ended', service: { downKbps: 128 } },
    ]);
    expect(state.sessions[0]?.usage).toMatchObject({ burnedOctets: 1000, overshotOctets: 200 });
  });
});
