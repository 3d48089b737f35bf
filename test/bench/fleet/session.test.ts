import { expect, it } from 'vitest';
import { SimSession } from '../../../bench/fleet/session.ts';
import { AcctStatusType } from '../../../engine/radius/attribute-type.ts';

const { Start, InterimUpdate, Stop } = AcctStatusType;

function newSession(): SimSession {
  const identity = {
    username: 'u1',
    nasName: 'nas',
    nasPort: 1,
    callingStationId: '',
    acctSessionId: 'a',
    framedIp: '10.0.0.1',
    classes: [],
  };
  // 8000 kbit/s are 1,000,000 octets a second; half of it is used, and a quarter of the upload.
  return new SimSession(identity, 1000, { downKbps: 8000, upKbps: 800 }, 0.5);
}

function interimAt(session: SimSession, now: number) {
  session.count(now, 1);
  return session.record(InterimUpdate, now, 'counted');
}

it('counts whole octets that follow from speed, share and seconds', () => {
  const session = newSession();
  const record = interimAt(session, 1300);
  expect(record.counters).toEqual({ input: 25_000 * 300, output: 500_000 * 300 });
  expect(record.sessionTimeSeconds).toBe(300);
});

it('never uses more than the line can carry', () => {
  const session = newSession();
  session.count(1010, 100);
  const { output } = session.record(InterimUpdate, 1010, 'counted').counters!;
  expect(output).toBe(9_500_000);
});

it('counts confirmed records only, each once, in whatever order', () => {
  const session = newSession();
  const first = interimAt(session, 1100);
  const second = interimAt(session, 1200);
  const third = interimAt(session, 1300);
  expect(session.truth()).toEqual({ input: 0, output: 0 });
  session.deliver(second);
  session.deliver(first);
  session.deliver(second);
  expect(session.truth()).toEqual(second.counters);
  session.deliver(third);
  expect(session.truth()).toEqual(third.counters);
});

it('does not lower the truth for a Stop of zeros or a Start without counters', () => {
  const session = newSession();
  const start = session.record(Start, 1000, 'none');
  const interim = interimAt(session, 1300);
  const stop = session.record(Stop, 1400, 'zero', 2);
  for (const record of [stop, interim, start]) session.deliver(record);
  expect(start.counters).toBeUndefined();
  expect(stop.counters).toEqual({ input: 0, output: 0 });
  expect(session.truth()).toEqual(interim.counters);
});

it('adds up the runs of counters around a reset, what was never reported left out', () => {
  const session = newSession();
  session.speed = { downKbps: 80, upKbps: 80 };
  expect(session.reset(300)).toBe(false);
  const before = interimAt(session, 50_000);
  session.count(50_100, 1);
  expect(session.reset(300)).toBe(true);
  const after = interimAt(session, 50_400);
  expect(after.counters!.output).toBeLessThan(before.counters!.output);
  session.deliver(after);
  session.deliver(before);
  expect(session.truth()).toEqual({
    input: before.counters!.input + after.counters!.input,
    output: before.counters!.output + after.counters!.output,
  });
  expect(session.totalAt(after)).toBe(session.truth().input + session.truth().output);
  expect(session.totalAt(before)).toBe(before.counters!.input + before.counters!.output);
});
