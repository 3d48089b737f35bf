import { isOpen, isWhole } from '../accounting/session-life.ts';
import type { EndAction, Plan, PlanWindow } from '../catalog/plan.ts';
import { stationKey } from '../policy/decide-access.ts';
import { macLockOf } from '../policy/mac-lock.ts';
import { slotsOf } from '../policy/slots.ts';
import { currentTier, FULL_SPEED_TIER, fullSpeedOctets, type Grant, isGrantValid } from '../quota/grant.ts';
import { windowAt } from '../quota/windows.ts';
import type { Instant } from '../values/instant.ts';
import type { Speed } from '../values/speed.ts';
import type { Judged } from './judged.ts';
import { type EndFigures, type GrantFigures, type Statement, say, statusKey } from './statement.ts';

/** The rules that say what the line may have, in their order, up to the one that decides. */
export function serviceRules(judged: Judged): readonly Statement[] {
  const { facts, state, term } = judged;
  const { at, source } = facts;
  const said: Statement[] = [statusRule(judged)];
  if (state.profile.status !== 'active') return said;
  said.push(termRule(judged));
  const { plan, expiresAt } = term;
  if (plan === undefined || expiresAt === undefined) return said;
  const { reserve } = state.profile;
  if (reserve !== undefined && at < reserve.from) {
    const { planName, from, expiresAt: until } = reserve;
    said.push(say('reserve/waiting', { plan: planName, from, until }, 'ledger'));
  }
  said.push(versionRule(judged, plan));
  if (at >= expiresAt) return said;
  const window = windowAt(plan.windows, at);
  said.push(windowRule(window));
  said.push(volumeRule(state.grants, plan, window, at, source));
  if (plan.quota !== undefined) said.push(...grantRules(state.grants, at, source));
  return said;
}

/** The rules that only a login meets. */
export function loginRules({ facts, state, term, asked, refused }: Judged): readonly Statement[] {
  const { profile, sessions } = state;
  const { source } = facts;
  const open = sessions.filter((session) => isOpen(session) && isWhole(session));
  const station = asked?.callingStationId ?? open.at(-1)?.callingStationId ?? '';
  const lock = macLockOf(state, term.plan);
  const slots = { open: open.length, allowed: slotsOf(profile, term.plan) };
  const said: Statement[] = [];
  if (lock === '') said.push(say('mac-lock/none', {}, 'ledger'));
  else if (station === '' && asked === undefined) said.push(say('mac-lock/unasked', { lock }, 'ledger'));
  else if (stationKey(station) === lock) said.push(say('mac-lock/same', { lock, station }, 'ledger'));
  else said.push(say('mac-lock/other', { lock, station }, 'ledger', refused === 'mac-locked'));
  if (refused === 'mac-locked') return said;
  if (refused === 'too-many-sessions') {
    said.push(say('simultaneous-use/refused', slots, source, true));
  } else {
    const room = slots.open < slots.allowed;
    said.push(say(room ? 'simultaneous-use/room' : 'simultaneous-use/full', slots, source));
  }
  return said;
}

function statusRule({ facts, state }: Judged): Statement {
  const { status } = state.profile;
  const { at: since = null, actor = '', reason = '' } = facts.status ?? {};
  return say(statusKey(status), { since, actor, reason }, 'ledger', status !== 'active');
}

function termRule({ facts, state, term }: Judged): Statement {
  const { reserve, planName } = state.profile;
  const { plan, expiresAt } = term;
  const isReserve = reserve !== undefined && facts.at >= reserve.from;
  if (plan === undefined) {
    return say('term/plan-unknown', { plan: isReserve ? reserve.planName : planName }, 'ledger', true);
  }
  if (expiresAt === undefined) return say('term/none', {}, 'ledger', true);
  const figures = { plan: plan.name, until: expiresAt };
  if (facts.at >= expiresAt) {
    return say('term/ended', { ...figures, ...endFigures(plan, plan.expired) }, 'ledger', true);
  }
  if (isReserve) return say('term/reserve-running', { ...figures, from: reserve.from }, 'ledger');
  return say('term/running', figures, 'ledger');
}

