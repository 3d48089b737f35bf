import { allotmentPeriods } from '../catalog/allotments.ts';
import type { Plan, QuotaPeriod } from '../catalog/plan.ts';
import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { HOUR_MS, type Instant } from '../values/instant.ts';
import { type Octets, ZERO_OCTETS } from '../values/octets.ts';

/** Grants made here carry this prefix, so that no declared id meets one of them. */
export const SERVICE_GRANT_PREFIX = 'service:';

/** A term that was bought. */
export interface BoughtTerm {
  readonly username: string;
  /** What no other term of the line is called in the ids of its grants: a revision, with an `r` for a reserved term. */
  readonly key: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly boughtAt: Instant;
}

/** What every period of a term gives: a volume for full speed and one for each tier behind it. */
interface Portion {
  readonly per: QuotaPeriod;
  readonly tiers: ReadonlyMap<number, Octets>;
}

/** A term as its grants tell of it. */
export interface StoredTerm extends BoughtTerm {
  readonly grants: readonly Grant[];
}

/** `service:<username>:<key>`, `.<n>` for the nth of several periods, `:t<tier>` for a tier behind full speed. */
const TERM_GRANT = /^service:.*:(\d+r?)(?:\.\d+)?(?::t\d+)?$/s;

/** A grant that has not begun goes away with its term; one that begins sooner may be in use on a clock ahead of ours. */
const CLOCKS_APART_MS = HOUR_MS;

/** All grants of a term of `plan`: one per period and tier; none of a plan without quota. */
export function grantsOfTerm(term: BoughtTerm, plan: Plan): readonly Grant[] {
  const { quota, tiers } = plan;
  if (quota === undefined) return [];
  const volumes = [quota.octets, ...tiers.map((tier) => tier.octets)];
  return makeGrants(term, { per: quota.per, tiers: new Map(volumes.map((size, tier) => [tier, size])) });
}

function makeGrants(term: BoughtTerm, { per, tiers }: Portion): readonly Grant[] {
  const name = `${SERVICE_GRANT_PREFIX}${term.username}:${term.key}`;
  return allotmentPeriods(per, term.from, term.until).flatMap(({ from, until }, index) =>
    [...tiers].map(([tier, octets]): Grant => {
      const period = per === 'term' ? '' : `.${index + 1}`;
      const id = `${name}${period}${tier === FULL_SPEED_TIER ? '' : `:t${tier}`}`;
      const { boughtAt: createdAt } = term;
      return {
        id,
        kind: 'service',
        octets,
        consumed: ZERO_OCTETS,
        from,
        until,
        priority: 0,
        tier,
        createdAt,
      };
    }),
  );
}

/**
 * The term among a line's grants that ends at `until`, the newest where several did; only one that begins at `from`
 * where that is given. `undefined` when none does, as of a plan without quota.
 */
export function findTerm(
  username: string,
  grants: readonly Grant[],
  until: Instant | undefined,
  from?: Instant,
): StoredTerm | undefined {
  // Other volumes that end with a service, such as those of a campaign, are no term.
  const byKey = Map.groupBy(
    grants.filter(({ kind, id }) => kind === 'service' && TERM_GRANT.test(id)),
    ({ id }) => TERM_GRANT.exec(id)![1]!,
  );
  let found: StoredTerm | undefined;
  for (const [key, own] of byKey) {
    const begins = Math.min(...own.map((grant) => grant.from));
    if (!own.some((grant) => grant.until === until) || (from !== undefined && begins !== from)) continue;
    const boughtAt = own[0]!.createdAt;
    if (until === undefined || (found !== undefined && boughtAt < found.boughtAt)) continue;
    found = { username, key, from: begins, until, boughtAt, grants: own };
  }
  return found;
}

/**
 * The grants with those of a term as they are when it has other edges: the volume and kind of its periods stay as they
 * were bought, used ones stay, periods join or go. A used grant keeps its volume and what was taken from it.
 */
export function moveTerm(
  grants: readonly Grant[],
  term: StoredTerm,
  to: { readonly from: Instant; readonly until: Instant },
  history: ReturnType<PlanLookup>,
  now: Instant,
): readonly Grant[] {
  const wanted = makeGrants({ ...term, ...to }, portionOf(term, history));
  const wantedById = new Map(wanted.map((grant) => [grant.id, grant]));
  const own = new Set(term.grants);
  const moved = grants.flatMap((grant) => {
    if (!own.has(grant)) return [grant];
    const next = wantedById.get(grant.id);
    wantedById.delete(grant.id);
    return next === undefined
      ? cutGrant(grant, to.until, now)
      : [{ ...grant, from: next.from, until: next.until }];
  });
  return [...moved, ...wantedById.values()];
}

/** What was bought, by the grants themselves; only the length of the periods is with the plan's version of that day. */
function portionOf({ grants, boughtAt }: StoredTerm, history: ReturnType<PlanLookup>): Portion {
  const isDivided = grants.some(({ id }) => /\.\d+(:t\d+)?$/.test(id));
  const per = history && planAt(history, boughtAt).quota?.per;
  const tiers = new Map(grants.map(({ tier, octets }) => [tier, octets]));
  return { per: isDivided ? (per ?? 'term') : 'term', tiers };
}

/** The grants with those of the running term ended; `except` are those of a reserved one. */
export function endTerm(grants: readonly Grant[], except: readonly Grant[], now: Instant): readonly Grant[] {
  const kept = new Set(except);
  return grants.flatMap((grant) => {
    const isOver = grant.until !== undefined && grant.until <= now;
    return grant.kind !== 'service' || isOver || kept.has(grant) ? [grant] : cutGrant(grant, now, now);
  });
}

/** The grants without those of a term that has not begun. */
export function dropTerm(grants: readonly Grant[], term: StoredTerm, now: Instant): readonly Grant[] {
  const own = new Set(term.grants);
  return grants.flatMap((grant) => (own.has(grant) ? cutGrant(grant, term.from, now) : [grant]));
}

/** The grant ended at `end`; nothing is left of one that has not begun and was never used. */
function cutGrant(grant: Grant, end: Instant, now: Instant): readonly Grant[] {
  if (grant.consumed === 0 && grant.from > now + CLOCKS_APART_MS) return [];
  const until = Math.max(grant.from, Math.min(grant.until ?? end, end));
  return [{ ...grant, until }];
}
