import type { AppliedService } from '../accounting/session.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import { nextVersionAfter } from '../catalog/plan-history.ts';
import { rateSession } from '../pipeline/rate-session.ts';
import type { LineProfile } from '../policy/line-state.ts';
import { lineTerm } from '../policy/line-term.ts';
import { isSameService, type WantedService, wantedService } from '../policy/wanted-service.ts';
import { burn } from '../quota/burn.ts';
import type { Grant } from '../quota/grant.ts';
import { windowEdges } from '../quota/windows.ts';
import type { HistoryRow } from '../subscribers/recovery.ts';
import type { Instant } from '../values/instant.ts';
import { octets, ZERO_OCTETS } from '../values/octets.ts';
import { type ChangedPlans, changedGrants, changedLookup, startsFull } from './changed-plan.ts';
import { grantsKnownAt, profileAt } from './line-past.ts';
import type { LinePast } from './past-stores.ts';
import { type ReplayRecord, type ReplayStretch, replayRecords } from './replay-rows.ts';
import { type ServiceTrack, ServiceTracker } from './service-track.ts';

/** A line and the range that is replayed. */
export interface LineReplayInput {
  readonly past: LinePast;
  /** The line's grants with what was left of them at `from`. */
  readonly grants: readonly Grant[];
  /** Rows of the line from a day before `from` up to `to`. */
  readonly rows: readonly HistoryRow[];
  readonly plans: PlanLookup;
  readonly changed: ChangedPlans;
  readonly from: Instant;
  readonly to: Instant;
}

/** What happened to a line, and what would have. */
export interface LineReplay {
  readonly username: string;
  /** Burned by the history's own rows. */
  readonly burnedOctets: number;
  /** Burned when the same octets are rated again under the plans as they were: the proof of the replay. */
  readonly replayedOctets: number;
  /** Burned under the changed plans. */
  readonly wouldBurnOctets: number;
  readonly was: ServiceTrack;
  readonly would: ServiceTrack;
  readonly startsFull: boolean;
  readonly records: number;
}

/** Replays what a line has used against changed plans; everybody is taken to use what they used. */
export function replayLine(input: LineReplayInput): LineReplay {
  const { past, from, to, plans, changed } = input;
  const was = new Course(input, plans, undefined);
  const would = new Course(input, changedLookup(changed, plans), changed);
  let burnedOctets = 0;
  const records = replayRecords(input.rows);
  const edges = courseEdges(input);
  let edge = 0;
  let counted = 0;
  for (const record of records) {
    if (record.at <= from) {
      was.skip(record);
      would.skip(record);
      continue;
    }
    for (; edge < edges.length && edges[edge]! < record.at; edge++) lookAt(edges[edge]!, was, would);
    counted += 1;
    for (const stretch of record.stretches) if (stretch.to > from) burnedOctets += stretch.burnedOctets;
    const services = { was: was.wantedAt(record.at), would: would.wantedAt(record.at) };
    const applied = isSameWanted(services.was, services.would)
      ? record.session.applied
      : serviceOf(services.would, record.session.applied);
    was.take(record, record.session.applied);
    would.take(record, applied);
  }
  for (; edge < edges.length; edge++) lookAt(edges[edge]!, was, would);
  const profile = profileAt(past, from) ?? past.profile;
  return {
    username: past.profile.username,
    burnedOctets,
    replayedOctets: was.burnedOctets,
    wouldBurnOctets: would.burnedOctets,
    was: was.tracker.end(to),
    would: would.tracker.end(to),
    startsFull: startsFull(profile, plans, changed, from),
    records: counted,
  };
}

function lookAt(at: Instant, ...courses: readonly Course[]): void {
  for (const course of courses) course.look(at);
}

function isSameWanted(left: WantedService, right: WantedService): boolean {
  if (!left.allowed || !right.allowed) return left.allowed === right.allowed;
  return isSameService(left.service, right.service) && left.service.mode === right.service.mode;
}

function serviceOf(wanted: WantedService, applied: AppliedService): AppliedService {
  return wanted.allowed ? wanted.service : applied;
}

/** One way that the range may have gone: as it did, or under changed plans. */
class Course {
  readonly tracker: ServiceTracker;
  burnedOctets = 0;
  private readonly input: LineReplayInput;
  private readonly plans: PlanLookup;
  private readonly changed: ChangedPlans | undefined;
  private readonly remainders = new Map<string, number>();
  private profile: LineProfile;
  private grants: readonly Grant[];
  private readonly changes: readonly Instant[];
  private known: Instant;

  constructor(input: LineReplayInput, plans: PlanLookup, changed: ChangedPlans | undefined) {
    const { past, from } = input;
    this.input = input;
    this.plans = plans;
    this.changed = changed;
    this.profile = profileAt(past, from) ?? { ...past.profile, status: 'closed' };
    this.grants = this.change(input.grants, from);
    this.changes = changesOf(past);
    this.known = from;
    this.tracker = new ServiceTracker(from);
    this.look(from);
  }

  /** Of what was before the range only the part of an octet matters that weights left over. */
  skip({ sessionKey, remainderAfter = 0 }: ReplayRecord): void {
    this.remainders.set(sessionKey, remainderAfter);
  }