function versionRule({ facts }: Judged, plan: Plan): Statement {
  const versions = facts.plans(plan.name)?.versions ?? [];
  const version = versions.find((each) => each.plan === plan) ?? versions[0];
  const { downKbps = 0, upKbps = 0 } = plan.speed ?? {};
  return say('plan/in-force', { plan: plan.name, from: version?.from ?? 0, downKbps, upKbps }, 'plan');
}

function windowRule(window: PlanWindow | undefined): Statement {
  if (window === undefined) return say('window/none', {}, 'plan');
  const { fromMinute, toMinute, percent, speed } = window;
  if (percent === 0) return say('window/free', { fromMinute, toMinute }, 'plan');
  if (speed !== undefined) return say('window/speed', { fromMinute, toMinute, ...speedOf(speed) }, 'plan');
  return say('window/weighs', { fromMinute, toMinute, percent }, 'plan');
}

/** The volume as `wantedService` looked at it. */
function volumeRule(
  grants: readonly Grant[],
  plan: Plan,
  window: PlanWindow | undefined,
  at: Instant,
  source: 'counters' | 'history',
): Statement {
  if (plan.quota === undefined) return say('volume/unlimited', {}, 'plan', true);
  const leftOctets = fullSpeedOctets(grants, at);
  const grantedOctets = grantedIn(grants, FULL_SPEED_TIER, at);
  const figures = { leftOctets, grantedOctets };
  if (window?.percent === 0) return say('volume/free-window', figures, source, true);
  const tier = currentTier(grants, at);
  if (tier === FULL_SPEED_TIER) return say('volume/left', figures, source, true);
  const slower = tier === undefined ? undefined : (plan.tiers[tier - 1] ?? plan.tiers.at(-1));
  if (tier === undefined || slower === undefined) {
    return say('volume/ended', { ...figures, ...endFigures(plan, plan.exhausted) }, source, true);
  }
  const inTier = grants.filter((grant) => grant.tier === tier && isGrantValid(grant, at));
  const tierLeft = inTier.reduce((sum, grant) => sum + grant.octets - grant.consumed, 0);
  return say('volume/tier', { tier, leftOctets: tierLeft, grantedOctets, ...speedOf(slower) }, source, true);
}

function grantedIn(grants: readonly Grant[], tier: number, at: Instant): number {
  return grants.reduce(
    (sum, grant) => (grant.tier === tier && isGrantValid(grant, at) ? sum + grant.octets : sum),
    0,
  );
}

/** A term of days has a grant for each; of those to come the next ones are told. */
const WAITING_AT_MOST = 3;

/** Grants that are valid, and the next ones, in the order in which they end. */
function grantRules(
  grants: readonly Grant[],
  at: Instant,
  source: 'counters' | 'history',
): readonly Statement[] {
  const waiting = grants.filter(({ from }) => from > at).toSorted((left, right) => left.from - right.from);
  const told = new Set(waiting.slice(0, WAITING_AT_MOST));
  return grants
    .filter((grant) => told.has(grant) || isGrantValid(grant, at))
    .toSorted((left, right) => left.tier - right.tier || endOf(left) - endOf(right))
    .map((grant) => {
      const key = grant.from > at ? 'waiting' : grant.consumed < grant.octets ? 'left' : 'used-up';
      return say(`grant/${key}`, grantFigures(grant), source);
    });
}

function endOf({ until }: Grant): number {
  return until ?? Number.POSITIVE_INFINITY;
}

function grantFigures({ id, kind, octets, consumed, from, until, tier }: Grant): GrantFigures {
  return { id, kind, octets, leftOctets: octets - consumed, from, until: until ?? null, tier };
}

function endFigures(plan: Plan, action: EndAction): EndFigures {
  if (action === 'disconnect') return { action, downKbps: 0, upKbps: 0 };
  if (action === 'captive') return { action, ...speedOf(plan.speed ?? { downKbps: 0, upKbps: 0 }) };
  return { action: 'slow', ...speedOf(action) };
}

function speedOf({ downKbps, upKbps }: Speed): Speed {
  return { downKbps, upKbps };
}
