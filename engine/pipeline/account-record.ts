import { type AppliedRecord, applyRecord, type RecordContext } from '../accounting/apply-record.ts';
import { findSession, hadBegun } from '../accounting/find-session.ts';
import { isForgotten } from '../accounting/forgotten.ts';
import { SESSION_LIMITS } from '../accounting/limits.ts';
import type { AccountingRecord } from '../accounting/record.ts';
import type { AppliedService, Session } from '../accounting/session.ts';
import { fallbackSessionKey } from '../accounting/session-key.ts';
import { closeSession, isOnline, isWhole } from '../accounting/session-life.ts';
import type { Plan } from '../catalog/plan.ts';
import type { LineProfile, LineState } from '../policy/line-state.ts';
import { lineTerm } from '../policy/line-term.ts';
import { fullService, wantedService } from '../policy/wanted-service.ts';
import type { UsageEvent } from './engine-event.ts';
import { concludeChange, type LineChange, type LineContext } from './line-change.ts';
import { type RatedSession, rateSession } from './rate-session.ts';
import { strayEvent } from './stray-event.ts';
import { usageEvent } from './usage-event.ts';
import { verifySession } from './verify-session.ts';

/**
 * What one accounting record changes about its line: session counted, octets rated, grants burned, service enforced.
 * Running it again on its own result changes no total. A record that may be of a session that the line has forgotten is
 * kept in the history, and changes nothing: counted anew, that session would be paid for twice.
 */
export function accountRecord(state: LineState, record: AccountingRecord, context: LineContext): LineChange {
  const { plan } = lineTerm(state.profile, context.plans, record.order.at);
  const known = findSession(state.sessions, record);
  const { receivedAt } = record;
  if ((known === undefined || isMereGuess(known, record)) && isForgotten(state.forgotten, record)) {
    return concludeChange(state, [strayEvent(record, 'forgotten')], [], context, receivedAt);
  }
  const applied = applyRecord(known, record, recordContext(state, record, known, plan, context));
  const served = atServiceOfWhole(applied, state.sessions);
  const rated = rateSession(served, state.grants, state.profile, context.plans);
  const { username } = state.profile;
  const verified =
    rated.session.unproven && verifySession(username, rated.session, record, applied.anomalies, context);
  const session = verified?.session ?? rated.session;
  const rows = recordEvents(
    state.profile,
    record,
    verified === undefined ? rated : { ...rated, session },
    applied.anomalies,
  );
  const events = verified === undefined ? rows : [...verified.events, ...rows];
  const others = state.sessions.filter((other) => other !== known);
  const replaced = known === undefined ? replaceOnPort(others, session) : others;
  const ended = replaced.filter((other, index) => other !== others[index]);
  const next: LineState = {
    profile: state.profile,
    grants: rated.grants,
    sessions: [...replaced, session],
    forgotten: state.forgotten,
    boundMac: state.boundMac,
  };
  const lost = ended.map((other) => lostEvent(state.profile, other));
  const all = lost.length === 0 ? events : [...lost, ...events];
  return concludeChange(next, all, verified?.effects ?? [], context, receivedAt);
}

/**
 * A class of traffic is slow or captive when its session is: the NAS is told of the session alone. Its session is the
 * newest one on the same NAS and port.
 */
function atServiceOfWhole(applied: AppliedRecord, sessions: readonly Session[]): AppliedRecord {
  const part = applied.session;
  if (isWhole(part)) return applied;
  const whole = sessions.findLast(
    (session) =>
      isOnline(session) && isWhole(session) && session.nas === part.nas && session.nasPort === part.nasPort,
  );
  return whole === undefined ? applied : { ...applied, session: { ...part, applied: whole.applied } };
}

/** A slot is for the next session of its place, and an id may have been used before: neither proves that it is known. */
function isMereGuess(known: Session, record: AccountingRecord): boolean {
  return record.classKey === undefined && (known.state === 'reserved' || !hadBegun(known, record));
}

function recordContext(
  state: LineState,
  record: AccountingRecord,
  known: Session | undefined,
  plan: Plan | undefined,
  context: LineContext,
): RecordContext {
  return {
    newKey:
      known?.key ?? record.classKey ?? fallbackSessionKey(record, state.sessions, state.forgotten?.through),
    octetsPerSecondMax: fastestRate(plan, known),
    interimSeconds: plan?.interimSeconds ?? 300,
    applied: known?.applied ?? assumedService(state, context),
  };
}

/** What a session whose login we have not seen was probably given. */
function assumedService({ profile, grants }: LineState, context: LineContext): AppliedService {
  const term = lineTerm(profile, context.plans, context.now);
  const wanted = wantedService(profile.status, term, grants, context.now);
  return wanted.allowed ? wanted.service : fullService(term.plan);
}

/** Fastest believable rate: the plan's speed at any hour or what the session was given, whichever is more. */
function fastestRate(plan: Plan | undefined, known: Session | undefined): number {
  const speed = fullService(plan);
  if (speed.downKbps === 0 || speed.upKbps === 0) return SESSION_LIMITS.octetsPerSecondMax;
  if (known !== undefined && known.applied.downKbps === 0) return SESSION_LIMITS.octetsPerSecondMax;
  let kbps = Math.max(burstKbps(speed), known === undefined ? 0 : burstKbps(known.applied));
  for (const window of plan?.windows ?? []) {
    if (window.speed !== undefined) kbps = Math.max(kbps, window.speed.downKbps + window.speed.upKbps);
  }
  return kbps * 125;
}

function burstKbps({ downKbps, upKbps, burst }: AppliedService): number {
  return Math.max(downKbps, burst?.downKbps ?? 0) + Math.max(upKbps, burst?.upKbps ?? 0);
}

/**
 * A new session on a port of a NAS, or under an id where a port is not told, shows that the one before it there is gone,
 * whatever became of its Stop.
 */
function replaceOnPort(sessions: readonly Session[], fresh: Session): readonly Session[] {
  return sessions.map((session) => {
    const isPortKnown = session.nasPort !== '' && fresh.nasPort !== '';
    const sameId = session.acctSessionId !== '' && session.acctSessionId === fresh.acctSessionId;
    const samePlace = isPortKnown ? session.nasPort === fresh.nasPort : sameId;
    const sameKind = session.trafficClass === fresh.trafficClass;
    const replaced = isOnline(session) && session.nas === fresh.nas && samePlace && sameKind;
    return replaced && session.updatedAt <= fresh.startedAt ? closeSession(session, 'replaced') : session;
  });
}

/** History row of a session that ended without a Stop, at its last known time. */
export function lostEvent(profile: LineProfile, session: Session): UsageEvent {
  return usageEvent(profile, session, {
    kind: 'lost',
    at: session.updatedAt,
    moment: undefined,
    touched: [],
    grants: [],
    anomalies: [],
  });
}

/**
 * History rows of a record, one per stretch. The last says what the session has used by its newest moment, also when
 * the record is a late one: an older moment with newer figures would move usage to an earlier day. A session's rows thus
 * never go back in time, so that the last one written is the newest for whoever reads them.
 */
function recordEvents(
  profile: LineProfile,
  record: AccountingRecord,
  rated: RatedSession,
  anomalies: UsageEvent['anomalies'],
): readonly UsageEvent[] {
  const last = rated.moments.length - 1;
  return rated.moments.map((moment, index) =>
    usageEvent(profile, rated.session, {
      kind: index === last ? record.kind : 'split',
      at: index === last ? rated.session.updatedAt : moment.at,
      moment,
      touched: index === last ? rated.touched : [],
      grants: rated.grants,
      anomalies: index === last ? anomalies : [],
    }),
  );
}
