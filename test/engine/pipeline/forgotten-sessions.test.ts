import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { isOpen } from '../../../engine/accounting/session-life.ts';
import { rebuildLine } from '../../../engine/pipeline/rebuild-line.ts';
import { STRAY_LINE_ID } from '../../../engine/pipeline/stray-event.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import {
  burnedByKey,
  countAll,
  lateStops,
  type NasWays,
  provingWays,
  RICH,
  replayed,
  sentOf,
  staysOf,
  trulyUsed,
} from './flapping-line.ts';
import { contextOf } from './samples.ts';
import { sunkLine } from './sunk-line.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const consumed = (state: LineState) => sum(state.grants.map((grant) => grant.consumed));
const openKeys = ({ sessions }: LineState) =>
  sessions
    .filter(isOpen)
    .map(({ key }) => key)
    .sort();

const LOSSES = ['start', 'stop'] as const;
const laterMs = fc.constantFrom(MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 25 * HOUR_MS, 40 * DAY_MS);
const anyWays: fc.Arbitrary<NasWays> = fc.oneof(
  provingWays,
  fc.record({
    echoesClass: fc.constant(false),
    clockErrorSeconds: fc.constant(undefined),
    tellsDelay: fc.constant(true),
    ids: fc.constant(1000),
  }),
);

