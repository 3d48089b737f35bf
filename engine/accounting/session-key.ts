import { md5 } from '../radius/md5.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import type { AccountingRecord } from './record.ts';
import type { Session } from './session.ts';

/** Octets of a session key; the text form has twice as many hexadecimal digits. */
export const SESSION_KEY_OCTETS = 8;

/** Random octets in the key of a login. */
export const LOGIN_NONCE_OCTETS = 4;

/**
 * Key of the session that a login reserves: the nonce, then the second of the login. In our signed Class it thus proves
 * when the session was accepted, by our own clock, for as long as the NAS speaks of it.
 * @param nonce `LOGIN_NONCE_OCTETS` random octets; two logins of a line within one second must differ in them.
 */
export function loginSessionKey(nonce: Buffer, now: Instant): string {
  const seconds = Math.floor(now / SECOND_MS)
    .toString(16)
    .padStart(8, '0');
  return nonce.toString('hex') + seconds;
}

/**
 * Key of what a NAS counts apart for a class of traffic within the session of `sessionKey`, whose Class it echoes there,
 * too. It tells the same login.
 */
export function classSessionKey(sessionKey: string, trafficClass: string): string {
  const digest = md5(Buffer.from(`${sessionKey}/${trafficClass}`));
  return (
    Buffer.from(digest.subarray(0, LOGIN_NONCE_OCTETS)).toString('hex') +
    sessionKey.slice(2 * LOGIN_NONCE_OCTETS)
  );
}

/** The second of the login that `loginSessionKey` made the key for. */
export function loggedInAt(key: string): Instant {
  return Number.parseInt(key.slice(2 * LOGIN_NONCE_OCTETS), 16) * SECOND_MS;
}

/**
 * Key of a session whose NAS does not echo our Class: a hash of NAS, boot, port, Acct-Session-Id and User-Name, never
 * of the packet's source. The same session always gets the same key, so history written twice stays one session; an id
 * that the NAS uses again without a reboot that we could see takes the next free key: the next use of it among the known
 * sessions, and after the forgotten ones, whose keys were all made when their mark stood lower.
 */
export function fallbackSessionKey(
  record: AccountingRecord,
  sessions: readonly Session[],
  forgottenThrough?: Instant,
): string {
  for (let use = 0; ; use++) {
    const { nas, nasBoot, nasPort, acctSessionId, username, trafficClass } = record;
    const after: (string | number)[] = forgottenThrough === undefined ? [] : [forgottenThrough];
    if (trafficClass !== '') after.push(trafficClass);
    const identity = [nas, nasBoot, nasPort, acctSessionId, username, use, ...after];
    const digest = md5(Buffer.from(JSON.stringify(identity)));
    const key = Buffer.from(digest.subarray(0, SESSION_KEY_OCTETS)).toString('hex');
    if (!sessions.some((session) => session.key === key)) return key;
  }
}
