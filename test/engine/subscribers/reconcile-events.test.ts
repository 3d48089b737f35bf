import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import { wakeLine } from '../../../engine/pipeline/wake-line.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { foldEvents } from '../../../engine/store/ledger/fold-events.ts';
import type { HistoryBalance, LedgerBalance } from '../../../engine/subscribers/reconcile.ts';
import { reconcileLine } from '../../../engine/subscribers/reconcile-line.ts';
import type { UsageFigures } from '../../../engine/subscribers/usage-history.ts';
import { DAY_MS, SECOND_MS } from '../../../engine/values/instant.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { contextOf, GB, grantOf, lineOf, planOf } from '../pipeline/samples.ts';

/** A record, or only time that passes. */
type Step = { readonly at: number; readonly record: AccountingRecord | undefined };

const counter = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 2 ** 30 }) },
  { weight: 2, arbitrary: fc.nat({ max: 2 ** 34 }) },
  { weight: 1, arbitrary: fc.constant(2 ** 50) },
);

/** An id is not used again when its session's tombstone may be gone. */
const HALF_DAY_SECONDS = 43_200;

/** Anything a NAS may send on three ports: in any order, late, twice, with counters that fall and jump. */
const step: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom('start', 'interim', 'interim', 'interim', 'stop', undefined),
    session: fc.integer({ min: 1, max: 3 }),
    seconds: fc.oneof(fc.nat({ max: 7_200 }), fc.nat({ max: 3 * 86_400 })),
    delay: fc.nat({ max: 2_000 }),
    input: counter,
    output: counter,
    gigawordsKnown: fc.boolean(),
  })
  .map(({ kind, session, seconds, delay, input, output, gigawordsKnown }) => {
    const at = T0 + (seconds + delay) * SECOND_MS;
    if (kind === undefined) return { at, record: undefined };
    const acctSessionId = `${session}-${Math.floor(seconds / HALF_DAY_SECONDS)}`;
    const own = { acctSessionId, nasPort: String(session), receivedAt: at, gigawordsKnown };
    return { at, record: recordOf({ kind, seconds, input, output }, own) };
  });
const steps = fc
  .array(step, { maxLength: 25 })
  .map((given) => given.toSorted((left, right) => left.at - right.at));

const plan = fc.constantFrom(
  planOf(),
  planOf({ quota: undefined }),
  planOf({ exhausted: 'disconnect', speed: undefined }),
  planOf({
    windows: [
      { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 600, percent: 33, speed: undefined },
      { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 600, toMinute: 700, percent: 0, speed: undefined },
    ],
  }),
);

const NOTHING: UsageFigures = {
  inputOctets: 0,
  outputOctets: 0,
  chargedOctets: 0,
  freeOctets: 0,
  quarantinedOctets: 0,
  burnedOctets: 0,
  overshotOctets: 0,
};

/** What ledger and history make of the events of the log: highest figures per session and grant. */
function sunk(events: readonly EngineEvent[], state: LineState) {
  const { sessions, consumed } = foldEvents(events.map((event, index) => ({ position: index + 1, event })));
  const own = sessions.filter(({ newest }) => newest.lineId === state.profile.lineId);
  const figures = new Map(
    own.map(({ newest, counters }): [string, UsageFigures] => {
      const named = Object.keys(NOTHING).map((name, index) => [name, counters[index]!]);
      return [newest.sessionKey, Object.fromEntries(named)];
    }),
  );
  const kept = new Set(state.sessions.map(({ key }) => key));
  const others = { burnedOctets: 0, unaccountedOctets: 0 };
  for (const [key, figure] of figures) {
    if (kept.has(key)) continue;
    const { inputOctets, outputOctets, chargedOctets, freeOctets, quarantinedOctets } = figure;
    others.burnedOctets += figure.burnedOctets;
    others.unaccountedOctets += Math.abs(
      inputOctets + outputOctets - chargedOctets - freeOctets - quarantinedOctets,
    );
    figures.delete(key);
  }
  const history: HistoryBalance = { sessions: figures, others };
  const ledger: LedgerBalance = {
    sessions: figures,
    grants: new Map(
      state.grants.map(({ id, octets }) => [id, { octets, consumedOctets: consumed.get(id) ?? 0 }]),
    ),
  };
  return { history, ledger };
}

it('agrees about every line whose events have all arrived, whatever its NAS sent', () => {
  fc.assert(
    fc.property(steps, plan, fc.boolean(), (given, ofLine, isClosing) => {
      const late = { from: T0 + 3_600_000, until: T0 + DAY_MS };
      let state = lineOf([grantOf('a', GB), grantOf('b', 3 * GB, late)]);
      const events: EngineEvent[] = [];
      const last = { at: T0 + 60 * DAY_MS, record: undefined };
      for (const { at, record } of isClosing ? [...given, last] : given) {
        const context = contextOf(at, ofLine);
        const change =
          record === undefined ? wakeLine(state, context) : accountRecord(state, record, context);
        state = change.state!;
        events.push(...change.events);
      }
      expect(reconcileLine({ username: 'ali', lineId: 42, state, now: T0, ...sunk(events, state) })).toEqual(
        [],
      );
    }),
    { numRuns: 3_000 },
  );
});