describe('a line that flaps, with Stops that are late or lost', () => {
  it('never burns more than was used, and burns what ledger and history say', () => {
    fc.assert(
      fc.property(staysOf(lateStops, LOSSES), anyWays, (stays, ways) => {
        const sent = sentOf(stays, ways);
        const { state, events } = countAll(RICH, sent);
        expect(consumed(state)).toBeLessThanOrEqual(sum(trulyUsed(sent).values()));
        expect(consumed(state)).toBe(sum(burnedByKey(events).values()));
      }),
      { numRuns: 300 },
    );
  });

  it('burns all that was used but of sessions that it declares forgotten', () => {
    fc.assert(
      fc.property(staysOf(lateStops, LOSSES), provingWays, (stays, ways) => {
        const sent = sentOf(stays, ways);
        const { events, keys, refused } = countAll(RICH, sent);
        const burned = burnedByKey(events);
        for (const [session, used] of trulyUsed(sent)) {
          if (refused.has(session)) continue;
          expect(sum([...keys.get(session)!].map((key) => burned.get(key)!))).toBe(used);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('forgets nothing while its records come in time, whatever ids are used again', () => {
    fc.assert(
      fc.property(staysOf(fc.constant(0), ['stop']), provingWays, (stays, ways) => {
        const sent = sentOf(stays, ways);
        const { state, refused } = countAll(RICH, sent);
        expect(refused.size).toBe(0);
        expect(consumed(state)).toBe(sum(trulyUsed(sent).values()));
      }),
      { numRuns: 300 },
    );
  });

  it('changes no total and closes or opens no session when all its records come again, however much later', () => {
    fc.assert(
      fc.property(staysOf(lateStops, LOSSES), provingWays, laterMs, (stays, ways, later) => {
        const sent = sentOf(stays, ways);
        const once = countAll(RICH, sent);
        const again = replayed(sent, later);
        const twice = countAll(once.state, [...again, ...replayed(again, later)]);
        expect(twice.state.grants).toEqual(once.state.grants);
        expect(burnedByKey([...once.events, ...twice.events])).toEqual(burnedByKey(once.events));
        expect(openKeys(twice.state)).toEqual(openKeys(once.state));
      }),
      { numRuns: 300 },
    );
  });

  it('counts nothing anew when it was lost and rebuilt, whenever that was', () => {
    const cut = fc.tuple(staysOf(lateStops, LOSSES), provingWays, fc.nat(), laterMs);
    fc.assert(
      fc.property(cut, ([stays, ways, somewhere, later]) => {
        const sent = sentOf(stays, ways);
        const at = 1 + (somewhere % Math.max(1, sent.length));
        const before = countAll(RICH, sent.slice(0, at));
        const own = before.events.filter(({ lineId }) => lineId === RICH.profile.lineId);
        const now = (sent[at - 1]?.record.receivedAt ?? T0) + later;
        const rebuilt = rebuildLine(sunkLine(RICH, own), contextOf(now)).state;
        expect(consumed(rebuilt)).toBe(consumed(before.state));
        const again = countAll(rebuilt, replayed(sent.slice(0, at), 2 * later));
        // A session that was forgotten may be known again; what was refused of it is then counted, once.
        if (before.refused.size === 0) expect(again.state.grants).toEqual(rebuilt.grants);
        const rest = replayed(sent, 3 * later);
        const after = countAll(again.state, rest);
        expect(consumed(after.state)).toBeLessThanOrEqual(sum(trulyUsed(sent).values()));
        const events = [...own, ...again.events, ...after.events];
        expect(consumed(after.state)).toBe(sum(burnedByKey(events).values()));
      }),
      { numRuns: 300 },
    );
  });
});

const account = (records: readonly AccountingRecord[]) =>
  countAll(
    RICH,
    records.map((record) => ({ session: 0, record })),
  );
const report = (kind: AccountingRecord['kind'], at: number, seconds: number, output: number) => {
  const record = recordOf({ kind, seconds: at, input: 0, output });
  return {
    ...record,
    order: { ...record.order, sessionTimeSeconds: kind === 'start' ? undefined : seconds },
  };
};
const DAY = DAY_MS / 1000;

describe('a session that was forgotten', () => {
  const first = [report('start', 0, 0, 0), report('stop', 600, 600, 100)];
  const other = { ...report('start', 2 * DAY - 900, 0, 0), acctSessionId: 'other', nasPort: '8' };

  it('is kept in the history as that of a stranger when its Stop comes again, and ends nobody', () => {
    const late = { ...first[1]!, receivedAt: T0 + 3 * DAY_MS };
    const { state, events } = account([...first, other, late]);
    expect(state.forgotten).toEqual({ through: T0 + 600_000, stampSeconds: T0 / 1000 + 600 });
    expect(consumed(state)).toBe(100);
    expect(openKeys(state)).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      lineId: STRAY_LINE_ID,
      state: 'closed',
      closeCause: 'forgotten',
      outputOctets: 100,
      quarantinedOctets: 100,
      burnedOctets: 0,
      anomalies: ['forgotten'],
    });
  });

  it('leaves its id to another session, which has a key of its own, with stamps and without', () => {
    const second = [report('start', 2 * DAY, 0, 0), report('stop', 2 * DAY + 300, 300, 70)];
    const unstamped = (record: AccountingRecord): AccountingRecord => ({
      ...record,
      order: { ...record.order, eventTimestampSeconds: undefined },
    });
    const records = [...first, other, ...second];
    for (const given of [records, records.map(unstamped)]) {
      const { state, events } = account(given);
      expect(consumed(state)).toBe(170);
      expect([...burnedByKey(events).values()].sort()).toEqual([0, 100, 70]);
    }
  });

  it('is not taken for the next session of its port, whose slot is free', () => {
    const at = T0 + 2 * DAY_MS;
    const { state } = account([...first, other]);
    const [slot] = account([report('start', 2 * DAY, 0, 0)]).state.sessions;
    const reserved = { ...slot!, state: 'reserved' as const, acctSessionId: '', seenAt: at };
    const line = { ...state, sessions: [...state.sessions, reserved] };
    const late = { ...first[1]!, receivedAt: at + 1000 };
    const after = countAll(line, [{ session: 0, record: late }]);
    expect(after.refused.size).toBe(1);
    expect(after.state.sessions).toContain(reserved);
    const next = countAll(line, [{ session: 1, record: report('start', 2 * DAY + 1, 0, 0) }]);
    expect(next.refused.size).toBe(0);
    expect(next.state.sessions.at(-1)).toMatchObject({ key: reserved.key, state: 'live' });
  });
});
