import type { AccountingRecord } from '../accounting/record.ts';
import { fallbackSessionKey } from '../accounting/session-key.ts';
import { terminateCauseName } from '../accounting/terminate-cause.ts';
import { SECOND_MS } from '../values/instant.ts';
import { octets } from '../values/octets.ts';
import type { UsageEvent } from './engine-event.ts';

/** Line number of records whose User-Name is no line of ours. */
export const STRAY_LINE_ID = 0;

/**
 * History row of a record whose User-Name is no line: it is recorded and acknowledged (RFC 2866 §4.1), all of it
 * quarantined, so that staff can see the traffic and nobody pays for it.
 */
export function strayEvent(record: AccountingRecord): UsageEvent {
  const inputOctets = record.inputOctets ?? 0;
  const outputOctets = record.outputOctets ?? 0;
  const sessionTimeSeconds = record.order.sessionTimeSeconds ?? 0;
  const { kind } = record;
  return {
    type: 'usage',
    kind,
    at: record.order.at,
    lineId: STRAY_LINE_ID,
    username: record.username,
    sessionKey: fallbackSessionKey(record, []),
    nas: record.nas,
    nasPort: record.nasPort,
    acctSessionId: record.acctSessionId,
    callingStationId: record.callingStationId,
    framedIp: record.framedIp,
    state: kind === 'stop' ? 'closed' : 'live',
    startedAt: record.order.at - sessionTimeSeconds * SECOND_MS,
    segment: 0,
    sessionTimeSeconds,
    inputOctets,
    outputOctets,
    chargedOctets: 0,
    freeOctets: 0,
    quarantinedOctets: octets(inputOctets + outputOctets),
    burnedOctets: 0,
    overshotOctets: 0,
    consumed: [],
    closeCause: kind === 'stop' ? terminateCauseName(record.terminateCause) : '',
    anomalies: ['unknown-line'],
    resume: undefined,
  };
}
