import { NAS_KINDS, type NasKind } from '../fleet/nas-kind.ts';
import type { PlanDocument } from '../fleet/plans.ts';
import { type FleetRun, runFleet } from '../fleet/run-fleet.ts';
import type { SimSession } from '../fleet/session.ts';
import { bookFigures, type Fault, scaled, simOptions } from './fault.ts';

const MIB = 2 ** 20;
const OCTETS_PER_KILOBIT = 125;
/** A simulation's steps: an order of the engine reaches the NAS at the end of one, a record leaves within one. */
const STEP_SECONDS = 5;
/** After a boot that was announced, a record of an id is taken for a late copy this long. */
const LATE_COPY_SECONDS = 60;

/** Row 16: a bad network. */
export const BAD_NETWORK: Fault = {
  row: 16,
  fault: 'loss, doubles and reordering of 20 % each, delays up to 30 s',
  async run(context) {
    const faults = { loss: 0.2, dup: 0.2, reorder: 0.2 };
    const options = simOptions(context, { lines: scaled(context, 200), hours: 24, faults });
    const result = await runFleet(options, context.progress);
    const { retransmissions, lostForEver, reboots } = result;
    // A simulation in which a record stays unanswered for an hour of the closing phase rejects.
    const ackRateAfterRetries = 1;
    const counts = { retransmissions, lostForEver, reboots, ackRateAfterRetries };
    return { pass: result.isRight, ...bookFigures(result), ...counts };
  },
};

/** Row 20: NAS of few lines that reboot often, so that a line gets its old Acct-Session-Id again, and every NAS gives the same. */
export const REUSED_IDS: Fault = {
  row: 20,
  fault: 'Acct-Session-Id again after a reboot, and the same one on all NAS, with and without Class',
  async run(context) {
    const counting = NAS_KINDS.find(({ sessionIds }) => sessionIds === 'counter')!;
    const mute: NasKind = { ...counting, name: 'no-class', echoesClass: false, announcesBoot: true };
    const kinds = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? counting : mute));
    const options = simOptions(context, {
      lines: 20,
      hours: scaled(context, 72),
      kinds,
      shape: { medianHoursBetweenReboots: 2, concurrentSessions: 1 },
    });
    let figures = { distinct: 0, sessionsOfGenerator: 0, reused: 0, ids: 0, withinAMinute: 0 };
    const result = await runFleet(options, context.progress, {
      afterAudit: async (run, stored) => {
        figures = { ...countIds(run), distinct: stored.sessions.length };
      },
    });
    const { distinct, sessionsOfGenerator, reused, withinAMinute } = figures;
    const joined = sessionsOfGenerator - distinct;
    const pass = result.isRight && joined >= 0 && joined <= withinAMinute && reused > 0;
    return { pass, ...bookFigures(result), reboots: result.reboots, ...figures };
  },
};

/** Sessions of which anything was confirmed, and how many of them bear an id that their line had before. */
function countIds({ fleet }: FleetRun) {
  const sessions = fleet.nas
    .flatMap((nas) => nas.sessions)
    .filter(({ records }) => records.some((record) => record.delivered));
  const ids = new Set(sessions.map(({ identity }) => identity.acctSessionId));
  const byName = Map.groupBy(sessions, ({ identity: { username, nasName, acctSessionId } }) =>
    JSON.stringify([username, nasName, acctSessionId]),
  );
  const ofLines = new Set(
    sessions.map(({ identity: { username, acctSessionId } }) => username + acctSessionId),
  );
  const withinAMinute = [...byName.values()].map(countQuickReuse).reduce((sum, count) => sum + count, 0);
  const reused = sessions.length - ofLines.size;
  return { sessionsOfGenerator: sessions.length, ids: ids.size, reused, withinAMinute };
}

/**
 * Sessions without Class that begin within a minute of the last record of the one before them under their id: copies of
 * that record may still be on their way, and without a clock of the NAS nobody can tell. They are counted in one.
 */
function countQuickReuse(sessions: readonly SimSession[]): number {
  const inOrder = sessions.toSorted((left, right) => left.startedAt - right.startedAt);
  return inOrder.filter(({ startedAt, identity }, index) => {
    const before = inOrder[index - 1];
    if (before === undefined || !identity.nasName.startsWith('no-class')) return false;
    const last = Math.max(before.startedAt, ...before.records.map(({ madeAt }) => madeAt));
    return startedAt - last <= LATE_COPY_SECONDS + STEP_SECONDS;
  }).length;
}

const RACED: PlanDocument = {
  name: 'raced',
  days: 30,
  quota: { octets: 700 * MIB, charge: 'both' },
  speed: { downKbps: 20_000, upKbps: 2_000 },
  exhausted: 'disconnect',
  interimSeconds: 60,
};

/** Row 21: two sessions of one line at full speed until its volume ends. */
export const LAST_OCTETS: Fault = {
  row: 21,
  fault: 'two sessions at full speed race on the last octets of one volume',
  async run(context) {
    const kinds = NAS_KINDS.filter(({ name }) => name === 'mikrotik' || name === 'stamped');
    const options = simOptions(context, {
      lines: scaled(context, 100),
      hours: 1,
      kinds: kinds.map((kind) => ({ ...kind, resets: 0 })),
      shape: { plans: [RACED], concurrentSessions: 2, share: 10, medianHoursBetweenReboots: 1_000 },
    });
    let measured = { linesOverVolume: 0, linesRaced: 0, worstOvershoot: 0, bound: 0 };
    const result = await runFleet(options, context.progress, {
      afterAudit: async (_, { sessions, consumed }) => {
        const overshot = new Map<string, number>();
        for (const { username, overshot: octets } of sessions) {
          overshot.set(username, (overshot.get(username) ?? 0) + octets);
        }
        const volume = RACED.quota!.octets;
        measured = {
          linesOverVolume: [...consumed.values()].filter((octets) => octets > volume).length,
          linesRaced: [...consumed.values()].filter((octets) => octets === volume).length,
          worstOvershoot: Math.max(...overshot.values()),
          bound: overshootBound(),
        };
      },
    });
    const { linesOverVolume, linesRaced, worstOvershoot, bound } = measured;
    const bounded = worstOvershoot <= bound && linesOverVolume === 0;
    const pass = result.isRight && bounded && linesRaced > 0;
    return { pass, ...bookFigures(result), disconnects: result.disconnects, ...measured };
  },
};

/** Both sessions at the line's rate for an interim with its 10 % of jitter, the step of the record and that of the order. */
function overshootBound(): number {
  const rate = (RACED.speed.downKbps + RACED.speed.upKbps) * OCTETS_PER_KILOBIT;
  return 2 * rate * (RACED.interimSeconds * 1.1 + 2 * STEP_SECONDS);
}
