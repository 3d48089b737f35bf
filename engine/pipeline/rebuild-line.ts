import { markForgotten } from '../accounting/forgotten.ts';
import { SESSION_LIMITS } from '../accounting/limits.ts';
import type { Session } from '../accounting/session.ts';
import { ageSession, pruneTombstones } from '../accounting/session-life.ts';
import { unpackResume } from '../accounting/session-resume.ts';
import type { Plan } from '../catalog/plan.ts';
import { stationKey } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import { lineTerm } from '../policy/line-term.ts';
import { fullService } from '../policy/wanted-service.ts';
import type { ClosedSince, SunkLine, SunkSession } from '../subscribers/recovery.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import { octets } from '../values/octets.ts';
import type { RebuiltLine } from './counter-store.ts';
import { concludeChange, type LineContext, nextMoment } from './line-change.ts';

/**
 * Closed sessions that a rebuild at `now` still wants: a tombstone lives by the arrival of its last packet, which is not
 * sunk, and a record that is older than `recordAgeMsMax` is not billed whether or not its session is remembered.
 */
export function tombstonesSince(now: Instant): ClosedSince {
  const { tombstoneMs, silentTombstoneMs, recordAgeMsMax } = SESSION_LIMITS;
  return {
    stopped: now - tombstoneMs - recordAgeMsMax,
    givenUp: now - silentTombstoneMs - recordAgeMsMax,
  };
}

/**
 * A line's record in the counter store as its last sunk events leave it: counting goes on from it to the octet, whatever
 * part of what came since is reported again. Nothing is ordered here; what the line may not have any more is ordered
 * when it is woken, within a minute.
 */
export function rebuildLine(line: SunkLine, context: LineContext): RebuiltLine {
  const { now } = context;
  const { plan } = lineTerm(line.profile, context.plans, now);
  const [wanted, dropped] = keptSessions(line.sessions, now);
  const rebuild = (session: SunkSession, rank: number) => rebuildSession(session, rank, plan, context);
  const restored = wanted.map(rebuild);
  const sessions = pruneTombstones(restored, now);
  const state: LineState = {
    profile: line.profile,
    grants: line.grants,
    sessions,
    forgotten: markForgotten(markForgotten(undefined, dropped.map(rebuild), []), restored, sessions),
    boundMac: plan?.locksFirstMac === true ? lastStation(wanted) : undefined,
  };
  const isDue = concludeChange(state, [], [], context).effects.length > 0;
  const soon = now + spread(line.profile.username, MINUTE_MS);
  const wakeAt = nextMoment(state, context.plans, now);
  return {
    username: line.profile.username,
    state,
    wakeAt: isDue && (wakeAt === undefined || soon < wakeAt) ? soon : wakeAt,
  };
}

/** The device of the newest session: under a lock all sessions since it was bound are of that one. */
function lastStation(sessions: readonly SunkSession[]): string | undefined {
  const newest = sessions.findLast(({ callingStationId }) => callingStationId !== '');
  return newest && stationKey(newest.callingStationId);
}

/**
 * Open sessions and as many tombstones as a line may have, and the sessions beyond them, which are forgotten. They stand
 * as records would have left them: newest last.
 */
function keptSessions(
  sessions: readonly SunkSession[],
  now: Instant,
): readonly [kept: readonly SunkSession[], dropped: readonly SunkSession[]] {
  const newestFirst = [...sessions].sort((left, right) => right.updatedAt - left.updatedAt);
  const dropped: SunkSession[] = [];
  let closed = 0;
  const kept = newestFirst.filter((session) => {
    if (session.state !== 'closed') return true;
    closed += 1;
    if (closed <= SESSION_LIMITS.tombstones) return true;
    const isRecent = now - session.updatedAt <= 2 * SESSION_LIMITS.tombstoneMsMin;
    if (isRecent && closed <= SESSION_LIMITS.tombstonesMax) return true;
    dropped.push(session);
    return false;
  });
  return [kept.reverse(), dropped];
}

/**
 * What is not sunk has a value that can do no harm:
 * - the NAS's address and the IPv6 prefix come with every record; until then an order goes to the address of the NAS's
 *   entry, and where that is a block it is repeated until a record has come;
 * - the interval that the NAS was asked for is the plan's within a tenth, and silence is measured in three of them;
 * - silence begins anew: packets may have been kept away by the very loss. A session that is silent by its records is
 *   suspected, as it was before;
 * - orders under way are lost with their log, and what is still wanted is ordered again;
 * - a tombstone lives on as long as its last packet may allow, newer ones longer than older ones.
 * @param rank place among the line's sessions, oldest first.
 */
function rebuildSession(
  sunk: SunkSession,
  rank: number,
  plan: Plan | undefined,
  context: LineContext,
): Session {
  const { key, nas, state, startedAt, updatedAt } = sunk;
  const total = { inputOctets: octets(sunk.inputOctets), outputOctets: octets(sunk.outputOctets) };
  const resumed = unpackResume(sunk.resume ?? [], { at: updatedAt, startedAt, total });
  const interimSeconds = plan?.interimSeconds ?? 300;
  const session: Session = {
    key,
    nas,
    nasBoot: sunk.resume === undefined ? context.bootOf(nas) : resumed.nasBoot,
    nasAddress: '',
    acctSessionId: sunk.acctSessionId,
    nasPort: sunk.nasPort,
    callingStationId: sunk.callingStationId,
    framedIp: sunk.framedIp,
    trafficClass: resumed.trafficClass,
    framedIpv6Prefix: '',
    state,
    startedAt,
    updatedAt,
    seenAt: updatedAt,
    interimSeconds,
    counters: resumed.counters,
    usage: {
      chargedOctets: octets(sunk.chargedOctets),
      freeOctets: octets(sunk.freeOctets),
      quarantinedOctets: octets(sunk.quarantinedOctets),
      burnedOctets: octets(sunk.burnedOctets),
      overshotOctets: octets(sunk.overshotOctets),
      weightRemainder: resumed.weightRemainder,
    },
    applied: resumed.applied ?? fullService(plan),
    pendingEffect: undefined,
    closeCause: sunk.closeCause,
  };
  if (state === 'closed') {
    const latest = context.now - SESSION_LIMITS.tombstonesMax + rank;
    return { ...session, seenAt: Math.min(latest, updatedAt + SESSION_LIMITS.recordAgeMsMax) };
  }
  const isSilent = ageSession(session, context.now, context.bootOf(nas)) !== session;
  const seenAt = context.now + spread(key, interimSeconds * SECOND_MS);
  return { ...session, state: isSilent ? 'suspect' : state, seenAt };
}

/** A part of `span` that is the same for the same name, so that a million lines do not come due at one moment. */
function spread(name: string, span: number): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
  return ((hash >>> 0) % 1_000) * (span / 1_000);
}
