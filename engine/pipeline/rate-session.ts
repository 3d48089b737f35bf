import type { AppliedRecord } from '../accounting/apply-record.ts';
import { totalOctets } from '../accounting/count-octets.ts';
import type { CounterPair, Session, SessionUsage } from '../accounting/session.ts';
import type { Plan } from '../catalog/plan.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import type { LineProfile } from '../policy/line-state.ts';
import { lineTerm, nextTermEdge } from '../policy/line-term.ts';
import { burn, weigh } from '../quota/burn.ts';
import { type Grant, remainingOctets } from '../quota/grant.ts';
import { rateStretch, type Tariff } from '../quota/rate.ts';
import { type Stretch, splitStretch } from '../quota/split.ts';
import { windowEdges } from '../quota/windows.ts';
import type { Instant } from '../values/instant.ts';
import { addOctets, octets } from '../values/octets.ts';

/** A session's cumulative figures at the end of one stretch of time. */
export interface RatedMoment {
  readonly at: Instant;
  readonly total: CounterPair;
  readonly usage: SessionUsage;
}

/** A session and the line's grants after rating, with one moment per stretch; the last is the record's own. */
export interface RatedSession {
  readonly session: Session;
  readonly grants: readonly Grant[];
  /** Ids of the grants that were burned. */
  readonly touched: readonly string[];
  readonly moments: readonly RatedMoment[];
}

const UNMETERED: Tariff = { charge: 'none', windows: [], classPercent: 100 };

/**
 * Rates what a record added: split at midnight, tariff windows, and the edges of grants, terms and plan versions; each
 * stretch is charged or free by the tariff at its time and burned from the grants valid then. What a line uses at the slower speed
 * or behind the captive page that its plan gives after the volume has ended is free: overshoot is only what flowed at
 * full speed without volume.
 */
export function rateSession(
  applied: AppliedRecord,
  grants: readonly Grant[],
  profile: LineProfile,
  plans: PlanLookup,
): RatedSession {
  const { session, delta, from, to } = applied;
  let usage = addQuarantined(session.usage, applied.quarantinedOctets);
  let touched: readonly string[] = [];
  const moments: RatedMoment[] = [];
  const total = totalOctets(session.counters);
  let inputLeft: number = delta.inputOctets;
  let outputLeft: number = delta.outputOctets;
  let left = grants;
  const edges = from < to ? stretchEdges(grants, profile, plans, from, to) : [];
  for (const stretch of splitStretch({ from, to, ...delta }, edges)) {
    const isPastEnd = session.applied.mode !== 'full' && remainingOctets(left, stretch.from) === 0;
    const tariff = isPastEnd ? UNMETERED : tariffOf(lineTerm(profile, plans, stretch.from).plan, session);
    const charged = chargeStretch(stretch, tariff, left, usage);
    usage = charged.usage;
    left = charged.grants;
    touched = union(touched, charged.touched);
    inputLeft -= stretch.inputOctets;
    outputLeft -= stretch.outputOctets;
    moments.push({
      at: stretch.to,
      total: {
        inputOctets: octets(total.inputOctets - inputLeft),
        outputOctets: octets(total.outputOctets - outputLeft),
      },
      usage,
    });
  }
  return { session: { ...session, usage }, grants: left, touched, moments };
}

/** Most records are one stretch: then there is nothing to put together. */
function union(before: readonly string[], more: readonly string[]): readonly string[] {
  if (before.length === 0) return more;
  return [...before, ...more.filter((id) => !before.includes(id))];
}

function tariffOf(plan: Plan | undefined, { trafficClass }: Session): Tariff {
  if (plan?.quota === undefined) return UNMETERED;
  const named = plan.classes.find(({ name }) => name === trafficClass);
  return { charge: plan.quota.charge, windows: plan.windows, classPercent: named?.percent ?? 100 };
}

/** All edges within (from, to); most records have none. */
function stretchEdges(
  grants: readonly Grant[],
  profile: LineProfile,
  plans: PlanLookup,
  from: Instant,
  to: Instant,
): readonly Instant[] {
  const edges: Instant[] = [];
  let isCharged = false;
  for (let begin = from; begin < to; ) {
    const end = Math.min(nextTermEdge(profile, plans, begin), to);
    const { plan } = lineTerm(profile, plans, begin);
    isCharged ||= plan?.quota !== undefined;
    edges.push(...windowEdges(plan?.quota === undefined ? [] : plan.windows, begin, end));
    if (end < to) edges.push(end);
    begin = end;
  }
  if (!isCharged) return edges;
  const isWithin = (edge: Instant | undefined): edge is Instant =>
    edge !== undefined && edge > from && edge < to;
  for (const grant of grants) {
    if (isWithin(grant.from)) edges.push(grant.from);
    if (isWithin(grant.until)) edges.push(grant.until);
  }
  return edges;
}

function chargeStretch(
  stretch: Stretch,
  tariff: Tariff,
  grants: readonly Grant[],
  usage: SessionUsage,
): { usage: SessionUsage; grants: readonly Grant[]; touched: readonly string[] } {
  const rating = rateStretch(stretch, tariff);
  const weighed = weigh(rating.chargedOctets, rating.weight, usage.weightRemainder);
  const burned = burn(grants, weighed.octets, stretch.from);
  return {
    grants: burned.grants,
    touched: burned.touched,
    usage: {
      ...usage,
      chargedOctets: addOctets(usage.chargedOctets, rating.chargedOctets),
      freeOctets: addOctets(usage.freeOctets, rating.freeOctets),
      burnedOctets: octets(usage.burnedOctets + weighed.octets - burned.overshotOctets),
      overshotOctets: addOctets(usage.overshotOctets, burned.overshotOctets),
      weightRemainder: weighed.remainder,
    },
  };
}

function addQuarantined(usage: SessionUsage, quarantined: AppliedRecord['quarantinedOctets']): SessionUsage {
  if (quarantined === 0) return usage;
  return { ...usage, quarantinedOctets: addOctets(usage.quarantinedOctets, quarantined) };
}
