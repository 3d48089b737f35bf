import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WaitingEvents } from '../../../engine/jobs/waiting-events.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import { foldEvents } from '../../../engine/store/ledger/fold-events.ts';
import { usageEvent } from '../store/ledger/sample.ts';

const few = fc.integer({ min: 0, max: 2 });

const usage: fc.Arbitrary<EngineEvent> = fc
  .record({
    sessionKey: fc.constantFrom('0000000000000001', '0000000000000002'),
    lineId: fc.constantFrom(1, 2),
    at: few,
    startedAt: few,
    state: fc.constantFrom('live', 'suspect', 'closed'),
    inputOctets: few,
    outputOctets: few,
    chargedOctets: few,
    freeOctets: few,
    quarantinedOctets: few,
    burnedOctets: few,
    overshotOctets: few,
    consumed: fc.array(fc.tuple(fc.constantFrom('a', 'b'), few), { maxLength: 2 }),
  })
  .map((given) => usageEvent(given));

const other: fc.Arbitrary<EngineEvent> = few.map((boot) => ({
  type: 'nas',
  at: 0,
  nas: 'bras1',
  messageAuthenticatorSince: undefined,
  gigawordsSince: undefined,
  boot,
  bootedAt: boot,
}));

/** What the ledger would store, in an order that does not depend on that of the events. */
function foldedOf(events: Parameters<typeof foldEvents>[0]) {
  const { sessions, consumed, learned } = foldEvents(events);
  const keyOf = ({ newest }: (typeof sessions)[number]) => `${newest.lineId} ${newest.sessionKey}`;
  return {
    sessions: sessions.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)),
    consumed: [...consumed].sort(),
    learned,
  };
}

it('leaves of any events what the ledger makes the same of', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ arbitrary: usage, weight: 5 }, other), { maxLength: 12 }), (list) => {
      const events = list.map((event, index) => ({ position: index + 1, event }));
      const waiting = new WaitingEvents();
      waiting.add(events.slice(0, 5));
      waiting.add(events.slice(5));
      expect(foldedOf(waiting.list())).toEqual(foldedOf(events));
    }),
    { numRuns: 500 },
  );
});

it('keeps one event of a session whose figures only grow', () => {
  const waiting = new WaitingEvents();
  for (let minute = 1; minute <= 100; minute++) {
    const event = usageEvent({ at: minute, outputOctets: minute, consumed: [['a', minute]] });
    waiting.add([{ position: minute, event }]);
  }
  expect(waiting.list().map(({ position }) => position)).toEqual([100]);
});
