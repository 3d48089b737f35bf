import type { Session } from '../accounting/session.ts';
import { ageSession } from '../accounting/session-life.ts';
import type { LineState } from '../policy/line-state.ts';
import { lostEvent } from './account-record.ts';
import type { UsageEvent } from './engine-event.ts';
import { concludeChange, type LineChange, type LineContext } from './line-change.ts';

/**
 * What the passing of time alone changes about a line: unused slots go, silent sessions become suspect and are closed
 * with their last counters, and a service that began or ended is enforced.
 */
export function wakeLine(state: LineState, context: LineContext): LineChange {
  const events: UsageEvent[] = [];
  const sessions: Session[] = [];
  for (const session of state.sessions) {
    const aged = ageSession(session, context.now, context.bootOf(session.nas));
    if (aged === undefined) continue;
    if (aged.state === 'closed' && session.state !== 'closed') events.push(lostEvent(state.profile, aged));
    sessions.push(aged);
  }
  return concludeChange({ ...state, sessions }, events, [], context);
}
