import type { AccountingRecord, Anomaly } from '../accounting/record.ts';
import type { Session } from '../accounting/session.ts';
import type { Effect } from '../policy/effect.ts';
import { orderEffect } from '../policy/enforce.ts';
import { verifyService } from '../policy/verify-effect.ts';
import { effectEvent } from './effect-done.ts';
import type { EffectEvent } from './engine-event.ts';
import type { LineContext } from './line-change.ts';

/** A session after its report was compared with what its NAS had acknowledged, and what is to be done about it. */
export interface VerifiedSession {
  readonly session: Session;
  readonly effects: readonly Effect[];
  /** The alarm, once for a session. */
  readonly events: readonly EffectEvent[];
}

/** Failures in a row: the change is ordered again, then the session is to end, then staff are told. */
const DISCONNECT_AT = 2;
const ALARM_AT = 3;

/**
 * The rungs of the ladder that only the next report can show: an acknowledged speed that is not in force is ordered once
 * more, then the session is to end, again and again; a session that reports all the same is an alarm. Where the
 * line may by now have another service, that is ordered instead (`joinEffects`).
 */
export function verifySession(
  username: string,
  session: Session,
  record: AccountingRecord,
  anomalies: readonly Anomaly[],
  context: LineContext,
): VerifiedSession {
  const { inputOctets, outputOctets, receivedAt } = record;
  const isFull = inputOctets !== undefined && outputOctets !== undefined;
  if (!isFull && session.state !== 'closed') return { session, effects: [], events: [] };
  const verified = verifyService(session, receivedAt, anomalies.length > 0);
  const { failures } = verified;
  if (failures === 0) return { session: verified.session, effects: [], events: [] };
  const kind = failures < DISCONNECT_AT ? 'change-speed' : 'disconnect';
  const change = { kind, service: session.applied, reason: 'not-in-force' } as const;
  const effect = orderEffect(username, session, change, context.now);
  const result = { kind, result: 'not-in-force', errorCause: 0, attempts: failures, latencyMs: 0 } as const;
  const events = failures === ALARM_AT ? [effectEvent(effect, result, context)] : [];
  return { session: verified.session, effects: [effect], events };
}
