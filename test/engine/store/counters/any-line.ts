import fc from 'fast-check';
import type { Forgotten } from '../../../../engine/accounting/forgotten.ts';
import type { RecordOrder } from '../../../../engine/accounting/record.ts';
import type { Session } from '../../../../engine/accounting/session.ts';
import type { LineState } from '../../../../engine/policy/line-state.ts';
import type { Grant } from '../../../../engine/quota/grant.ts';
import type { Octets } from '../../../../engine/values/octets.ts';

const text = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    ' ',
    '=',
    '%',
    '%2d',
    'a b',
    'a=b',
    '\u0000',
    'علی',
    '10.0.0.1',
    'service:u1:3',
    'extra:',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const word = fc.constantFrom('a', '0123456789abcdef');
const octets = fc.oneof(fc.constant(0), fc.nat(), fc.maxSafeNat()).map((number) => number as Octets);
const instant = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000_000_000_000 }));
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const pair = fc.record({ inputOctets: octets, outputOctets: octets });
const order: fc.Arbitrary<RecordOrder> = fc.record({
  eventTimestampSeconds: maybe(fc.nat(4_294_967_295)),
  sessionTimeSeconds: maybe(fc.nat()),
  at: instant,
});
const session: fc.Arbitrary<Session> = fc.record({
  key: word,
  nas: text,
  nasBoot: fc.nat(3),
  nasAddress: text,
  acctSessionId: text,
  nasPort: text,
  callingStationId: text,
  trafficClass: text,
  framedIp: text,
  framedIpv6Prefix: text,
  state: fc.constantFrom('reserved', 'live', 'suspect', 'closed'),
  startedAt: instant,
  updatedAt: instant,
  seenAt: instant,
  interimSeconds: fc.nat(3600),
  counters: fc.record({
    segment: fc.nat(3),
    closed: pair,
    previous: pair,
    current: pair,
    inputWraps: fc.nat(3),
    outputWraps: fc.nat(3),
    segmentFrom: maybe(order),
    last: maybe(order),
    held: maybe(fc.record({ inputOctets: octets, outputOctets: octets, order })),
  }),
  usage: fc.record({
    chargedOctets: octets,
    freeOctets: octets,
    quarantinedOctets: octets,
    burnedOctets: octets,
    overshotOctets: octets,
    weightRemainder: fc.nat(9_999),
  }),
  applied: fc.record(
    {
      mode: fc.constantFrom('full', 'slow', 'captive'),
      downKbps: fc.nat(),
      upKbps: fc.nat(),
      burst: fc.record({
        downKbps: fc.nat(),
        upKbps: fc.nat(),
        thresholdDownKbps: fc.nat(),
        thresholdUpKbps: fc.nat(),
        seconds: fc.nat(),
      }),
    },
    { requiredKeys: ['mode', 'downKbps', 'upKbps'] },
  ),
  pendingEffect: maybe(
    fc.record({
      kind: fc.constantFrom('disconnect', 'change-speed'),
      requestedAt: instant,
      to: fc.constantFrom('', 's128/128', '80000/20000+1/2/3/4/5'),
      attempts: fc.nat(9),
    }),
  ),
  closeCause: text,
});
const unproven = fc.record({
  since: instant,
  failures: fc.nat(5),
  from: maybe(fc.record({ at: instant, octets })),
});
const slowed: fc.Arbitrary<Session> = fc.record({ session, unproven }).map((both) => ({
  ...both.session,
  unproven: both.unproven,
}));
const grant: fc.Arbitrary<Grant> = fc.record({
  id: text,
  kind: fc.constantFrom('service', 'extra', 'timed', 'gift'),
  octets,
  consumed: octets,
  from: instant,
  until: maybe(instant),
  priority: fc.nat(9),
  tier: fc.nat(9),
  createdAt: instant,
});
const forgotten: fc.Arbitrary<Forgotten> = fc.oneof(
  fc.record({ through: instant, stampSeconds: maybe(fc.nat(4_294_967_295)) }),
  instant.map((through) => ({ through, stampSeconds: Math.floor(through / 1000) })),
);
/** Any state of a line, however unlikely: what a store holds comes back to the last octet and letter. */
export const anyLine: fc.Arbitrary<LineState> = fc.record({
  profile: fc.record({
    username: fc.constant('u1'),
    lineId: fc.nat(),
    revision: fc.nat(),
    status: fc.constantFrom('active', 'suspended', 'closed'),
    sealedPassword: text,
    planName: text,
    expiresAt: maybe(instant),
    reserve: maybe(fc.record({ planName: text, from: instant, expiresAt: instant })),
    concurrentSessions: maybe(fc.nat(9)),
    macLock: text,
    staticIp: text,
    framedRoutes: fc.array(text, { maxLength: 2 }),
    framedIpv6Prefix: text,
    delegatedIpv6Prefix: text,
  }),
  grants: fc.array(grant, { maxLength: 3 }),
  sessions: fc.array(fc.oneof(session, slowed), { maxLength: 3 }),
  forgotten: maybe(forgotten),
  boundMac: maybe(fc.constantFrom('aabbccddee01', 'x')),
});
