import type { Session } from '../accounting/session.ts';
import { isOpen, isWhole } from '../accounting/session-life.ts';
import type { EffectReason } from '../policy/effect.ts';
import { enforceService } from '../policy/enforce.ts';
import { isLandedService } from '../policy/soft-landing.ts';
import { isSameService } from '../policy/wanted-service.ts';
import type { Judged } from './judged.ts';
import type { LineFacts, LoginRow } from './line-facts.ts';
import type { EffectRow } from './past-stores.ts';
import { type SessionFigures, type Statement, say } from './statement.ts';

/** Most orders and answers that are told, newest first. */
const TOLD_AT_MOST = 10;

/** The open sessions with what they were given, then orders to their NAS and answers to logins, newest first. */
export function toldStatements(facts: LineFacts, judged: Judged | undefined): readonly Statement[] {
  const open = (judged?.state.sessions ?? []).filter((session) => isOpen(session) && isWhole(session));
  const sessions = judged === undefined ? [] : open.map((session) => sessionStatement(session, judged));
  const waiting = judged === undefined ? [] : waitingOrders(open, judged);
  const ended = [
    ...facts.effects.map((row) => ({ at: row.at, said: orderStatement(row) })),
    ...facts.logins.map((row) => ({ at: row.at, said: loginStatement(row) })),
  ]
    .sort((left, right) => right.at - left.at)
    .slice(0, TOLD_AT_MOST)
    .map(({ said }) => said);
  const none = judged !== undefined && sessions.length === 0 ? [say('session/none', {}, facts.source)] : [];
  return [...sessions, ...none, ...waiting, ...ended];
}

function sessionStatement(session: Session, { wanted, landing, facts }: Judged): Statement {
  const { nas, acctSessionId, callingStationId, framedIp, startedAt, applied, state } = session;
  const { mode, downKbps, upKbps } = applied;
  const figures: SessionFigures = {
    ...{ nas, acctSessionId, callingStationId, framedIp, since: startedAt, mode, downKbps, upKbps },
  };
  if (state === 'reserved') return say('session/reserved', figures, facts.source);
  if (state === 'suspect') return say('session/silent', figures, facts.source);
  if (landing !== undefined && isLandedService(landing, applied)) {
    return say('session/landing', figures, facts.source);
  }
  const isAsWanted = wanted.allowed && isSameService(applied, wanted.service);
  return say(isAsWanted ? 'session/as-wanted' : 'session/other', figures, facts.source);
}

/** Orders under way. The counters do not keep the reason, but the rule that gave it still does. */
function waitingOrders(
  open: readonly Session[],
  { state, term, wanted, landing, facts }: Judged,
): readonly Statement[] {
  const unasked = state.sessions.map((session) => ({ ...session, pendingEffect: undefined }));
  const { effects } = enforceService(state.profile, term.plan, unasked, wanted, facts.at, landing);
  return open.flatMap(({ key, nas, pendingEffect }) => {
    if (pendingEffect === undefined) return [];
    const { kind, requestedAt, attempts } = pendingEffect;
    const wantedOrder = effects.find((effect) => effect.sessionKey === key && effect.kind === kind);
    const reason: EffectReason | '' = wantedOrder?.reason ?? '';
    return [
      say('order/waiting', { at: requestedAt, nas, kind, reason, attempts, errorCause: 0 }, 'counters'),
    ];
  });
}

const RESULTS = {
  ack: 'order/acknowledged',
  nak: 'order/refused',
  timeout: 'order/unanswered',
  'no-nas': 'order/no-nas',
  'not-in-force': 'order/not-in-force',
} as const;

function orderStatement({ at, nas, kind, reason, result, attempts, errorCause }: EffectRow): Statement {
  return say(RESULTS[result], { at, nas, kind, reason, attempts, errorCause }, 'ledger');
}

function loginStatement({ at, nas, callingStationId, count, outcome, reason }: LoginRow): Statement {
  const figures = { at, nas, callingStationId, count };
  if (outcome === 'accept' || reason === '') return say('login/accepted', figures, 'history');
  return say('login/refused', { ...figures, because: reason }, 'history');
}
