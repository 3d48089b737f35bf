import { describe, expect, it } from 'vitest';
import { type Forgotten, isForgotten, markForgotten } from '../../../engine/accounting/forgotten.ts';
import type { AccountingRecord, RecordOrder } from '../../../engine/accounting/record.ts';
import { loggedInAt, loginSessionKey } from '../../../engine/accounting/session-key.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { play, recordOf, T0 } from './samples.ts';

const NOW = T0 + DAY_MS;
const MARK: Forgotten = { through: T0, stampSeconds: T0 / 1000 };

const record = (
  at: number,
  order: Partial<RecordOrder>,
  changes: Partial<AccountingRecord> = {},
): AccountingRecord => ({
  ...recordOf({ seconds: 0 }),
  receivedAt: at,
  ...changes,
  order: { eventTimestampSeconds: undefined, sessionTimeSeconds: 0, at, ...order },
});

describe('the mark of what a line has forgotten', () => {
  const ended = (seconds: number) =>
    play([recordOf({ kind: 'start', seconds: 0 }), recordOf({ kind: 'stop', seconds, output: 5 })]).session;

  it('is the last end and the last stamp, and never falls', () => {
    const [early, late] = [ended(60), ended(90)];
    expect(markForgotten(undefined, [early], [])).toEqual({
      through: T0 + 60_000,
      stampSeconds: T0 / 1000 + 60,
    });
    const kept = [early];
    expect(markForgotten(MARK, kept, kept)).toBe(MARK);
    const mark = markForgotten(undefined, [early, late], [])!;
    expect(mark).toEqual({ through: T0 + 90_000, stampSeconds: T0 / 1000 + 90 });
    expect(markForgotten(mark, [early, late], [late])).toEqual(mark);
  });
});

describe('a record of an unknown session', () => {
  it('is of nobody forgotten while nobody is', () => {
    expect(isForgotten(undefined, record(T0, {}))).toBe(false);
  });

  it.each([
    ['a Start after the mark', record(NOW, {}, { kind: 'start' }), false],
    ['a session that began after the mark', record(NOW, { sessionTimeSeconds: 86_390 }), false],
    ['a session that began before the mark', record(NOW, { sessionTimeSeconds: 86_401 }), true],
    ['a delayed Stop from before the mark', record(NOW, { at: T0 - 5 }, { kind: 'stop' }), true],
    ['an Interim that hides when its session began', record(NOW, { sessionTimeSeconds: undefined }), true],
    ['an unstamped copy within minutes of the mark', record(T0 + 9 * MINUTE_MS, {}), true],
  ])('by the time in our clock: %s, forgotten %s', (_, one, isIt) => {
    expect(isForgotten(MARK, one)).toBe(isIt);
  });

  const stamped = (mark: number, stamp: number, at = NOW) =>
    isForgotten(
      { through: T0, stampSeconds: (T0 + mark) / 1000 },
      record(at, { eventTimestampSeconds: (T0 + stamp) / 1000 }, { kind: 'start' }),
    );

  it('is forgotten by the clock of its NAS when it comes again, however wrong that clock is', () => {
    expect(stamped(0, -HOUR_MS)).toBe(true);
    expect(stamped(0, HOUR_MS)).toBe(false);
    expect(stamped(-3 * HOUR_MS, -4 * HOUR_MS)).toBe(true);
    expect(stamped(-3 * HOUR_MS, -2 * HOUR_MS)).toBe(false);
    expect(stamped(300 * DAY_MS, 299 * DAY_MS)).toBe(true);
    expect(stamped(0, MINUTE_MS, T0 + 2 * MINUTE_MS)).toBe(false);
  });

  it('is not forgotten because the clock of its NAS was set right, or was never set', () => {
    expect(stamped(300 * DAY_MS, DAY_MS)).toBe(false);
    expect(stamped(0, 60_000 - T0)).toBe(false);
  });

  it('with our Class began at its login, whatever the NAS says', () => {
    const nonce = Buffer.from('01020304', 'hex');
    const of = (login: number) => record(NOW, {}, { classKey: loginSessionKey(nonce, login) });
    expect(isForgotten(MARK, of(T0 - HOUR_MS))).toBe(true);
    expect(isForgotten(MARK, of(T0 + 4 * MINUTE_MS))).toBe(true);
    expect(isForgotten(MARK, of(T0 + 6 * MINUTE_MS))).toBe(false);
  });
});

describe('the key of a login', () => {
  it('is a nonce and the second of the login', () => {
    const key = loginSessionKey(Buffer.from('a1b2c3d4', 'hex'), T0 + 999);
    expect(key).toMatch(/^a1b2c3d4[0-9a-f]{8}$/);
    expect(loggedInAt(key)).toBe(T0);
    expect(loginSessionKey(Buffer.alloc(4), 1000)).toBe('0000000000000001');
  });
});
