import { isOpen, isWhole } from '../accounting/session-life.ts';
import { decideAccess } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import { lineTerm } from '../policy/line-term.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import { isLandedService, landingOf } from '../policy/soft-landing.ts';
import { wantedService } from '../policy/wanted-service.ts';
import type { Instant } from '../values/instant.ts';
import { MINUTE_MS } from '../values/instant.ts';
import type { Judged } from './judged.ts';
import type { LineFacts, LoginRow } from './line-facts.ts';
import { loginRules, serviceRules } from './rules.ts';
import { type Explanation, type Statement, say } from './statement.ts';
import { toldStatements } from './told.ts';

/** A login that was refused not longer ago than this is what is asked about, also while another session runs. */
const ASKED_WITHIN_MS = 10 * MINUTE_MS;

/**
 * Why a line had at `facts.at` what it had. The verdict is the answer of the very functions that decide on the packet path:
 * `wantedService`, and `decideAccess` for a login that was refused.
 */
export function explainLine(facts: LineFacts): Explanation {
  const { username, at, state } = facts;
  if (state === undefined) {
    const verdict = say('verdict/no-line', {}, 'ledger', true);
    return { username, at, verdict, rules: [], told: toldStatements(facts, undefined) };
  }
  const judged = judge(facts, state);
  const gap =
    facts.keptSince === undefined
      ? []
      : [say('history/incomplete', { keptSince: facts.keptSince }, 'history')];
  const rules = rulesOf(judged);
  return {
    username,
    at,
    verdict: verdictOf(judged),
    rules: [...gap, ...rules],
    told: toldStatements(facts, judged),
  };
}

/** The rules of the service, and where it has one those of a login; a login that is refused is decided by its own rules. */
function rulesOf(judged: Judged): readonly Statement[] {
  const service = serviceRules(judged);
  if (!judged.wanted.allowed) return service;
  const passed =
    judged.refused === undefined
      ? service
      : service.map((said) => ({ ...said, decides: false }) as Statement);
  return [...passed, ...loginRules(judged)];
}

function judge(facts: LineFacts, state: LineState): Judged {
  const { at, plans } = facts;
  const term = lineTerm(state.profile, plans, at);
  const wanted = wantedService(state.profile.status, term, state.grants, at);
  const landing = landingOf(term.plan, wanted, state.grants, at);
  const asked = askedLogin(facts, state);
  const refused = asked === undefined || !wanted.allowed ? undefined : refusal(facts, state, asked);
  return { facts, state, term, wanted, landing, asked, refused };
}

/** The newest answer when it was a Reject and nothing that began after it is open. */
function askedLogin({ at, logins }: LineFacts, { sessions }: LineState): LoginRow | undefined {
  const [newest] = logins;
  if (newest === undefined || newest.outcome === 'accept') return undefined;
  const open = sessions.filter((session) => isOpen(session) && isWhole(session));
  if (open.some(({ startedAt }) => startedAt >= newest.at)) return undefined;
  return open.length === 0 || at - newest.at <= ASKED_WITHIN_MS ? newest : undefined;
}

/** Reasons that are found before the line's state is looked at. */
const BEFORE_THE_LINE: ReadonlySet<RejectReason> = new Set([
  'unknown-user',
  'wrong-password',
  'no-password',
  'method-unsupported',
]);

function refusal(facts: LineFacts, state: LineState, asked: LoginRow): RejectReason | undefined {
  if (asked.reason !== '' && BEFORE_THE_LINE.has(asked.reason)) return asked.reason;
  const decision = decideAccess(state, facts.plans, facts.bootOf, requestOf(asked, facts.at, facts.bootOf));
  return decision.accepted ? undefined : decision.reason;
}

/** A login like the one that was refused; its port is not in the history. */
function requestOf({ nas, callingStationId }: LoginRow, now: Instant, bootOf: LineFacts['bootOf']) {
  const sessionKey = '0000000000000000';
  return { now, nas, nasBoot: bootOf(nas), nasAddress: '', nasPort: '', callingStationId, sessionKey };
}

function verdictOf({ state, wanted, landing, asked, refused, facts }: Judged): Statement {
  const { source } = facts;
  if (!wanted.allowed) return say('verdict/no-service', { because: wanted.because }, source, true);
  if (asked !== undefined && refused !== undefined) {
    return say('verdict/login-refused', { because: refused, at: asked.at }, 'history', true);
  }
  const landed = state.sessions.find(
    (session) =>
      session.state === 'live' && landing !== undefined && isLandedService(landing, session.applied),
  );
  if (landed !== undefined) {
    const { downKbps, upKbps } = landed.applied;
    return say('verdict/landing', { downKbps, upKbps }, source, true);
  }
  const { service, because } = wanted;
  const { mode, downKbps, upKbps } = service;
  if (because === '' || mode === 'full') {
    return say('verdict/full-speed', { downKbps, upKbps }, source, true);
  }
  if (mode === 'captive') return say('verdict/captive', { because }, source, true);
  return say('verdict/slowed', { downKbps, upKbps, because }, source, true);
}
