import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanWindow } from '../../../engine/catalog/plan.ts';
import { rateStretch, type Tariff } from '../../../engine/quota/rate.ts';
import { type Stretch, splitStretch } from '../../../engine/quota/split.ts';
import { nextWindowEdge, windowAt, windowEdges } from '../../../engine/quota/windows.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { tehranDayStart } from '../../../engine/values/tehran-time.ts';

const stretch = (from: number, to: number, input: number, output: number): Stretch => ({
  from,
  to,
  inputOctets: octets(input),
  outputOctets: octets(output),
});

const sum = (parts: readonly Stretch[], key: 'inputOctets' | 'outputOctets') =>
  parts.reduce((total, part) => total + part[key], 0);

describe('splitting a stretch', () => {
  it('adds up to the whole and joins without gaps, the remainder in the last part', () => {
    const amount = fc.oneof(fc.nat({ max: 1000 }), fc.integer({ min: 0, max: 2 ** 52 }));
    fc.assert(
      fc.property(
        fc.nat({ max: 1e6 }),
        fc.integer({ min: 1, max: 40 * DAY_MS }),
        amount,
        amount,
        fc.array(fc.integer({ min: -DAY_MS, max: 41 * DAY_MS })),
        (from, length, input, output, offsets) => {
          const whole = stretch(from, from + length, input, output);
          const parts = splitStretch(
            whole,
            offsets.map((offset) => from + offset),
          );
          expect([sum(parts, 'inputOctets'), sum(parts, 'outputOctets')]).toEqual([input, output]);
          expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([whole.from, whole.to]);
          parts.forEach((part, index) => {
            expect(part.to).toBeGreaterThan(part.from);
            if (index === parts.length - 1) return;
            expect(parts[index + 1]?.from).toBe(part.to);
            const share = (BigInt(input) * BigInt(part.to - part.from)) / BigInt(length);
            expect(BigInt(part.inputOctets)).toBe(share);
          });
        },
      ),
    );
  });

  it('leaves a moment whole', () => {
    expect(splitStretch(stretch(5, 5, 1, 2), [5, 4, 6])).toEqual([stretch(5, 5, 1, 2)]);
  });
});

const percentAt = (windows: readonly PlanWindow[], moment: number) =>
  windowAt(windows, moment)?.percent ?? 100;