  /** Rates a record's octets after the beginning of the range. */
  take(record: ReplayRecord, applied: AppliedService): void {
    this.learn(record.at);
    const stretches = record.stretches.filter(({ to }) => to > this.input.from);
    for (const { delta } of stretches) this.tracker.flow(delta.inputOctets + delta.outputOctets);
    const early = record.stretches.filter(({ to }) => to <= this.input.from);
    if (early.length > 0) this.rate(record, early, record.session.applied, this.input);
    const rated = this.rate(record, stretches, applied, { grants: this.grants, plans: this.plans });
    this.grants = rated.grants;
    this.burnedOctets += rated.burnedOctets;
    this.look(record.at);
  }

  /** What the line may have at `at`. */
  wantedAt(at: Instant): WantedService {
    this.learn(at);
    const term = lineTerm(this.profile, this.plans, at);
    return wantedService(this.profile.status, term, this.grants, at);
  }

  look(at: Instant): void {
    this.tracker.see(this.wantedAt(at), at);
  }

  /** Rates stretches of a record; keeps the part of an octet that is left over. */
  private rate(
    { sessionKey, session, remainderAfter }: ReplayRecord,
    stretches: readonly ReplayStretch[],
    applied: AppliedService,
    { grants: before, plans }: Pick<LineReplayInput, 'grants' | 'plans'>,
  ): { readonly grants: readonly Grant[]; readonly burnedOctets: number } {
    let weightRemainder = this.remainders.get(sessionKey) ?? 0;
    let burnedOctets = 0;
    let grants = before;
    for (const stretch of stretches) {
      const { from, to, delta } = stretch;
      if (stretch.isQuarantined) {
        // What was set aside is not known by direction; what was burned beside it is.
        const burned = burn(grants, octets(Math.max(0, stretch.burnedOctets)), from);
        grants = burned.grants;
        burnedOctets += stretch.burnedOctets - burned.overshotOctets;
        weightRemainder = remainderAfter ?? weightRemainder;
        continue;
      }
      const usage = { ...session.usage, weightRemainder };
      const added = { from, to, delta, anomalies: [], quarantinedOctets: ZERO_OCTETS };
      const rated = rateSession(
        { ...added, session: { ...session, usage, applied } },
        grants,
        this.profile,
        plans,
      );
      grants = rated.grants;
      burnedOctets += rated.session.usage.burnedOctets;
      weightRemainder = rated.session.usage.weightRemainder;
    }
    this.remainders.set(sessionKey, weightRemainder);
    return { grants, burnedOctets };
  }

  /** Takes over what had been declared of the line by `at`. */
  private learn(at: Instant): void {
    if (!this.changes.some((change) => change > this.known && change <= at)) return;
    const { past } = this.input;
    this.known = at;
    this.profile = profileAt(past, at) ?? this.profile;
    const consumed = new Map(this.grants.map((grant) => [grant.id, grant.consumed]));
    const known = this.change(grantsKnownAt(past, at), at);
    this.grants = known.map((grant) => ({
      ...grant,
      consumed: octets(Math.min(consumed.get(grant.id) ?? 0, grant.octets)),
    }));
  }

  private change(grants: readonly Grant[], at: Instant): readonly Grant[] {
    if (this.changed === undefined) return grants;
    return changedGrants(grants, this.profile, this.input.plans, this.changed, at);
  }
}

/** Instants at which something of the line was declared. */
function changesOf({ createdAt, earlier, earlierGrants, grants, statuses }: LinePast): readonly Instant[] {
  const changes = [
    createdAt,
    ...earlier.map(({ changedAt }) => changedAt),
    ...earlierGrants.map(({ changedAt }) => changedAt),
    ...grants.map((grant) => grant.createdAt),
    ...statuses.map(({ at }) => at),
  ];
  return [...new Set(changes)];
}

/** Instants within the range at which what the line may have can change without a record, in order. */
function courseEdges({ past, plans, changed, from, to }: LineReplayInput): readonly Instant[] {
  const edges = new Set(changesOf(past));
  const terms = [past.profile, ...past.earlier];
  const names = new Set<string>();
  for (const { planName, expiresAt, reserve } of terms) {
    names.add(planName);
    for (const edge of [expiresAt, reserve?.from, reserve?.expiresAt])
      if (edge !== undefined) edges.add(edge);
    if (reserve !== undefined) names.add(reserve.planName);
  }
  for (const { from: begins, until } of [...past.grants, ...past.earlierGrants.map(({ grant }) => grant)]) {
    edges.add(begins);
    if (until !== undefined) edges.add(until);
  }
  for (const lookup of [plans, changedLookup(changed, plans)]) {
    for (const name of names) {
      const history = lookup(name);
      if (history === undefined) continue;
      for (let at = nextVersionAfter(history, from); at < to; at = nextVersionAfter(history, at))
        edges.add(at);
      for (const { plan } of history.versions)
        for (const edge of windowEdges(plan.windows, from, to)) edges.add(edge);
    }
  }
  return [...edges].filter((edge) => edge > from && edge < to).sort((left, right) => left - right);
}
