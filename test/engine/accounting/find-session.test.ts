import { describe, expect, it } from 'vitest';
import { applyRecord } from '../../../engine/accounting/apply-record.ts';
import { findSession } from '../../../engine/accounting/find-session.ts';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import { fallbackSessionKey } from '../../../engine/accounting/session-key.ts';
import { closeSession } from '../../../engine/accounting/session-life.ts';
import { CONTEXT, play, type Report, recordOf } from './samples.ts';

const sessionOf = (reports: readonly Report[], changes: Partial<AccountingRecord> = {}): Session =>
  play(reports.map((report) => recordOf(report, changes))).session;

const reserved = (key: string, changes: Partial<Session> = {}): Session => ({
  ...sessionOf([{ kind: 'start', seconds: 0 }]),
  key,
  state: 'reserved',
  acctSessionId: '',
  ...changes,
});

/** The record with clocks that are arrival and Acct-Delay-Time alone. */
const unstamped = (record: AccountingRecord): AccountingRecord => ({
  ...record,
  order: { ...record.order, eventTimestampSeconds: undefined },
});

describe('the session of a record', () => {
  const first = sessionOf([
    { kind: 'start', seconds: 0 },
    { seconds: 300, input: 1, output: 2 },
  ]);

  it('is the one that the signed Class names, whatever else the record says', () => {
    const other = { ...first, key: 'bb' };
    const record = recordOf({ seconds: 600 }, { classKey: 'bb', acctSessionId: 'odd', nas: 'another' });
    expect(findSession([first, other], record)).toBe(other);
    expect(findSession([first, other], { ...record, classKey: 'cc' })).toBeUndefined();
  });

  it('without Class is known by NAS, port and Acct-Session-Id, and a port may be missing (FR#3231)', () => {
    const record = recordOf({ seconds: 600, input: 3, output: 4 });
    expect(findSession([first], record)).toBe(first);
    expect(findSession([first], { ...record, nasPort: '' })).toBe(first);
    expect(findSession([first], { ...record, nasPort: '8' })).toBeUndefined();
    expect(findSession([first], { ...record, nas: 'another' })).toBeUndefined();
    expect(findSession([first], { ...record, acctSessionId: '80000002' })).toBeUndefined();
  });

  it('is not shared by two that dialled in one second under one Acct-Session-Id from two ports', () => {
    const second = sessionOf([{ kind: 'start', seconds: 0 }], { nasPort: '8' });
    const stop = recordOf({ kind: 'stop', seconds: 900 }, { nasPort: '8' });
    expect(findSession([first, second], stop)).toBe(second);
    expect(findSession([second, first], stop)).toBe(second);
  });

  it('is the slot reserved from the same place when the NAS drops Class', () => {
    const start = recordOf({ kind: 'start', seconds: 1 });
    const slots = [reserved('aa', { nasPort: '9' }), reserved('bb'), reserved('cc', { nas: 'another' })];
    expect(findSession(slots, start)?.key).toBe('bb');
    expect(findSession([reserved('aa', { nasPort: '', callingStationId: '' })], start)?.key).toBe('aa');
    expect(findSession([reserved('aa', { callingStationId: 'another' })], start)).toBeUndefined();
  });

  it('keeps the key of the slot that it adopts', () => {
    const slot = reserved('bb');
    const { session } = applyRecord(slot, recordOf({ kind: 'start', seconds: 1 }), CONTEXT);
    expect([session.key, session.state, session.acctSessionId]).toEqual(['bb', 'live', '80000001']);
    expect(findSession([session], recordOf({ seconds: 300 }))).toBe(session);
  });
});

