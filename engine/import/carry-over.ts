import { createHash } from 'node:crypto';
import type { GrantDeclaration, PlanDeclaration } from '../subscribers/provisioning.ts';
import type { Instant } from '../values/instant.ts';
import { isoInstant } from './dates.ts';

/** Longest name of a plan in octets, as documents may have it. */
export const PLAN_NAME_OCTETS = 64;

const SUFFIX = ' (carried over)';
const GRANT_PREFIX = 'import:';
const PLAIN_USERNAME = /^[A-Za-z0-9._@-]{1,50}$/;

/**
 * The plan of the terms that began in the old system: as `plan`, but of one octet, the least a limited plan can have. What
 * is left of the old term comes beside it as a grant, so that nobody is given a whole volume anew. The next purchase is of
 * the plan itself.
 */
export function carriedPlan(plan: PlanDeclaration): PlanDeclaration {
  const { quota, tiers: _, effectiveFrom: __, ...rest } = plan;
  const carried: PlanDeclaration = { ...rest, name: carriedName(plan.name) };
  return quota === undefined ? carried : { ...carried, quota: { octets: 1, charge: quota.charge } };
}

/** What is left of a line's volume. @param until first instant after the term, absent when it is not known. */
export function carriedGrant(username: string, octets: number, until: Instant | undefined): GrantDeclaration {
  const id = PLAIN_USERNAME.test(username)
    ? `${GRANT_PREFIX}${username}`
    : `${GRANT_PREFIX}:${digestOf(username).slice(0, 32)}`;
  return { id, kind: 'extra', octets, ...(until !== undefined && { until: isoInstant(until) }) };
}

/** Two long names that begin alike stay apart by a part of their digest. */
function carriedName(name: string): string {
  const room = PLAN_NAME_OCTETS - SUFFIX.length;
  if (Buffer.byteLength(name) <= room) return name + SUFFIX;
  const mark = `~${digestOf(name).slice(0, 6)}`;
  let cut = '';
  for (const letter of name) {
    if (Buffer.byteLength(cut + letter) + mark.length > room) break;
    cut += letter;
  }
  return cut + mark + SUFFIX;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
