import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../../../engine/pipeline/engine-event.ts';
import { packEvent, unpackEvent } from '../../../../engine/store/counters/pack-event.ts';
import { recordOf } from '../../accounting/samples.ts';
import { account, GB, grantOf, lineOf } from '../../pipeline/samples.ts';
import { NOW, usageEvent } from '../ledger/sample.ts';

const figure = fc.nat({ max: 2 ** 31 });
const usage: fc.Arbitrary<UsageEvent> = fc
  .record({
    kind: fc.constantFrom('start', 'interim', 'stop', 'split', 'lost'),
    state: fc.constantFrom('reserved', 'live', 'suspect', 'closed'),
    at: fc.integer({ min: NOW, max: NOW + 10 ** 9 }),
    startedAt: fc.integer({ min: 0, max: NOW }),
    lineId: figure,
    username: fc.string(),
    framedIp: fc.constantFrom('', '10.0.0.1'),
    segment: fc.nat({ max: 3 }),
    sessionTimeSeconds: figure,
    inputOctets: figure,
    outputOctets: figure,
    chargedOctets: figure,
    freeOctets: figure,
    quarantinedOctets: figure,
    burnedOctets: figure,
    overshotOctets: figure,
    consumed: fc.array(fc.tuple(fc.string(), figure), { maxLength: 3 }),
    closeCause: fc.constantFrom('', 'lost', '0'),
    anomalies: fc.subarray(['late', 'revived'] as const),
    resume: fc.constantFrom(undefined, ['80/20'], ['s1/1', -1, 3, 99]),
  })
  .map((fields) => usageEvent(fields));

describe('an event in the log', () => {
  it('is what it was, with or without names', () => {
    fc.assert(
      fc.property(usage, (event) => {
        expect(unpackEvent(packEvent(event))).toEqual(event);
        expect(unpackEvent(JSON.parse(JSON.stringify(packEvent(event))))).toEqual(event);
      }),
    );
    const access = { type: 'access', at: 1, outcome: 'reject' } as never;
    expect(unpackEvent(packEvent(access))).toEqual(access);
  });

  it('says nothing that follows from the rest', () => {
    const { events } = account(lineOf([grantOf('service:ali:1', 10 * GB)]), [
      recordOf({ kind: 'start', seconds: 0 }),
      recordOf({ seconds: 300, input: 1_000, output: 90_000 }),
    ]);
    expect(JSON.stringify(packEvent(events[1]!))).toBe(
      `[5,1768025100000,42,"ali","${events[1]!.sessionKey}","bras","7","80000001","AA-BB-CC-DD-EE-01",` +
        '"100.64.0.7",300000,1000,90000,91000,["80000/20000"],[["service:ali:1",91000]]]',
    );
  });
});
