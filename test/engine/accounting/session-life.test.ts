import { describe, expect, it } from 'vitest';
import { type AppliedRecord, applyRecord } from '../../../engine/accounting/apply-record.ts';
import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import { SESSION_LIMITS } from '../../../engine/accounting/limits.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import {
  ageSession,
  agesAt,
  closeSession,
  isOnline,
  isOpen,
  pruneTombstones,
} from '../../../engine/accounting/session-life.ts';
import { terminateCauseName } from '../../../engine/accounting/terminate-cause.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { CONTEXT, play, recordOf, T0 } from './samples.ts';

const live = play([
  recordOf({ kind: 'start', seconds: 0 }),
  recordOf({ seconds: 300, input: 5, output: 7 }),
]).session;
const seen = T0 + 300_000;
const interval = 300_000;

const total = ({ counters }: Session) => {
  const { inputOctets, outputOctets } = totalOctets(counters);
  return inputOctets + outputOctets;
};

describe('silence', () => {
  it('makes a session suspect after three intervals and closes it after eight, with its own last time', () => {
    expect(ageSession(live, seen + 3 * interval - 1, 0)).toBe(live);
    const suspect = ageSession(live, seen + 3 * interval, 0)!;
    expect(suspect.state).toBe('suspect');
    expect(ageSession(suspect, seen + 8 * interval - 1, 0)).toBe(suspect);
    const closed = ageSession(suspect, seen + 8 * interval, 0)!;
    expect(closed).toMatchObject({ state: 'closed', closeCause: 'lost', updatedAt: seen, seenAt: seen });
    expect(total(closed)).toBe(12);
    expect(ageSession(closed, seen + 99 * DAY_MS, 9)).toBe(closed);
  });

  it('is planned: each age comes exactly when it is due', () => {
    let session: Session | undefined = live;
    for (const state of ['suspect', 'closed']) {
      const due: number = agesAt(session!)!;
      expect(ageSession(session!, due - 1, 0)).toBe(session);
      session = ageSession(session!, due, 0);
      expect(session?.state).toBe(state);
    }
    expect(agesAt(session!)).toBeUndefined();
  });

  it('counts at least a minute as an interval', () => {
    const quick = { ...live, interimSeconds: 5 };
    expect(agesAt(quick)).toBe(seen + 3 * MINUTE_MS);
  });

  it('frees a reserved slot after 90 s', () => {
    const slot: Session = { ...live, state: 'reserved' };
    expect(agesAt(slot)).toBe(seen + SESSION_LIMITS.reservedMs);
    expect(ageSession(slot, seen + SESSION_LIMITS.reservedMs - 1, 5)).toBe(slot);
    expect(ageSession(slot, seen + SESSION_LIMITS.reservedMs, 0)).toBeUndefined();
    expect([isOpen(slot), isOnline(slot)]).toEqual([true, false]);
  });

  it('does not close sessions of an earlier boot, it suspects them, and their next record clears that', () => {
    const suspect = ageSession(live, seen + 1, 1)!;
    expect(suspect.state).toBe('suspect');
    const back = applyRecord(
      suspect,
      recordOf({ seconds: 600, input: 6, output: 8 }, { nasBoot: 1 }),
      CONTEXT,
    ).session;
    expect([back.state, back.nasBoot]).toEqual(['live', 1]);
    expect(ageSession(back, back.seenAt + 1, 1)).toBe(back);
  });
});

describe('a session that we closed', () => {
  const closed = closeSession(live, 'lost');
  const apply = (seconds: number, input: number, output: number): AppliedRecord =>
    applyRecord(closed, recordOf({ seconds, input, output }), CONTEXT);

  it('comes back to life by a newer record and counts only what is new (accel-ppp#137)', () => {
    const revived = apply(90_000, 50, 70);
    expect(revived.session).toMatchObject({ state: 'live', closeCause: '', key: live.key });
    expect(revived.anomalies).toContain('revived');
    expect(revived.delta).toEqual({ inputOctets: 45, outputOctets: 63 });
  });

  it('is not brought back by a copy of its last record or by an older one', () => {
    expect(apply(300, 5, 7).session.state).toBe('closed');
    expect(apply(150, 2, 3).session.state).toBe('closed');
    const lateStart = applyRecord(closed, recordOf({ kind: 'start', seconds: 0 }), CONTEXT);
    expect(lateStart.session.state).toBe('closed');
  });

  it('is closed for good by its Stop', () => {
    const stopped = applyRecord(
      closed,
      recordOf({ kind: 'stop', seconds: 600, input: 6, output: 9 }),
      CONTEXT,
    );
    expect(stopped.session).toMatchObject({ state: 'closed', closeCause: 'user-request' });
    const after = applyRecord(stopped.session, recordOf({ seconds: 900, input: 8, output: 9 }), CONTEXT);
    expect(after.session.state).toBe('closed');
    expect(after.anomalies).toContain('after-stop');
    expect(total(after.session)).toBe(17);
  });
});

describe('tombstones', () => {
  const now = T0 + 100 * DAY_MS;
  const stopped = (age: number, changes: Partial<Session> = {}): Session => ({
    ...live,
    state: 'closed',
    closeCause: 'user-request',
    seenAt: now - age,
    ...changes,
  });
  const kept = (sessions: readonly Session[]) => pruneTombstones(sessions, now);

  it('of stopped sessions stay a day, of those lost in silence 30 days', () => {
    expect(kept([stopped(DAY_MS)])).toHaveLength(1);
    expect(kept([stopped(DAY_MS + 1)])).toHaveLength(0);
    expect(kept([stopped(30 * DAY_MS, { closeCause: 'lost' })])).toHaveLength(1);
    expect(kept([stopped(30 * DAY_MS + 1, { closeCause: 'lost' })])).toHaveLength(0);
  });

  it('are eight at most, the newest, unless retries may still be on their way', () => {
    const hours = Array.from({ length: 12 }, (_, index) => stopped((index + 1) * HOUR_MS));
    expect(kept(hours)).toEqual(hours.slice(0, 8));
    const seconds = Array.from({ length: 70 }, (_, index) => stopped(index * 1000));
    expect(kept(seconds)).toEqual(seconds.slice(0, SESSION_LIMITS.tombstonesMax));
  });

  it('never cost an open session its place, however old, and keep the order', () => {
    const open = { ...live, seenAt: 0 };
    const sessions = [stopped(2 * DAY_MS), open, stopped(5)];
    expect(kept(sessions)).toEqual([open, sessions[2]]);
    expect(kept([open])).toEqual([open]);
  });
});

describe('the word for a terminate cause', () => {
  it.each([
    [0, 'stopped'],
    [1, 'user-request'],
    [2, 'lost-carrier'],
    [10, 'nas-request'],
    [250, 'cause-250'],
  ])('%i is %s', (cause, word) => expect(terminateCauseName(cause)).toBe(word));

  it('is never a word of our own, which would let a stopped session come back', () => {
    const words = Array.from({ length: 300 }, (_, cause) => terminateCauseName(cause));
    for (const own of ['lost', 'taken-over', 'replaced', 'too-old']) expect(words).not.toContain(own);
  });
});
