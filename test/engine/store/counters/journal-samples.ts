import { NO_USAGE } from '../../../../engine/accounting/apply-record.ts';
import { NO_COUNTERS } from '../../../../engine/accounting/count-octets.ts';
import type { JournalEntry } from '../../../../engine/pipeline/journal.ts';
import { sampleEvent } from '../../../conformance/line-samples.ts';
import { type Report, recordOf } from '../../accounting/samples.ts';

/** A record as the journal keeps it. */
export function sessionEntry(report: Report, username = 'ali', classes: readonly Buffer[] = []) {
  return { about: 'session', record: recordOf(report, { username }), classValues: classes } as const;
}

/** A login as the journal keeps it. */
export function loginEntry(username = 'ali', key = '00000000000000aa'): JournalEntry {
  const at = recordOf({ seconds: 0 }).receivedAt;
  return {
    about: 'login',
    username,
    event: sampleEvent(at, username),
    session: {
      key,
      nas: 'bras',
      nasBoot: 0,
      nasAddress: '10.0.0.1',
      acctSessionId: '',
      nasPort: '7',
      callingStationId: '',
      trafficClass: '',
      framedIp: '',
      framedIpv6Prefix: '',
      state: 'reserved',
      startedAt: at,
      updatedAt: at,
      seenAt: at,
      interimSeconds: 300,
      counters: NO_COUNTERS,
      usage: NO_USAGE,
      applied: { mode: 'full', downKbps: 80_000, upKbps: 20_000 },
      pendingEffect: undefined,
      closeCause: '',
    },
  };
}
