import { closeSession, isOnline, isWhole } from '../accounting/session-life.ts';
import { disconnectSession } from '../policy/enforce.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import type { LineProjection } from '../subscribers/ledger-store.ts';
import { type Octets, octets } from '../values/octets.ts';
import { lostEvent } from './account-record.ts';
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
  const next: LineState = {
    profile: projection.profile,
    grants,
    sessions: state?.sessions ?? [],
    forgotten: state?.forgotten,
    boundMac: state?.boundMac,
  };
  return concludeChange(next, [], [], context);
}

function highest(grant: Grant, counted: Octets | undefined): Octets {
  return octets(Math.min(Math.max(grant.consumed, counted ?? 0), grant.octets));
}

/** Its sessions end in the history and are told to end; octets still reported are kept as those of a stranger. */
function removeLine({ profile, sessions }: LineState, context: LineContext): LineChange {
  const online = sessions.filter(isOnline);
  return {
    state: undefined,
    events: online.map((session) => lostEvent(profile, closeSession(session, 'lost'))),
    effects: online
      .filter(isWhole)
      .map((session) => disconnectSession(profile.username, session, 'line-removed', context.now).effect),
    wakeAt: undefined,
  };
}
