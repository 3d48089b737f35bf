import { md5 } from '../radius/md5.ts';
import type { AccountingRecord } from './record.ts';
import type { Session } from './session.ts';

/** Octets of a session key; the text form has twice as many hexadecimal digits. */
export const SESSION_KEY_OCTETS = 8;

/**
 * Key of a session whose NAS does not echo our Class: a hash of NAS, boot, port, Acct-Session-Id and User-Name, never
 * of the packet's source. The same session always gets the same key, so history written twice stays one session; an id
 * that the NAS uses again without a reboot that we could see takes the next free key.
 */
export function fallbackSessionKey(record: AccountingRecord, sessions: readonly Session[]): string {
  for (let use = 0; ; use++) {
    const identity = [record.nas, record.nasBoot, record.nasPort, record.acctSessionId, record.username, use];
    const digest = md5(Buffer.from(JSON.stringify(identity)));
    const key = Buffer.from(digest.subarray(0, SESSION_KEY_OCTETS)).toString('hex');
    if (!sessions.some((session) => session.key === key)) return key;
  }
}
