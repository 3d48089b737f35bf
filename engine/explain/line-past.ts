import type { LineProfile } from '../policy/line-state.ts';
import { burn } from '../quota/burn.ts';
import type { Grant } from '../quota/grant.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { octets, ZERO_OCTETS } from '../values/octets.ts';
import { tehranDayStart } from '../values/tehran-time.ts';
import type { BurnPoint, LinePast, StatusRow, WantedBurns } from './past-stores.ts';

/** Rows of single records are kept this long, days for years. */
export const ROWS_KEPT_MS: number = 90 * DAY_MS;

/** The change that made the status what it was at `at`. */
export function statusAt(past: LinePast, at: Instant): StatusRow | undefined {
  return past.statuses.findLast((change) => change.at <= at);
}

/** The line's profile as it was at `at`, `undefined` before there was a line. */
export function profileAt(past: LinePast, at: Instant): LineProfile | undefined {
  if (at < past.createdAt) return undefined;
  const earlier = past.earlier.find(({ changedAt }) => changedAt > at);
  const status = statusAt(past, at)?.status ?? past.profile.status;
  if (earlier === undefined) return { ...past.profile, status };
  const { changedAt: _, ...fields } = earlier;
  return { ...past.profile, ...fields, status };
}

/** The grants as they had been bought at `at`, nothing consumed. */
export function grantsKnownAt(past: LinePast, at: Instant): readonly Grant[] {
  return past.grants
    .filter(({ createdAt }) => createdAt <= at)
    .map((grant) => {
      const earlier = past.earlierGrants.find((row) => row.changedAt > at && row.grant.id === grant.id);
      return { ...(earlier?.grant ?? grant), consumed: ZERO_OCTETS };
    });
}

/**
 * Which burned octets are needed to say what was left of the grants at `at`: since the beginning of the oldest grant that
 * could be burned together, over others, with one that was valid then; and exactly at every instant at which the choice
 * of grants changed.
 */
export function wantedBurns(past: LinePast, at: Instant): WantedBurns {
  const versions = [...past.grants, ...past.earlierGrants.map(({ grant }) => grant)];
  const overlaps = (grant: Grant, since: Instant) =>
    grant.from < at && (grant.until === undefined || grant.until > since);
  let since = at;
  for (let before = Number.NaN; since !== before; ) {
    before = since;
    for (const grant of versions) if (overlaps(grant, since)) since = Math.min(since, grant.from);
  }
  const changes = [
    ...versions.flatMap(({ from, until, createdAt }) => [from, until ?? at, createdAt]),
    ...past.earlierGrants.map(({ changedAt }) => changedAt),
  ];
  const edges = new Set([since, ...changes.filter((edge) => edge > since && edge < at), at]);
  return { lineId: past.profile.lineId, since, edges: [...edges].sort((left, right) => left - right) };
}

/**
 * The grants at `at` with what had been burned of each: between two edges the choice of grants is the same, so that all
 * that was burned there may be burned at once, in the order of `burn`.
 */
export function grantsAt(past: LinePast, { edges }: WantedBurns, points: readonly BurnPoint[], at: Instant) {
  const sessions = [...Map.groupBy(points, ({ sessionKey }) => sessionKey).values()];
  const burnedUpTo = (edge: Instant): number =>
    sessions.reduce((sum, session) => sum + highestUpTo(session, edge), 0);
  const consumed = new Map<string, number>();
  const known = (edge: Instant): readonly Grant[] =>
    grantsKnownAt(past, edge).map((grant) => ({
      ...grant,
      consumed: octets(Math.min(consumed.get(grant.id) ?? 0, grant.octets)),
    }));
  let before = burnedUpTo(edges[0] ?? at);
  for (let index = 1; index < edges.length; index++) {
    const burned = burnedUpTo(edges[index]!);
    const begin = edges[index - 1]!;
    for (const grant of burn(known(begin), octets(Math.max(0, burned - before)), begin).grants) {
      consumed.set(grant.id, grant.consumed);
    }
    before = burned;
  }
  return known(at);
}

function highestUpTo(points: readonly BurnPoint[], edge: Instant): number {
  let highest = 0;
  for (const { at, burnedOctets } of points) if (at <= edge && burnedOctets > highest) highest = burnedOctets;
  return highest;
}

/** True when a row of a day is needed whose rows are not kept any more at `now`; the ends of days are kept. */
export function isBeyondRows({ edges }: WantedBurns, now: Instant): boolean {
  return edges.some((edge) => edge < now - ROWS_KEPT_MS && tehranDayStart(edge) !== edge);
}
