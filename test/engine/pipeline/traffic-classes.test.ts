import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import { classSessionKey, loggedInAt, loginSessionKey } from '../../../engine/accounting/session-key.ts';
import { projectLine } from '../../../engine/pipeline/project-line.ts';
import { decideAccess } from '../../../engine/policy/decide-access.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { account, contextOf, GB, grantOf, lineOf, lookupOf, planOf } from './samples.ts';

const MB = 2 ** 20;
const KEY = loginSessionKey(Buffer.from('01020304', 'hex'), T0);
/** The session itself is not charged: all its traffic is counted in one of two classes. */
const CLASSES = [
  { name: '', percent: 0 },
  { name: 'domestic', percent: 50 },
];
const plan = planOf({ classes: CLASSES });
const line = () => lineOf([grantOf('a', GB)], { concurrentSessions: 1 });

type Part = '' | 'domestic' | 'international';
const ID: Record<Part, string> = { '': '700', domestic: '700:1', international: '700:2' };

/** A report about the session or a part of it, with the Class of the login in all of them. */
const report = (part: Part, minutes: number, output: number, kind?: AccountingRecord['kind']) =>
  recordOf(
    { ...(kind && { kind }), seconds: minutes * 60, input: 0, output },
    {
      acctSessionId: ID[part],
      trafficClass: part,
      classKey: part === '' ? KEY : classSessionKey(KEY, part),
    },
  );

const begun = (['', 'domestic', 'international'] as const).map((part) => report(part, 0, 0, 'start'));
const consumed = (state: ReturnType<typeof account>['state']) => state.grants[0]!.consumed;
const partOf = (sessions: readonly Session[], part: Part) =>
  sessions.find(({ trafficClass }) => trafficClass === part)!;

describe('classes of traffic that a NAS counts apart', () => {
  it('each weigh as the plan says, and a class that it does not name weighs in full', () => {
    const { state } = account(
      line(),
      [
        ...begun,
        report('domestic', 5, 100 * MB),
        report('international', 5, 40 * MB),
        report('', 5, 140 * MB),
      ],
      plan,
    );
    expect(consumed(state)).toBe(90 * MB);
    expect(partOf(state.sessions, '').usage).toMatchObject({ chargedOctets: 0, freeOctets: 140 * MB });
    expect(partOf(state.sessions, 'domestic').usage).toMatchObject({
      chargedOctets: 100 * MB,
      burnedOctets: 50 * MB,
    });
  });

  it('weigh by the hour as well, to the ten-thousandth of an octet', () => {
    const window = { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440, percent: 33 };
    const odd = planOf({
      classes: [{ name: 'domestic', percent: 33 }],
      windows: [{ ...window, speed: undefined }],
    });
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 8 }), (pieces) => {
        let total = 0;
        const records = pieces.map((octets, index) => {
          total += octets;
          return report('domestic', 1 + index, total);
        });
        const { state } = account(line(), [report('domestic', 0, 0, 'start'), ...records], odd);
        expect(consumed(state)).toBe(Math.floor((total * 1089) / 10_000));
      }),
    );
  });

  it('are sessions of their own that take no slot and are given no orders', () => {
    const { state } = account(line(), begun, plan);
    expect(state.sessions.map(({ state: life }) => life)).toEqual(['live', 'live', 'live']);
    const lone = { ...line(), sessions: state.sessions.filter(({ trafficClass }) => trafficClass !== '') };
    const request = {
      now: T0,
      nas: 'other',
      nasBoot: 0,
      nasAddress: '10.0.0.2',
      nasPort: '1',
      callingStationId: 'other',
      sessionKey: '8000000000000001',
    };
    expect(decideAccess(lone, lookupOf(plan), () => 0, request).accepted).toBe(true);
    const removed = projectLine(state, undefined, contextOf(T0, plan))!;
    expect(removed.effects.map(({ acctSessionId }) => acctSessionId)).toEqual([ID['']]);
  });

  it('end the volume for all: the session itself is slowed, and what its parts use then is free', () => {
    const spent = account(line(), [...begun, report('international', 5, GB)], plan);
    expect(spent.effects).toMatchObject([
      { kind: 'change-speed', acctSessionId: ID[''], reason: 'volume-ended' },
    ]);
    const slow = { mode: 'slow', downKbps: 128, upKbps: 128 } as const;
    const sessions = spent.state.sessions.map((session) =>
      session.trafficClass === '' ? { ...session, applied: slow } : session,
    );
    const after = account({ ...spent.state, sessions }, [report('international', 10, GB + MB)], plan);
    expect(partOf(after.state.sessions, 'international').usage).toMatchObject({
      freeOctets: MB,
      overshotOctets: 0,
    });
  });

  it('do not end one another, although they share a port', () => {
    const later = account(line(), [...begun, report('domestic', 3, MB), report('', 4, MB)], plan);
    expect(later.state.sessions.every(({ state }) => state === 'live')).toBe(true);
  });

  it('have a key of their own that tells the same login', () => {
    const keys = (['domestic', 'international'] as const).map((part) => classSessionKey(KEY, part));
    expect(new Set([KEY, ...keys]).size).toBe(3);
    expect(keys.map(loggedInAt)).toEqual([loggedInAt(KEY), loggedInAt(KEY)]);
  });

  it('are told apart without Class, also under one Acct-Session-Id', () => {
    const bare = (part: Part, minutes: number, output: number) =>
      recordOf({ seconds: minutes * 60, input: 0, output }, { trafficClass: part });
    const { state } = account(line(), [bare('', 1, 9), bare('domestic', 1, 4), bare('', 2, 20)], plan);
    expect(state.sessions.map(({ counters }) => counters.current.outputOctets).sort()).toEqual([20, 4]);
  });
});
