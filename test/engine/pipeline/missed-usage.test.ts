import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import { missedUsage } from '../../../engine/pipeline/missed-usage.ts';
import { rebuildLine } from '../../../engine/pipeline/rebuild-line.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import type { HistoryRow } from '../../../engine/subscribers/recovery.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { LINE, PLANS, run, streams } from './line-stream.ts';
import { account, contextOf, grantOf, lineOf } from './samples.ts';
import { sunkLine } from './sunk-line.ts';

/** The events as the history gives them back. */
function historyRows(events: readonly EngineEvent[]): HistoryRow[] {
  return events.flatMap((event) => {
    if (event.type !== 'usage') return [];
    const { type: _, at, sessionKey, sessionTimeSeconds, consumed, anomalies, ...row } = event;
    return [{ ...row, key: sessionKey, updatedAt: at }];
  });
}

function consumedOf({ grants }: Pick<LineState, 'grants'>): number {
  return grants.reduce((sum, grant) => sum + grant.consumed, 0);
}

/**
 * What each session has used, and until when. Whether it was given up since, or told another speed, cannot be seen in a
 * history that is known by its figures and times, and shows itself again.
 */
function octetsOf({ sessions }: LineState) {
  return sessions
    .map(({ key, counters, usage, updatedAt }) => ({ key, total: totalOctets(counters), usage, updatedAt }))
    .map(({ usage: { weightRemainder: _, ...usage }, ...session }) => ({ ...session, usage }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

describe.each(Object.entries(PLANS))('a history that is ahead of the ledger, plan: %s', (_, plan) => {
  it('brings the ledger up to where the line was, and a second time changes nothing', () => {
    fc.assert(
      fc.property(streams, fc.nat(), ([...steps], somewhere) => {
        const { state, events } = run(LINE, steps, plan);
        const sunk = events.slice(0, somewhere % (events.length + 1));
        const behind = sunkLine(LINE, sunk);
        const known = new Map(behind.sessions.map((session) => [session.key, session]));
        const missed = missedUsage(behind, known, historyRows(events));
        const ledger = sunkLine(LINE, [...sunk, ...missed]);
        const now = steps.at(-1)?.at ?? T0;
        const rebuilt = rebuildLine(ledger, contextOf(now, plan)).state;
        expect(octetsOf(rebuilt)).toEqual(octetsOf(state));
        expect(consumedOf(rebuilt)).toBe(consumedOf(state));
        const all = new Map(ledger.sessions.map((session) => [session.key, session]));
        expect(missedUsage(ledger, all, historyRows(events))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

it('takes octets from the grants that were valid when they flowed, and leaves those alone that the ledger knows', () => {
  const line = lineOf([
    grantOf('late', 900, { from: T0 + 600_000, until: T0 + HOUR_MS }),
    grantOf('long', 1_000),
  ]);
  const { state, events } = account(line, [
    recordOf({ kind: 'start', seconds: 0 }),
    recordOf({ seconds: 300, input: 0, output: 100 }),
    recordOf({ seconds: 900, input: 0, output: 700 }),
    recordOf({ seconds: 1_200, input: 0, output: 900 }),
  ]);
  expect(state.grants.map((grant) => grant.consumed)).toEqual([500, 400]);
  const behind = sunkLine(line, events.slice(0, 2));
  const known = new Map(behind.sessions.map((session) => [session.key, session]));
  const [missed, ...others] = missedUsage(behind, known, historyRows(events));
  expect(others).toEqual([]);
  expect(missed).toEqual({
    ...events.at(-1),
    consumed: [
      ['late', 500],
      ['long', 400],
    ],
  });
});
