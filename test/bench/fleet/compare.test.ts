import { expect, it } from 'vitest';
import { compare, type StoredSession } from '../../../bench/fleet/compare.ts';
import { FAST_PLANS } from '../../../bench/fleet/plans.ts';
import { SimSession } from '../../../bench/fleet/session.ts';
import { AcctStatusType } from '../../../engine/radius/attribute-type.ts';

const plan = FAST_PLANS.find(({ name }) => name === 'large')!;
const lines = [{ username: 'u1', plan }];

/** A session of u1 with one acknowledged record of 1,000,000 octets down and 100,000 up a second, for 10 s. */
function acknowledgedSession(): SimSession {
  const identity = { username: 'u1', nasName: 'n', nasPort: 1, callingStationId: '', framedIp: '10.0.0.1' };
  const speed = { downKbps: 16_000, upKbps: 3200 };
  const session = new SimSession({ ...identity, acctSessionId: 'a', classes: [] }, 0, speed, 0.5);
  session.count(10, 1);
  const record = session.record(AcctStatusType.InterimUpdate, 10, 'counted');
  session.deliver(record);
  record.acked = true;
  return session;
}

const stored: StoredSession = {
  username: 'u1',
  nas: 'n',
  acctSessionId: 'a',
  input: 1_000_000,
  output: 10_000_000,
  free: 1_000_000,
  quarantined: 0,
  burned: 9_000_000,
  overshot: 1_000_000,
};

function compared(change: Partial<StoredSession>, consumed = stored.burned) {
  const sessions = [{ ...stored, ...change }];
  return compare(
    { lines, sessions: [acknowledgedSession()] },
    { sessions, consumed: new Map([['u1', consumed]]) },
  );
}

it('is content when every octet is where it belongs', () => {
  expect(compared({})).toEqual({
    octets: {
      generator: 11_000_000,
      clickhouse: 11_000_000,
      burned: 9_000_000,
      overshot: 1_000_000,
      free: 1_000_000,
      quarantined: 0,
      consumed: 9_000_000,
    },
    missingAcked: 0,
    misdirected: 0,
    misfiled: 0,
    perLineMismatches: [],
    diff: 0,
  });
});

it('finds one octet too few, too many, in no part, or not taken from a grant', () => {
  expect(compared({ output: 9_999_999, burned: 8_999_999 }, 8_999_999)).toMatchObject({
    diff: 1,
    missingAcked: 1,
  });
  expect(compared({ output: 10_000_001, overshot: 1_000_001 })).toMatchObject({ diff: 1, missingAcked: 0 });
  expect(compared({ free: 999_999 })).toMatchObject({ diff: 1, misfiled: 1 });
  expect(compared({}, stored.burned - 1)).toMatchObject({ diff: 1, perLineMismatches: [{ username: 'u1' }] });
});

it('finds directions that were exchanged and charges that were free', () => {
  expect(compared({ input: 10_000_000, output: 1_000_000 })).toMatchObject({
    diff: 0,
    misdirected: 18_000_000,
  });
  expect(compared({ free: 2_000_000, overshot: 0 })).toMatchObject({ diff: 0, misfiled: 1_000_000 });
});

it('finds a session that is not stored, and one that never was', () => {
  const truth = { lines, sessions: [acknowledgedSession()] };
  expect(compare(truth, { sessions: [], consumed: new Map() })).toMatchObject({
    diff: 11_000_000,
    missingAcked: 1,
  });
  const ghost = { lines, sessions: [] };
  expect(compare(ghost, { sessions: [stored], consumed: new Map([['u1', 9_000_000]]) }).diff).toBe(
    11_000_000,
  );
});
