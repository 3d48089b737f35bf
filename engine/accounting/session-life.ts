import { type Instant, SECOND_MS } from '../values/instant.ts';
import { isOwnCause, type OwnCloseCause } from './apply-record.ts';
import { settleHeld } from './count-octets.ts';
import { SESSION_LIMITS } from './limits.ts';
import type { Session } from './session.ts';

/** True for sessions that count as online: accepted, reporting, or only suspected to be gone. */
export function isOpen(session: Session): boolean {
  return session.state !== 'closed';
}

/** True for what a subscriber calls a session, and not for a class of traffic counted beside it. */
export function isWhole(session: Session): boolean {
  return session.trafficClass === '';
}

/** True for sessions the NAS has told us of; a reserved slot is none yet. */
export function isOnline(session: Session): boolean {
  return session.state === 'live' || session.state === 'suspect';
}

/**
 * A session as silence has made it at `now`: a reserved slot that was never used is `undefined` (gone), a live one
 * becomes suspect, a suspect one is closed with its last counters and times, never with now.
 * @param boot current boot epoch of its NAS; a session from an earlier boot is suspect at once.
 */
export function ageSession(session: Session, now: Instant, boot: number): Session | undefined {
  if (session.state === 'closed') return session;
  if (session.state === 'reserved') {
    return now >= session.seenAt + SESSION_LIMITS.reservedMs ? undefined : session;
  }
  if (now >= closesAt(session)) return closeSession(session, 'lost');
  if (session.state === 'live' && (now >= suspectAt(session) || session.nasBoot < boot)) {
    return { ...session, state: 'suspect' };
  }
  return session;
}

/** Ends a session that sent no Stop: last counters stay, a held jump is declared quarantined. */
export function closeSession(session: Session, cause: OwnCloseCause): Session {
  const settled = settleHeld(session.counters);
  const quarantinedOctets = session.usage.quarantinedOctets + settled.quarantinedOctets;
  return {
    ...session,
    state: 'closed',
    closeCause: cause,
    counters: settled.counters,
    usage: {
      ...session.usage,
      quarantinedOctets: quarantinedOctets as typeof session.usage.quarantinedOctets,
    },
  };
}

/** Next instant at which `ageSession` would change the session, `undefined` for closed ones. */
export function agesAt(session: Session): Instant | undefined {
  switch (session.state) {
    case 'reserved':
      return session.seenAt + SESSION_LIMITS.reservedMs;
    case 'live':
      return suspectAt(session);
    case 'suspect':
      return closesAt(session);
    case 'closed':
      return undefined;
  }
}

/** Sessions without the tombstones that are too old or too many to keep; open sessions always stay. */
export function pruneTombstones(sessions: readonly Session[], now: Instant): readonly Session[] {
  let closed = 0;
  for (const session of sessions) if (session.state === 'closed') closed++;
  if (closed === 0) return sessions;
  const tombstones = sessions.filter((session) => session.state === 'closed');
  tombstones.sort((left, right) => right.seenAt - left.seenAt);
  const kept = new Set(
    tombstones.filter((session, index) => {
      const age = now - session.seenAt;
      if (age <= SESSION_LIMITS.tombstoneMsMin) return index < SESSION_LIMITS.tombstonesMax;
      return age <= tombstoneMs(session) && index < SESSION_LIMITS.tombstones;
    }),
  );
  if (kept.size === closed) return sessions;
  return sessions.filter((session) => session.state !== 'closed' || kept.has(session));
}

function tombstoneMs({ closeCause }: Session): number {
  return isOwnCause(closeCause) ? SESSION_LIMITS.silentTombstoneMs : SESSION_LIMITS.tombstoneMs;
}

function intervalMs(session: Session): number {
  return Math.max(session.interimSeconds * SECOND_MS, SESSION_LIMITS.intervalMsMin);
}

function suspectAt(session: Session): Instant {
  return session.seenAt + SESSION_LIMITS.suspectAfterIntervals * intervalMs(session);
}

function closesAt(session: Session): Instant {
  return session.seenAt + SESSION_LIMITS.closeAfterIntervals * intervalMs(session);
}
