import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../engine/accounting/session.ts';
import { ageSession, isOpen } from '../../../engine/accounting/session-life.ts';
import { MINUTE_MS, SECOND_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { GB, grantOf, lineOf } from '../pipeline/samples.ts';
import { type Dialled, DialledLine, type Place, totalOf } from './dialled-line.ts';

const HOME: Place = { port: '1', station: '02:00:00:00:00:01' };
const AWAY: Place = { port: '2', station: '02:00:00:00:00:02' };
const MB = 1_000_000;

const lineWith = (concurrentSessions: number) =>
  new DialledLine(lineOf([grantOf('a', 100 * GB)], { concurrentSessions }));

/** Logs in from the place, which must be accepted, and starts. */
function goOnline(line: DialledLine, place: Place): Dialled {
  expect(line.login(place).accepted).toBe(true);
  const session = line.dialled.at(-1)!;
  line.report('start', session);
  return session;
}

function transfer(line: DialledLine, session: Dialled, input: number, output: number): void {
  session.input += input;
  session.output += output;
  line.report('interim', session);
}

const held = (line: DialledLine, { key }: Dialled): Session => {
  const found = line.state.sessions.filter((session) => session.key === key);
  expect(found).toHaveLength(1);
  return found[0]!;
};

const rowsOf = (line: DialledLine, { key }: Dialled) => line.usage.filter((row) => row.sessionKey === key);

describe('two logins before either Start', () => {
  it('from two places: only the first has the last slot, and its Start confirms it', () => {
    const line = lineWith(1);
    expect([line.login(HOME).accepted, line.login(AWAY).accepted]).toEqual([true, false]);
    line.report('start', line.dialled[0]!);
    expect(line.state.sessions.map(({ state }) => state)).toEqual(['live']);
    expect(line.login(AWAY).accepted).toBe(false);
  });

  it.each([
    { name: 'the station that dials on another port each time (RouterOS)', again: { ...HOME, port: '77' } },
    { name: 'the port, whose modem was changed', again: { ...HOME, station: AWAY.station } },
    { name: 'the station in other notation', again: { port: '77', station: '0200.0000.0001' } },
  ])('from $name: the second has the slot of the first, at once', ({ again }) => {
    const line = lineWith(1);
    expect(line.login(HOME).accepted).toBe(true);
    expect(line.login(again)).toMatchObject({ accepted: true, effects: [] });
    expect(line.state.sessions.map(({ key }) => key)).toEqual([line.dialled[1]!.key]);
  });

  it('keeps the slots of two stations apart while there is room for both', () => {
    const line = lineWith(2);
    line.login(HOME);
    line.login({ ...HOME, port: '77' });
    expect(line.state.sessions).toHaveLength(2);
    expect(line.login(AWAY).accepted).toBe(false);
  });

  it('that both come online all the same: the older one is ended', () => {
    const line = lineWith(1);
    line.login(HOME);
    line.pass(SECOND_MS);
    line.login({ ...HOME, port: '77' });
    const [older, newer] = line.dialled as [Dialled, Dialled];
    line.report('start', newer);
    const { effects } = line.report('start', older);
    expect(effects).toMatchObject([
      { kind: 'disconnect', reason: 'taken-over', acctSessionId: `id-${older.key}` },
    ]);
  });
});

describe('a ghost after a power cut', () => {
  it('keeps its last counters and times, is closed by one row, and its NAS is told', () => {
    const line = lineWith(1);
    const ghost = goOnline(line, HOME);
    line.pass(5 * MINUTE_MS);
    transfer(line, ghost, 5 * MB, 50 * MB);
    const last = line.now;
    line.pass(MINUTE_MS);
    const decision = line.login({ ...HOME, port: '9' });
    expect(decision).toMatchObject({
      accepted: true,
      effects: [{ kind: 'disconnect', sessionKey: ghost.key }],
    });
    const closed = held(line, ghost);
    expect(closed).toMatchObject({ state: 'closed', closeCause: 'taken-over', updatedAt: last });
    expect(totalOf(closed)).toBe(55 * MB);
  });

  it('of another place is taken over as soon as its silence is suspicious, not before', () => {
    const line = lineWith(1);
    goOnline(line, HOME);
    line.pass(14 * MINUTE_MS);
    expect(line.login(AWAY).accepted).toBe(false);
    line.pass(MINUTE_MS);
    expect(line.state.sessions[0]!.state).toBe('suspect');
    expect(line.login(AWAY).accepted).toBe(true);
  });

  it('of a boot that its NAS announced gives way to anybody at once, and no order is sent for it', () => {
    const line = lineWith(1);
    const ghost = goOnline(line, HOME);
    line.boot = 1;
    expect(line.login(AWAY)).toMatchObject({ accepted: true, effects: [] });
    expect(held(line, ghost).closeCause).toBe('taken-over');
  });
});

describe('a session that was taken over and goes on reporting', () => {
  it.each([{ announced: 0 }, { announced: 1 }])(
    'counts on from where it was, once, and is ended (boots announced: $announced)',
    ({ announced }) => {
      const line = lineWith(1);
      const ghost = goOnline(line, HOME);
      line.pass(5 * MINUTE_MS);
      transfer(line, ghost, 5 * MB, 50 * MB);
      line.boot = announced;
      const winner = goOnline(line, { ...HOME, port: '9' });
      line.pass(5 * MINUTE_MS);
      ghost.input += MB;
      ghost.output += 2 * MB;
      const { effects } = line.report('interim', ghost);
      expect(effects).toMatchObject([{ kind: 'disconnect', reason: 'taken-over', sessionKey: ghost.key }]);
      expect([held(line, ghost).state, held(line, winner).state]).toEqual(['live', 'live']);
      expect(rowsOf(line, ghost).at(-1)).toMatchObject({ inputOctets: 6 * MB, outputOctets: 52 * MB });
      line.report('stop', ghost);
      expect(held(line, ghost)).toMatchObject({ state: 'closed', closeCause: 'user-request' });
      expect(line.state.grants[0]!.consumed).toBe(58 * MB);
    },
  );

  it('is not brought back by a copy of what it had reported before', () => {
    const line = lineWith(1);
    const ghost = goOnline(line, HOME);
    line.pass(5 * MINUTE_MS);
    transfer(line, ghost, 5 * MB, 50 * MB);
    const winner = goOnline(line, HOME);
    line.report('interim', ghost);
    expect([held(line, ghost).state, held(line, winner).state]).toEqual(['closed', 'live']);
  });
});

describe('a suspect session', () => {
  it('is alive again by its next interim, counted once, and then stands against others', () => {
    const line = lineWith(1);
    const session = goOnline(line, HOME);
    line.pass(5 * MINUTE_MS);
    transfer(line, session, MB, MB);
    line.pass(15 * MINUTE_MS);
    expect(held(line, session).state).toBe('suspect');
    transfer(line, session, MB, MB);
    expect(held(line, session).state).toBe('live');
    expect(line.state.grants[0]!.consumed).toBe(4 * MB);
    expect(line.login(AWAY).accepted).toBe(false);
  });
});

describe('sessions at the same time', () => {
  it('share one remainder: whichever ends it, all are slowed in the same change', () => {
    const line = new DialledLine(lineOf([grantOf('a', 100 * MB)], { concurrentSessions: 2 }));
    const [first, second] = [goOnline(line, HOME), goOnline(line, AWAY)];
    line.pass(MINUTE_MS);
    transfer(line, first, 0, 60 * MB);
    expect(line.effects).toEqual([]);
    second.output = 60 * MB;
    const { effects } = line.report('interim', second);
    expect(effects.map(({ kind, sessionKey }) => [kind, sessionKey]).sort()).toEqual(
      [first, second].map(({ key }) => ['change-speed', key]).sort(),
    );
    expect(line.state.grants[0]!.consumed).toBe(100 * MB);
    const usage = line.state.sessions.map((session) => session.usage);
    expect(usage.reduce((sum, { burnedOctets }) => sum + burnedOctets, 0)).toBe(100 * MB);
    expect(usage.reduce((sum, { overshotOctets }) => sum + overshotOctets, 0)).toBe(20 * MB);
  });

  it('never burn more than there is, however their reports alternate', () => {
    const reports = fc.array(fc.record({ who: fc.nat({ max: 2 }), octets: fc.nat({ max: 50 * MB }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(reports, fc.integer({ min: 1, max: 500 }), (made, size) => {
        const line = new DialledLine(lineOf([grantOf('a', size * MB)], { concurrentSessions: 3 }));
        const sessions = ['1', '2', '3'].map((port) => goOnline(line, { port, station: port }));
        for (const { who, octets: more } of made) {
          line.pass(MINUTE_MS);
          transfer(line, sessions[who]!, 0, more);
        }
        const burned = line.state.sessions.reduce((sum, { usage }) => sum + usage.burnedOctets, 0);
        const reported = sessions.reduce((sum, { output }) => sum + output, 0);
        expect(line.state.grants[0]!.consumed).toBe(burned);
        expect(burned).toBe(Math.min(reported, size * MB));
      }),
    );
  });
});

/** What may happen to a line next. */
const move = fc.record({
  what: fc.constantFrom('login', 'login', 'login', 'start', 'interim', 'interim', 'stop', 'pass', 'boot'),
  place: fc.record({ port: fc.constantFrom('', '1', '2', '3'), station: fc.constantFrom('', 'a', 'b') }),
  who: fc.nat({ max: 30 }),
  minutes: fc.constantFrom(0, 1, 5, 20, 60),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function make(line: DialledLine, { what, place, who, minutes }: Move, limit: number): void {
  line.now += SECOND_MS;
  const session = line.dialled[who % Math.max(1, line.dialled.length)];
  if (what === 'login') checkLogin(line, place, limit);
  else if (what === 'pass') line.pass(minutes * MINUTE_MS);
  else if (what === 'boot') line.boot += 1;
  else if (session !== undefined && !session.over && isJudgeable(line, session)) {
    const elapsed = (line.now - session.startedAt) / SECOND_MS;
    session.output = Math.max(session.output, what === 'start' ? 0 : elapsed * 100_000 + who);
    line.report(what, session);
  }
}

/** A session that the line has forgotten is kept out of its books, which is another law. */
function isJudgeable({ state, usage }: DialledLine, { key }: Dialled): boolean {
  const isKnown = state.sessions.some((session) => session.key === key);
  return isKnown || (state.forgotten === undefined && !usage.some((row) => row.sessionKey === key));
}

function checkLogin(line: DialledLine, place: Place, limit: number): void {
  const aged = line.state.sessions
    .map((session) => ageSession(session, line.now, line.boot))
    .filter((session) => session !== undefined);
  const before = aged.filter(isOpen);
  const decision = line.login(place);
  if (!decision.accepted) {
    expect(decision.reason).toBe('too-many-sessions');
    expect(before.length).toBeGreaterThanOrEqual(limit);
    return;
  }
  const after = new Map(decision.sessions.map((session) => [session.key, session]));
  const own = line.dialled.at(-1)!.key;
  const open = decision.sessions.filter(isOpen);
  expect(open.length).toBeLessThanOrEqual(limit);
  const kept = before.filter(({ key }) => open.some((session) => session.key === key));
  expect(open.filter(({ key }) => key !== own)).toEqual(kept);
  const losers = before.filter((session) => !kept.includes(session));
  const slots = losers.filter(({ state }) => state === 'reserved');
  expect(losers.length - slots.length).toBeLessThanOrEqual(Math.max(0, before.length + 1 - limit));
  for (const loser of losers) {
    const closed = after.get(loser.key);
    if (loser.state === 'reserved') expect(closed).toBeUndefined();
    else {
      expect(closed).toMatchObject({ state: 'closed', closeCause: 'taken-over', updatedAt: loser.updatedAt });
      expect(totalOf(closed!)).toBe(totalOf(loser));
    }
  }
  const told = losers.filter(({ state, nasBoot }) => state !== 'reserved' && nasBoot === line.boot);
  expect(decision.effects.map(({ sessionKey }) => sessionKey)).toEqual(told.map(({ key }) => key));
}

describe('in any row of logins, reports, silences and boots', () => {
  it('a login is only accepted within the limit, and closes exactly those that it takes over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(move, { maxLength: 40 }), (limit, moves) => {
        const line = lineWith(limit);
        for (const one of moves) make(line, one, limit);
      }),
      { numRuns: 500 },
    );
  });

  it('every live session beyond the limit is under orders to end, and no octet is lost or counted twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(move, { maxLength: 40 }), (limit, moves) => {
        const line = lineWith(limit);
        for (const one of moves) {
          make(line, one, limit);
          if (one.what === 'login' || one.what === 'boot') continue;
          const live = line.state.sessions.filter(({ state }) => state === 'live');
          const ordered = live.filter(({ pendingEffect }) => pendingEffect?.kind === 'disconnect');
          expect(live.length - ordered.length).toBeLessThanOrEqual(limit);
        }
        for (const { key, output } of line.dialled) {
          const rows = line.usage.filter((row) => row.sessionKey === key);
          expect(Math.max(0, ...rows.map((row) => row.outputOctets))).toBe(output);
        }
        const reported = line.dialled.reduce((sum, { output }) => sum + output, 0);
        expect(line.state.grants[0]!.consumed).toBe(octets(reported));
      }),
      { numRuns: 500 },
    );
  });
});
