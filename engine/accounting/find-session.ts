import { MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { AccountingRecord } from './record.ts';
import type { Session } from './session.ts';

/**
 * The session that a record speaks of, or `undefined` for a new one.
 *
 * 1. The key in our signed Class proves it. 2. A NAS that drops Class is known by NAS, boot, port and Acct-Session-Id
 * (radius.md §6: two lines may share an Acct-Session-Id, but the state searched here is one line's). 3. The first
 * accounting packet of a login without Class adopts the slot that the login reserved.
 */
export function findSession(sessions: readonly Session[], record: AccountingRecord): Session | undefined {
  if (record.classKey !== undefined) {
    return sessions.find((session) => session.key === record.classKey);
  }
  const known = sessions.find((session) => isSameAtNas(session, record));
  if (known !== undefined) return isReuse(known, record) ? undefined : known;
  return sessions.find((session) => session.state === 'reserved' && isSamePlace(session, record));
}

function isSameAtNas(session: Session, record: AccountingRecord): boolean {
  return (
    session.acctSessionId === record.acctSessionId &&
    session.acctSessionId !== '' &&
    session.nas === record.nas &&
    session.nasPort === record.nasPort
  );
}

/** Clocks of two packets may differ by this much when the NAS is known to have rebooted or the session to have ended… */
const REUSE_MS_MIN = 5 * SECOND_MS;
/** …and by this much otherwise, since a retry that keeps its Acct-Delay-Time looks younger than it is. */
const REUSE_MS_MIN_OPEN = MINUTE_MS;

/** The record's session began after the known one was last heard of: the NAS counts its ids from the start again. */
function isReuse(session: Session, record: AccountingRecord): boolean {
  const { sessionTimeSeconds, at } = record.order;
  if (record.kind !== 'start' && sessionTimeSeconds === undefined) return false;
  const startedAt = at - (sessionTimeSeconds ?? 0) * SECOND_MS;
  const ended = session.state === 'closed' || record.nasBoot > session.nasBoot;
  return startedAt - session.updatedAt > (ended ? REUSE_MS_MIN : REUSE_MS_MIN_OPEN);
}

/** The reserved slot of the same NAS and, where both sides name them, the same port and station. */
function isSamePlace(session: Session, record: AccountingRecord): boolean {
  return (
    session.nas === record.nas &&
    agrees(session.nasPort, record.nasPort) &&
    agrees(session.callingStationId, record.callingStationId)
  );
}

function agrees(left: string, right: string): boolean {
  return left === '' || right === '' || left === right;
}
