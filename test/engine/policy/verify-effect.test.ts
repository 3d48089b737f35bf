import { describe, expect, it } from 'vitest';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import { expectProof, VERIFY_LIMITS, verifyService } from '../../../engine/policy/verify-effect.ts';
import { octets } from '../../../engine/values/octets.ts';
import { play, recordOf, T0 } from '../accounting/samples.ts';

const FULL: AppliedService = { mode: 'full', downKbps: 80_000, upKbps: 20_000 };
/** 200 kbit/s together are 25,000 octets a second. */
const SLOW: AppliedService = { mode: 'slow', downKbps: 128, upKbps: 72 };
const RATE = 25_000;

const base = play([recordOf({ kind: 'start', seconds: 0 })]).session;
const at = (seconds: number) => T0 + seconds * 1_000;

/** The session as its report at `seconds` leaves it, `total` octets having been received. */
function report(session: Session, seconds: number, total: number): Session {
  const counters = {
    ...session.counters,
    current: { inputOctets: octets(0), outputOctets: octets(total) },
  };
  return { ...session, counters, updatedAt: at(seconds), seenAt: at(seconds) };
}

const slowedAt = (seconds: number, failures = 0): Session => ({
  ...base,
  applied: SLOW,
  unproven: { since: at(seconds), failures, from: undefined },
});

/** Failures found by reports of [seconds, total octets], the NAS having acknowledged at second 0. */
function judge(reports: readonly (readonly [number, number])[], start = slowedAt(0)) {
  let session = start;
  const failures = reports.map(([seconds, total]) => {
    const verified = verifyService(report(session, seconds, total), at(seconds), false);
    session = verified.session;
    return verified.failures;
  });
  return { failures, session };
}

describe('what has to be proved', () => {
  it.each<[string, AppliedService, AppliedService, boolean]>([
    ['a slower service', FULL, SLOW, true],
    ['one that is slower than the NAS’s own', { mode: 'full', downKbps: 0, upKbps: 0 }, SLOW, true],
    ['not a faster one', SLOW, FULL, false],
    ['not one whose excess could not be told from tolerance', FULL, { ...FULL, downKbps: 60_000 }, false],
    ['not the captive profile, which has no speed of its own', FULL, { ...SLOW, mode: 'captive' }, false],
    ['not the NAS’s own speed', FULL, { mode: 'slow', downKbps: 0, upKbps: 0 }, false],
  ])('is %s', (_what, before, after, expected) => {
    const proof = expectProof({ ...base, applied: before }, after, T0);
    expect(proof).toEqual(expected ? { since: T0, failures: 0, from: undefined } : undefined);
  });

  it('is the same with its failures when the same is acknowledged again', () => {
    expect(expectProof(slowedAt(0, 1), SLOW, T0 + 5)).toEqual({
      since: T0 + 5,
      failures: 1,
      from: undefined,
    });
  });

  it('is a burst where the service has one', () => {
    const burst = {
      downKbps: 200_000,
      upKbps: 1,
      thresholdDownKbps: 1,
      thresholdUpKbps: 1,
      seconds: 8,
    };
    expect(expectProof({ ...base, applied: FULL }, { ...SLOW, burst }, T0)).toBeUndefined();
  });
});

describe('a report', () => {
  it('shows that the slower service is not in force', () => {
    expect(
      judge([
        [60, 100_000_000],
        [120, 200_000_000],
      ]).failures,
    ).toEqual([0, 1]);
  });

  it.each<[string, (readonly [number, number])[]]>([
    [
      'what was received before the NAS answered is none of it',
      [
        [59, 900_000_000],
        [60, 1_000_000_000],
        [120, 1_000_000_000 + 60 * RATE],
      ],
    ],
    [
      'half as much again is within what is measured badly',
      [
        [60, 0],
        [360, 300 * RATE * VERIFY_LIMITS.rateTolerance],
      ],
    ],
    [
      'a megabyte is within a bucket',
      [
        [60, 0],
        [95, 35 * RATE + VERIFY_LIMITS.octetsTolerance],
      ],
    ],
    [
      'a short stretch says nothing',
      [
        [60, 0],
        [61, 50_000_000],
      ],
    ],
    ['one report alone says nothing', [[3_600, 5_000_000_000]]],
  ])('raises no alarm: %s', (_why, reports) => {
    expect(judge(reports).failures.every((failures) => failures === 0)).toBe(true);
  });

  it('measures the whole of several short stretches', () => {
    const every10s = [60, 70, 80, 90].map((seconds) => [seconds, (seconds - 60) * 1_000_000] as const);
    expect(judge(every10s).failures).toEqual([0, 0, 0, 1]);
  });

  it('that shows idleness proves nothing, and hides nothing that comes later', () => {
    const idle = judge(
      [
        [60, 5],
        [36_000, 5],
        [36_060, 50_000_000],
      ],
      slowedAt(0, 1),
    );
    expect(idle.failures).toEqual([0, 0, 2]);
  });

  it('that shows the slower speed in use ends the count of failures', () => {
    const { session } = judge(
      [
        [60, 0],
        [360, 300 * RATE],
      ],
      slowedAt(0, 1),
    );
    expect(session.unproven).toEqual({
      since: T0,
      failures: 0,
      from: { at: at(360), octets: 300 * RATE },
    });
  });

  it('measures anew from a later report after a failure, and gives up after the last', () => {
    const failing = [60, 120, 180, 240].map((seconds) => [seconds, seconds * 1_000_000] as const);
    expect(judge(failing).failures).toEqual([0, 1, 0, 2]);
    const { failures, session } = judge(failing, slowedAt(0, 4));
    expect(failures).toEqual([0, 5, 0, 0]);
    expect(session.unproven).toBeUndefined();
  });

  it('that is odd is not measured, by it or from it', () => {
    const { session } = judge([[60, 0]]);
    const odd = verifyService(report(session, 120, 500_000_000), at(120), true);
    expect(odd.failures).toBe(0);
    expect(odd.session.unproven?.from).toBeUndefined();
  });

  it('that arrived before the answer settled is not measured, whatever its clock says', () => {
    const { session } = verifyService(report(slowedAt(0), 600, 0), at(59), false);
    expect(session.unproven?.from).toBeUndefined();
  });

  it('of the end leaves nothing to prove', () => {
    const stopped = { ...report(slowedAt(0), 120, 1), state: 'closed' as const };
    expect(verifyService(stopped, at(120), false)).toMatchObject({
      failures: 0,
      session: { unproven: undefined },
    });
  });
});
