import type { AccountingRecord, Anomaly } from '../accounting/record.ts';
import { fallbackSessionKey } from '../accounting/session-key.ts';
import { terminateCauseName } from '../accounting/terminate-cause.ts';
import { SECOND_MS } from '../values/instant.ts';
import { octets } from '../values/octets.ts';
import type { UsageEvent } from './engine-event.ts';

/** Line number of records that belong to no session of a line of ours. */
export const STRAY_LINE_ID = 0;

/**
 * History row of a record that nobody pays for: it is recorded and acknowledged (RFC 2866 §4.1), all of it quarantined,
 * so that staff can see the traffic.
 * @param why its User-Name is no line; or its session may be one that the line has forgotten, and is then not shown as
 *   online.
 */
export function strayEvent(
  record: AccountingRecord,
  why: Extract<Anomaly, 'unknown-line' | 'forgotten'> = 'unknown-line',
): UsageEvent {
  const inputOctets = record.inputOctets ?? 0;
  const outputOctets = record.outputOctets ?? 0;
  const sessionTimeSeconds = record.order.sessionTimeSeconds ?? 0;
  const { kind } = record;
  const isClosed = kind === 'stop' || why === 'forgotten';
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
    state: isClosed ? 'closed' : 'live',
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
    closeCause: why === 'forgotten' ? why : isClosed ? terminateCauseName(record.terminateCause) : '',
    anomalies: [why],
    resume: undefined,
  };
}
