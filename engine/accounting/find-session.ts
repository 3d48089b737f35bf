import { MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { AccountingRecord, RecordOrder } from './record.ts';
import { beganAt } from './record-order.ts';
import type { Session } from './session.ts';

/**
 * The session that a record speaks of, or `undefined` for a new one.
 *
 * 1. The key in our signed Class proves it. 2. A NAS that drops Class is known by NAS, boot, port and Acct-Session-Id
 * (two lines may share an Acct-Session-Id: pppd 2.4.9; but the state searched here is one line's). 3. The first
 * accounting packet of a login without Class adopts the slot that the login reserved.
 */
export function findSession(sessions: readonly Session[], record: AccountingRecord): Session | undefined {
  if (record.classKey !== undefined) {
    return sessions.find((session) => session.key === record.classKey);
  }
  const namesakes = sessions.filter((session) => isSameAtNas(session, record));
  if (namesakes.length > 0) return closestStart(namesakes, record);
  if (record.trafficClass !== '') return undefined;
  return sessions.find((session) => session.state === 'reserved' && isSamePlace(session, record));
}

function isSameAtNas(session: Session, record: AccountingRecord): boolean {
  return (
    session.acctSessionId === record.acctSessionId &&
    session.acctSessionId !== '' &&
    session.nas === record.nas &&
    session.trafficClass === record.trafficClass &&
    agrees(session.nasPort, record.nasPort)
  );
}

/**
 * Retries and the network can make a record look this much younger than it is, where only arrival and Acct-Delay-Time
 * tell its age: a NAS may repeat a packet unchanged for minutes. Within it an id that is used again cannot be told from
 * a late copy, and is taken for one, because counting twice is worse than counting late.
 */
const LATE_COPY_MS = 10 * MINUTE_MS;
/** A NAS that was seen to reboot has forgotten what it was repeating; only the network may still hold copies. */
const LATE_COPY_MS_AFTER_BOOT = MINUTE_MS;
/** Roundings and drift between the clocks of one NAS. */
const CLOCK_TOLERANCE_MS = 5 * SECOND_MS;

/** The namesake that the record belongs to: the newest that had begun when the record's session began, unless it is over. */
function closestStart(namesakes: readonly Session[], record: AccountingRecord): Session | undefined {
  if (namesakes.length === 1) return isReuse(namesakes[0]!, record) ? undefined : namesakes[0];
  const newestFirst = [...namesakes].sort(byBegin).reverse();
  const begun = newestFirst.find((session) => hadBegun(session, record));
  const closest = begun ?? newestFirst.at(-1);
  return closest === undefined || isReuse(closest, record) ? undefined : closest;
}

/**
 * True when the session had begun when the record's did, without which it cannot be the record's: by the clock of the
 * NAS, since a record that comes again much later begins late by ours.
 */
export function hadBegun(session: Session, { order }: Pick<AccountingRecord, 'order'>): boolean {
  const sessionBegan = stampedBeginOf(session);
  const recordBegan = stampedBegin(order);
  if (sessionBegan === undefined || recordBegan === undefined) {
    return session.startedAt <= beganAt(order) + CLOCK_TOLERANCE_MS;
  }
  return (sessionBegan - recordBegan) * SECOND_MS <= CLOCK_TOLERANCE_MS;
}

function byBegin(left: Session, right: Session): number {
  const leftBegan = stampedBeginOf(left);
  const rightBegan = stampedBeginOf(right);
  if (leftBegan === undefined || rightBegan === undefined) return left.startedAt - right.startedAt;
  return leftBegan - rightBegan;
}

function stampedBeginOf({ counters: { last } }: Session): number | undefined {
  return last?.sessionTimeSeconds === undefined ? undefined : stampedBegin(last);
}

/** Begin of the session by the NAS's wall clock, in seconds; the record's own time when it has no session time. */
function stampedBegin({ eventTimestampSeconds, sessionTimeSeconds }: RecordOrder): number | undefined {
  return eventTimestampSeconds === undefined ? undefined : eventTimestampSeconds - (sessionTimeSeconds ?? 0);
}

/** The record's session began after the known one was last heard of: the NAS counts its ids from the start again. */
function isReuse(session: Session, record: AccountingRecord): boolean {
  const { sessionTimeSeconds, eventTimestampSeconds, at } = record.order;
  if (record.kind !== 'start' && sessionTimeSeconds === undefined) return false;
  const sessionTime = sessionTimeSeconds ?? 0;
  const stamped = session.counters.last?.eventTimestampSeconds;
  if (stamped !== undefined && eventTimestampSeconds !== undefined) {
    return (eventTimestampSeconds - sessionTime - stamped) * SECOND_MS > CLOCK_TOLERANCE_MS;
  }
  const rebooted = record.nasBoot > session.nasBoot;
  const began = at - sessionTime * SECOND_MS;
  if (!rebooted) return began - session.updatedAt > LATE_COPY_MS;
  if (began - session.updatedAt > LATE_COPY_MS_AFTER_BOOT) return true;
  // A copy of a record of the known session seems to have begun later than that by just as long as it was on its way.
  const isTooLateForACopy = began - session.startedAt > LATE_COPY_MS_AFTER_BOOT;
  return isTooLateForACopy && tellsItsTime(session) && began - session.updatedAt > CLOCK_TOLERANCE_MS;
}

/** The NAS counts Acct-Session-Time on, so that a record shows when its session began. */
function tellsItsTime({ counters: { last }, startedAt }: Session): boolean {
  if (last?.sessionTimeSeconds === undefined || last.sessionTimeSeconds === 0) return false;
  const began = last.at - last.sessionTimeSeconds * SECOND_MS;
  return Math.abs(began - startedAt) <= LATE_COPY_MS_AFTER_BOOT;
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
