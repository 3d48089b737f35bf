import { isOnline } from '../accounting/session-life.ts';
import { disconnectSession } from '../policy/enforce.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import type { LineProjection } from '../subscribers/ledger-store.ts';
import { type Octets, octets } from '../values/octets.ts';
import { concludeChange, type LineChange, type LineContext } from './line-change.ts';

/**
 * Puts the ledger's truth about what was bought over the counters' truth about what was used: profile and terms of
 * grants come from the ledger, `consumed` is the higher of both. An older projection than the stored one changes
 * nothing; `undefined` removes the line and ends its sessions.
 */
export function projectLine(
  state: LineState | undefined,
  projection: LineProjection | undefined,
  context: LineContext,
): LineChange | undefined {
  if (projection === undefined) return state === undefined ? undefined : removeLine(state, context);
  if (state !== undefined && state.profile.revision > projection.profile.revision) return undefined;
  const consumed = new Map(state?.grants.map((grant) => [grant.id, grant.consumed]));
  const grants = projection.grants.map((grant) => ({
    ...grant,
    consumed: highest(grant, consumed.get(grant.id)),
  }));
  const next: LineState = { profile: projection.profile, grants, sessions: state?.sessions ?? [] };
  return concludeChange(next, [], [], context);
}

function highest(grant: Grant, counted: Octets | undefined): Octets {
  return octets(Math.min(Math.max(grant.consumed, counted ?? 0), grant.octets));
}

/** Its sessions are told to end; octets that they still report are kept as those of a stranger. */
function removeLine(state: LineState, context: LineContext): LineChange {
  const effects = state.sessions
    .filter(isOnline)
    .map((session) => disconnectSession(state.profile.username, session, 'line-removed', context.now).effect);
  return { state: undefined, events: [], effects, wakeAt: undefined };
}