describe('an Acct-Session-Id that is used again', () => {
  const old = sessionOf([
    { kind: 'start', seconds: 0 },
    { kind: 'stop', seconds: 600, input: 5, output: 5 },
  ]);
  const again = (report: Report, sessionTimeSeconds: number | undefined, boot = 0) => {
    const record = recordOf(report, { nasBoot: boot });
    return { ...record, order: { ...record.order, sessionTimeSeconds } };
  };

  it.each([
    {
      name: 'a Start by the clock of the NAS',
      record: again({ kind: 'start', seconds: 700 }, undefined),
      isNew: true,
    },
    { name: 'an Interim by the clock of the NAS', record: again({ seconds: 1200 }, 300), isNew: true },
    { name: 'a late Interim', record: again({ seconds: 500 }, 500), isNew: false },
    { name: 'a late Start', record: again({ kind: 'start', seconds: 0 }, undefined), isNew: false },
    {
      name: 'an unstamped Start within minutes of the Stop',
      record: unstamped(again({ kind: 'start', seconds: 900 }, undefined)),
      isNew: false,
    },
    {
      name: 'an unstamped Start an hour later',
      record: unstamped(again({ kind: 'start', seconds: 4200 }, undefined)),
      isNew: true,
    },
    {
      name: 'an unstamped Start two minutes after a boot',
      record: unstamped(again({ kind: 'start', seconds: 721 }, undefined, 1)),
      isNew: true,
    },
    {
      name: 'an unstamped Start ten seconds after the Stop, with a boot in between',
      record: unstamped(again({ kind: 'start', seconds: 610 }, undefined, 1)),
      isNew: true,
    },
    {
      name: 'an unstamped Interim of a shorter session soon after a boot',
      record: unstamped(again({ seconds: 670 }, 60, 1)),
      isNew: true,
    },
    {
      name: 'an unstamped copy of the Stop that was 50 s on its way over a boot',
      record: unstamped(again({ kind: 'stop', seconds: 650 }, 600, 1)),
      isNew: false,
    },
  ])('$name: new session $isNew', ({ record, isNew }) => {
    expect(findSession([old], record) === undefined).toBe(isNew);
  });

  it('goes to the right one of the two from then on, late records included', () => {
    const start = again({ kind: 'start', seconds: 700 }, undefined);
    const key = fallbackSessionKey(start, [old]);
    const fresh = applyRecord(undefined, start, { ...CONTEXT, newKey: key }).session;
    for (const sessions of [
      [old, fresh],
      [fresh, old],
    ]) {
      expect(findSession(sessions, again({ seconds: 1000 }, 300))).toBe(fresh);
      expect(findSession(sessions, again({ kind: 'stop', seconds: 1300 }, 600))).toBe(fresh);
      expect(findSession(sessions, again({ seconds: 300 }, 300))).toBe(old);
      expect(findSession(sessions, start)).toBe(fresh);
    }
  });
});

describe('the key of a session without Class', () => {
  const record = recordOf({ kind: 'start', seconds: 0 });

  it('is the same for the same session and another for everything that names another', () => {
    const key = fallbackSessionKey(record, []);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(fallbackSessionKey(recordOf({ kind: 'stop', seconds: 900 }), [])).toBe(key);
    expect(fallbackSessionKey({ ...record, nasAddress: '10.9.9.9' }, [])).toBe(key);
    const others = [
      { nas: 'b' },
      { nasBoot: 1 },
      { nasPort: '8' },
      { acctSessionId: 'x' },
      { username: 'b' },
    ];
    const keys = others.map((change) => fallbackSessionKey({ ...record, ...change }, []));
    expect(new Set([key, ...keys]).size).toBe(others.length + 1);
  });

  it('does not run fields together', () => {
    const left = fallbackSessionKey({ ...record, nasPort: '1', acctSessionId: '23' }, []);
    expect(fallbackSessionKey({ ...record, nasPort: '12', acctSessionId: '3' }, [])).not.toBe(left);
  });

  it('is never one that the line has already', () => {
    let sessions: Session[] = [];
    for (let use = 0; use < 5; use++) {
      const key = fallbackSessionKey(record, sessions);
      expect(sessions.map((session) => session.key)).not.toContain(key);
      sessions = [...sessions, closeSession({ ...sessionOf([{ seconds: 1 }]), key }, 'lost')];
    }
  });
});
