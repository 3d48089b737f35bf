import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../engine/catalog/plan.ts';
import { grantsAt, wantedBurns } from '../../../engine/explain/line-past.ts';
import { type LineReplayInput, replayLine } from '../../../engine/explain/replay-line.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { LINE, PLANS, run, streams } from '../pipeline/line-stream.ts';
import { GB, lookupOf } from '../pipeline/samples.ts';
import { historyRows, pastOf } from './history-rows.ts';

const ALL_DAY = { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1_440 };
const TO = T0 + 48 * HOUR_MS;
/** A line that the history has seen from its first octet on. */
const FRESH = { ...LINE, grants: LINE.grants.map((grant) => ({ ...grant, consumed: octets(0) })) };

/** A record that came after a newer one and told of more is rated at its own moment, which the history does not keep. */
function hasLateOctets(events: readonly EngineEvent[]): boolean {
  const seen = new Map<string, number>();
  return events.some((event) => {
    if (event.type !== 'usage') return false;
    const octetsNow = event.inputOctets + event.outputOctets;
    const before = seen.get(event.sessionKey) ?? 0;
    seen.set(event.sessionKey, octetsNow);
    return event.anomalies.includes('late') && octetsNow > before;
  });
}

function inputOf(steps: Parameters<typeof run>[1], plan: Plan, from: number): LineReplayInput {
  const { events } = run(FRESH, steps, plan);
  const past = pastOf(FRESH);
  const rows = historyRows(events).filter(({ updatedAt }) => updatedAt <= TO);
  const points = rows.map(({ key, lineId, updatedAt, burnedOctets }) => ({
    ...{ lineId, sessionKey: key, at: updatedAt, burnedOctets },
  }));
  const wanted = wantedBurns(past, from);
  const grants = grantsAt(past, wanted, points, from);
  return { past, grants, rows, plans: lookupOf(plan), changed: new Map([[plan.name, plan]]), from, to: TO };
}

describe('a replay', () => {
  it.each(Object.keys(PLANS))('of the plan as it is burns what was burned: %s', (name) => {
    const plan = PLANS[name]!;
    let burned = 0;
    fc.assert(
      fc.property(streams, fc.nat({ max: 20 * HOUR_MS }), (steps, offset) => {
        fc.pre(!hasLateOctets(run(FRESH, steps, plan).events));
        const replay = replayLine(inputOf(steps, plan, T0 + offset));
        burned += replay.burnedOctets;
        expect(replay.replayedOctets).toBe(replay.burnedOctets);
        expect(replay.wouldBurnOctets).toBe(replay.burnedOctets);
        expect(replay.would).toEqual(replay.was);
      }),
      { numRuns: 300 },
    );
    expect(burned).toBeGreaterThan(GB);
  });

  const day = (plan: Plan, changed: Plan) => {
    const steps = Array.from({ length: 20 }, (_, hour): Parameters<typeof run>[1][number] => ({
      at: T0 + hour * HOUR_MS,
      record: recordOf(
        { kind: hour === 0 ? 'start' : 'interim', seconds: hour * 3_600 },
        { inputOctets: octets(0), outputOctets: octets(hour * 100_000_000) },
      ),
    }));
    const input = inputOf(steps, plan, T0 + HOUR_MS / 2);
    return replayLine({ ...input, changed: new Map([[plan.name, changed]]) });
  };

  it('of another weight burns that part of it', () => {
    const half = { ...ALL_DAY, percent: 50, speed: undefined };
    const { burnedOctets, wouldBurnOctets } = day(PLANS.both!, { ...PLANS.both!, windows: [half] });
    expect(burnedOctets).toBeGreaterThan(GB);
    // Twenty stretches and two midnights or grant edges may each keep a half octet.
    expect(Math.abs(wouldBurnOctets * 2 - burnedOctets)).toBeLessThan(50);
  });

  it('of another end gives that end at the moment at which the volume ended', () => {
    const { was, would } = day(PLANS.both!, { ...PLANS.both!, exhausted: 'disconnect' });
    expect(was.slowedMs).toBeGreaterThanOrEqual(0);
    expect(would.slowedMs).toBe(0);
    expect(would.cutMs).toBeGreaterThanOrEqual(was.slowedMs);
  });
});