describe('rating a stretch', () => {
  const night: PlanWindow = {
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    fromMinute: 120,
    toMinute: 420,
    percent: 0,
    speed: undefined,
  };
  const evening: PlanWindow = {
    weekdays: [5, 6],
    fromMinute: 1200,
    toMinute: 1440,
    percent: 150,
    speed: undefined,
  };
  const tariff = (charge: Tariff['charge'], windows: readonly PlanWindow[] = []): Tariff => ({
    charge,
    windows,
    classPercent: 100,
  });
  // Saturday 21 November 2026.
  const saturday = tehranDayStart(Date.UTC(2026, 10, 21, 9));
  const at = (hours: number, days = 0) => saturday + days * DAY_MS + hours * HOUR_MS;
  const part = (hours: number, days = 0) => stretch(at(hours, days), at(hours + 0.5, days), 3, 40);

  it.each([
    { name: 'both', rated: rateStretch(part(12), tariff('both')), charged: 43, free: 0, percent: 100 },
    {
      name: 'download',
      rated: rateStretch(part(12), tariff('download')),
      charged: 40,
      free: 3,
      percent: 100,
    },
    { name: 'none', rated: rateStretch(part(12), tariff('none')), charged: 0, free: 43, percent: 100 },
    {
      name: 'free night',
      rated: rateStretch(part(2), tariff('both', [night])),
      charged: 0,
      free: 43,
      percent: 0,
    },
    {
      name: 'after it',
      rated: rateStretch(part(7), tariff('both', [night])),
      charged: 43,
      free: 0,
      percent: 100,
    },
    {
      name: 'Saturday evening',
      rated: rateStretch(part(20), tariff('both', [evening])),
      charged: 43,
      free: 0,
      percent: 100,
    },
    {
      name: 'Friday evening',
      rated: rateStretch(part(20, -1), tariff('download', [evening])),
      charged: 40,
      free: 3,
      percent: 150,
    },
    {
      name: 'the first of two windows',
      rated: rateStretch(part(21, -1), tariff('both', [evening, { ...evening, percent: 50 }])),
      charged: 43,
      free: 0,
      percent: 150,
    },
  ])('$name', ({ rated, charged, free, percent }) => {
    expect(rated).toEqual({ chargedOctets: charged, freeOctets: free, weight: percent * 100 });
  });

  it('holds a window from its first minute until before its last', () => {
    const percents = [2 * HOUR_MS - 1, 2 * HOUR_MS, 7 * HOUR_MS - 1, 7 * HOUR_MS];
    expect(percents.map((offset) => percentAt([night], saturday + offset))).toEqual([100, 0, 0, 100]);
  });

  it('opens a window again in the hour that comes twice', () => {
    // 30 Shahrivar 1401, a Wednesday: at midnight the clock was set back to 23:00, which is 19:30 UTC.
    const day = tehranDayStart(Date.UTC(2022, 8, 21, 12));
    const window = { weekdays: [4], fromMinute: 530, toMinute: 1381, percent: 0, speed: undefined };
    const setBack = day + 24 * HOUR_MS;
    expect(percentAt([window], setBack - MINUTE_MS)).toBe(100);
    expect(percentAt([window], setBack)).toBe(0);
    expect(windowEdges([window], day + 20 * HOUR_MS, day + 25 * HOUR_MS)).toContain(setBack);
  });

  it('has no weight change inside any part, on days of 23, 24 and 25 hours alike', () => {
    const window = fc
      .record({
        weekdays: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
        fromMinute: fc.integer({ min: 0, max: 1439 }),
        length: fc.integer({ min: 1, max: 1440 }),
        percent: fc.constantFrom(0, 33, 50, 150),
      })
      .map(({ length, ...rest }) => ({
        ...rest,
        toMinute: Math.min(1440, rest.fromMinute + length),
        speed: undefined,
      }));
    const days = [Date.UTC(2022, 2, 21), Date.UTC(2022, 8, 20), Date.UTC(2026, 10, 20)];
    const from = fc
      .tuple(fc.constantFrom(...days), fc.nat({ max: 2 * 1440 }))
      .map(([start, minutes]) => start + minutes * MINUTE_MS);
    fc.assert(
      fc.property(
        fc.array(window, { maxLength: 3 }),
        from,
        fc.integer({ min: 1, max: 3 * 1440 }),
        (windows, start, minutes) => {
          const whole = stretch(start, start + minutes * MINUTE_MS, 0, 0);
          for (const piece of splitStretch(whole, windowEdges(windows, whole.from, whole.to))) {
            const rated = percentAt(windows, (piece.from + piece.to) / 2);
            for (let moment = piece.from; moment < piece.to; moment += MINUTE_MS) {
              expect([moment, percentAt(windows, moment)]).toEqual([moment, rated]);
            }
            expect(tehranDayStart(piece.from)).toBe(tehranDayStart(piece.to - 1));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('knows the next moment at which another window holds', () => {
    const fast = { ...evening, percent: 100, speed: { downKbps: 9, upKbps: 9 } };
    const edges = (windows: readonly PlanWindow[], from: number) => nextWindowEdge(windows, from) - saturday;
    expect(edges([night], saturday)).toBe(2 * HOUR_MS);
    expect(edges([night], saturday + 2 * HOUR_MS)).toBe(7 * HOUR_MS);
    expect(edges([night], saturday + 7 * HOUR_MS)).toBe(26 * HOUR_MS);
    // Asked again about an earlier moment, as records that come late do.
    expect(edges([night], saturday)).toBe(2 * HOUR_MS);
    expect(edges([fast], saturday)).toBe(5 * DAY_MS + 20 * HOUR_MS);
    const always = { ...night, fromMinute: 0, toMinute: 1440 };
    expect([nextWindowEdge([always], saturday), nextWindowEdge([], saturday)]).toEqual([Infinity, Infinity]);
  });

  it('cuts a record of years at 62 days and no more', () => {
    const edges = windowEdges([night], saturday, saturday + 4000 * DAY_MS);
    expect(edges.length).toBeLessThanOrEqual(62 * 3);
  });
});

describe('the sums of the sample account (P39, P40, P41)', () => {
  const MB = 2 ** 20;
  const rows = [
    { received: 23.27, sent: 11.08 },
    { received: 0.1, sent: 0.1 },
    { received: 0.15, sent: 0.07 },
    { received: 0, sent: 0 },
    { received: 0.04, sent: 0.04 },
    { received: 0.16, sent: 0.15 },
    { received: 0.14, sent: 0.02 },
  ].map(({ received, sent }) => stretch(0, 1, Math.round(sent * MB), Math.round(received * MB)));

  it('deducts what was received and nothing else', () => {
    for (const row of rows) {
      const { chargedOctets, freeOctets } = rateStretch(row, {
        charge: 'download',
        windows: [],
        classPercent: 100,
      });
      expect([chargedOctets, freeOctets]).toEqual([row.outputOctets, row.inputOctets]);
    }
    expect(
      [sum(rows, 'outputOctets'), sum(rows, 'inputOctets')].map((total) => (total / MB).toFixed(2)),
    ).toEqual(['23.86', '11.46']);
  });

  it('sums octets: a sum of rounded figures would differ', () => {
    const third = stretch(0, 1, 0, Math.round(0.004 * MB));
    const ten = new Array<Stretch>(10).fill(third);
    expect((sum(ten, 'outputOctets') / MB).toFixed(2)).toBe('0.04');
    expect(ten.map((row) => (row.outputOctets / MB).toFixed(2))).not.toContain('0.01');
  });
});
