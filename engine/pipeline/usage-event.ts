import { totalOctets } from '../accounting/count-octets.ts';
import type { Anomaly } from '../accounting/record.ts';
import type { Session } from '../accounting/session.ts';
import { packResume } from '../accounting/session-resume.ts';
import type { LineProfile } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import type { UsageEvent } from './engine-event.ts';
import type { RatedMoment } from './rate-session.ts';

/** What one usage row says beside the session's own figures. */
export interface UsageRow {
  readonly kind: UsageEvent['kind'];
  readonly at: Instant;
  /** Figures at `at` when they are not the session's newest. */
  readonly moment: RatedMoment | undefined;
  /** Ids of the grants that were burned. */
  readonly touched: readonly string[];
  readonly grants: readonly Grant[];
  readonly anomalies: readonly Anomaly[];
}

/** The history row of a session as it stands in `session`. */
export function usageEvent(profile: LineProfile, session: Session, row: UsageRow): UsageEvent {
  const total = row.moment?.total ?? totalOctets(session.counters);
  const usage = row.moment?.usage ?? session.usage;
  return {
    type: 'usage',
    kind: row.kind,
    at: row.at,
    lineId: profile.lineId,
    username: profile.username,
    sessionKey: session.key,
    nas: session.nas,
    nasPort: session.nasPort,
    acctSessionId: session.acctSessionId,
    callingStationId: session.callingStationId,
    framedIp: session.framedIp,
    state: session.state,
    startedAt: session.startedAt,
    segment: session.counters.segment,
    sessionTimeSeconds: Math.max(0, Math.floor((row.at - session.startedAt) / SECOND_MS)),
    inputOctets: total.inputOctets,
    outputOctets: total.outputOctets,
    chargedOctets: usage.chargedOctets,
    freeOctets: usage.freeOctets,
    quarantinedOctets: usage.quarantinedOctets,
    burnedOctets: usage.burnedOctets,
    overshotOctets: usage.overshotOctets,
    consumed: consumedOf(row),
    closeCause: session.closeCause,
    anomalies: row.anomalies,
    resume: row.moment !== undefined && row.kind === 'split' ? undefined : packResume(session, row.at),
  };
}

function consumedOf(row: UsageRow): readonly (readonly [string, number])[] {
  if (row.touched.length === 0) return [];
  return row.grants
    .filter((grant) => row.touched.includes(grant.id))
    .map((grant) => [grant.id, grant.consumed] as const);
}
