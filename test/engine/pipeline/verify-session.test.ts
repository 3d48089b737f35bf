import { describe, expect, it } from 'vitest';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import { effectDone } from '../../../engine/pipeline/effect-done.ts';
import type { LineContext } from '../../../engine/pipeline/line-change.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { account, contextOf, GB, grantOf, lineOf, profileOf } from './samples.ts';

const MINUTE = 60;
const FAST_MINUTE = 100 * 2 ** 20;
const ACK = { kind: 'change-speed', result: 'ack', errorCause: 0, attempts: 1, latencyMs: 9 } as const;
const DISCONNECTED = { ...ACK, kind: 'disconnect' } as const;

/** A line whose volume ends with its first interim. */
const used = account(lineOf([grantOf('a', GB)], { concurrentSessions: 1 }), [
  recordOf({ kind: 'start', seconds: 0 }),
  recordOf({ seconds: MINUTE, input: 0, output: GB }),
]);

/** Goes on with reports at full speed each minute; the NAS acknowledges whatever is ordered. */
function goOn(minutes: number, total: (minute: number) => number, first = used) {
  let state: LineState = first.state;
  const orders: { minute: number; effect: Effect }[] = [];
  const rows: { minute: number; result: string }[] = [];
  const answer = (effects: readonly Effect[], minute: number) => {
    for (const effect of effects) {
      orders.push({ minute, effect });
      const done = effectDone(
        state,
        effect,
        effect.kind === 'disconnect' ? DISCONNECTED : ACK,
        contextOf(T0 + minute * 60_000 + 500),
      );
      state = done.state!;
    }
  };
  answer(first.effects, 1);
  for (let minute = 2; minute < 2 + minutes; minute++) {
    const record = recordOf({ seconds: minute * MINUTE, input: 0, output: total(minute) });
    const change = accountRecord(state, record, contextOf(record.receivedAt));
    state = change.state!;
    for (const event of change.events) {
      if (event.type === 'effect') rows.push({ minute, result: event.result });
    }
    answer(change.effects, minute);
  }
  const words = orders.map(({ minute, effect }) => `${minute} ${effect.kind} ${effect.reason}`);
  return { state, session: state.sessions[0] as Session, words, rows, orders };
}

describe('a slower speed that the NAS acknowledged', () => {
  it('and does not keep is ordered again, then the session is to end, then staff are told once', () => {
    const { words, rows, session } = goOn(20, (minute) => GB + (minute - 1) * FAST_MINUTE);
    expect(words).toEqual([
      '1 change-speed volume-ended',
      '4 change-speed not-in-force',
      '7 disconnect not-in-force',
      '9 disconnect not-in-force',
      '11 disconnect not-in-force',
      '13 disconnect not-in-force',
    ]);
    expect(rows).toEqual([{ minute: 9, result: 'not-in-force' }]);
    expect(session.unproven).toBeUndefined();
  });

  it('and keeps is left alone', () => {
    const { words, session } = goOn(20, (minute) => GB + (minute - 1) * 15 * 32_000);
    expect(words).toEqual(['1 change-speed volume-ended']);
    expect(session.unproven?.failures).toBe(0);
  });

  it.each<[string, Partial<Effect>, Partial<LineContext>]>([
    ['is believed of a NAS that counts what it does not slow down', {}, { provesSpeed: () => false }],
    ['is not proved in a soft landing', { reason: 'volume-ending' }, {}],
  ])('%s', (_title, changes, facts) => {
    const [effect] = used.effects;
    const context = { ...contextOf(T0 + 60_000), ...facts };
    const { state } = effectDone(used.state, { ...effect!, ...changes }, ACK, context);
    expect(state?.sessions[0]).toMatchObject({ applied: { mode: 'slow' } });
    expect(state?.sessions[0]?.unproven).toBeUndefined();
  });

  it('is none any more when the line is fast again: its volume was filled up, and fast traffic is right', () => {
    const slowed = goOn(1, () => GB);
    const restored: LineState = { ...slowed.state, grants: [...slowed.state.grants, grantOf('b', 90 * GB)] };
    const first = { ...used, state: restored, effects: [] };
    const { words, session } = goOn(5, (minute) => GB + minute * FAST_MINUTE, first);
    expect(words).toEqual(['2 change-speed service-restored']);
    expect((session.applied satisfies AppliedService).mode).toBe('full');
    expect(session.unproven).toBeUndefined();
  });

  it('is not asked of a line that is ended meanwhile: that is ordered instead', () => {
    const slowed = goOn(2, (minute) => GB + (minute - 1) * FAST_MINUTE);
    const ended: LineState = { ...slowed.state, profile: profileOf({ expiresAt: T0 + 1 }) };
    const record = recordOf({ seconds: 4 * MINUTE, input: 0, output: GB + 3 * FAST_MINUTE });
    const { effects } = accountRecord(ended, record, contextOf(record.receivedAt));
    expect(effects).toMatchObject([{ kind: 'disconnect', reason: 'service-ended' }]);
  });
});
