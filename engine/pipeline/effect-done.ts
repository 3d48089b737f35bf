import type { Session } from '../accounting/session.ts';
import type { Effect } from '../policy/effect.ts';
import type { LineState } from '../policy/line-state.ts';
import { expectProof } from '../policy/verify-effect.ts';
import { ErrorCause } from '../radius/attribute-type.ts';
import type { EffectEvent, EngineEvent } from './engine-event.ts';
import { concludeChange, type LineChange, type LineContext } from './line-change.ts';
import { type UsageRow, usageEvent } from './usage-event.ts';

/** How the NAS took an order. */
export type EffectResult = Pick<EffectEvent, 'result' | 'errorCause' | 'attempts' | 'latencyMs' | 'kind'>;

/** The history row of a delivered effect. */
export function effectEvent(
  effect: Effect,
  result: EffectResult,
  context: Pick<LineContext, 'now'>,
): EffectEvent {
  return {
    type: 'effect',
    at: context.now,
    username: effect.username,
    sessionKey: effect.sessionKey,
    nas: effect.nas,
    reason: effect.reason,
    ...result,
  };
}

/**
 * What the NAS's answer to an order changes: an acknowledged speed is the session's speed from now on, and a slower one
 * has to be proved by its reports (`verify-session.ts`); a NAS that does
 * not know the session makes it suspect. An acknowledged Disconnect changes nothing yet: only a Stop or silence ends a
 * session, and an Interim that comes all the same has it ordered again. What changed is written down with the
 * session's figures at once: it decides what the next octets cost and who may log in, also after the counters were lost.
 */
export function effectDone(
  state: LineState,
  effect: Effect,
  result: EffectResult,
  context: LineContext,
): LineChange {
  const events: EngineEvent[] = [effectEvent(effect, result, context)];
  const sessions = state.sessions.map((session) => {
    if (session.key !== effect.sessionKey) return session;
    const next = afterEffect(session, effect, result, context);
    if (next !== session) events.push(usageEvent(state.profile, next, answerRow(next)));
    return next;
  });
  return concludeChange({ ...state, sessions }, events, [], context);
}

function answerRow({ updatedAt }: Session): UsageRow {
  return { kind: 'split', at: updatedAt, moment: undefined, touched: [], grants: [], anomalies: [] };
}

function afterEffect(session: Session, effect: Effect, result: EffectResult, context: LineContext): Session {
  if (result.result === 'ack' && result.kind === 'change-speed') {
    const unproven = hasToProve(effect, context)
      ? expectProof(session, effect.service, context.now)
      : undefined;
    return { ...session, applied: effect.service, pendingEffect: undefined, unproven };
  }
  const isUnknown = result.result === 'nak' && result.errorCause === ErrorCause.SessionContextNotFound;
  return isUnknown && session.state === 'live' ? { ...session, state: 'suspect' } : session;
}

/** A soft landing is not proved: its line still has volume, and nobody is to lose a connection over it. */
function hasToProve({ reason, nas }: Effect, { provesSpeed }: LineContext): boolean {
  return reason !== 'volume-ending' && provesSpeed?.(nas) !== false;
}
