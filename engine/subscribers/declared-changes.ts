import { isDeepStrictEqual } from 'node:util';
import { type PlanHistory, type PlanVersion, planAt } from '../catalog/plan-history.ts';
import type { NasEntry } from '../nas/nas.ts';
import type { Grant } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';
import type { AuditNote, AuditValue, ChangeNote } from './audit-trail.ts';
import type { LineRecord } from './line-record.ts';
import type { PoolDeclaration } from './provisioning.ts';

/** What a document does to one thing, for the trail; who does it and why is said once for all of them. */
export type DeclaredChange = Omit<AuditNote, keyof ChangeNote>;

type Fields = Readonly<Record<string, unknown>>;

/**
 * What becomes of a thing that was `before`, `undefined` when it is new: of a new one every field that is not empty, else
 * the fields that differ, as JSON has them; `undefined` when none does.
 * @param kind `line`, which gives `line.create` and `line.update` of `line:NAME`.
 */
export function declaredChange(
  kind: string,
  name: string,
  before: Fields | undefined,
  after: Fields,
): DeclaredChange | undefined {
  const subject = `${kind}:${name}`;
  const given = plain(after);
  if (before === undefined) {
    const present = Object.entries(given).filter(([, value]) => !isEmpty(value));
    return { action: `${kind}.create`, subject, before: null, after: Object.fromEntries(present) };
  }
  const stored = plain(before);
  const names = Object.keys({ ...stored, ...given });
  const different = names.filter((field) => !isDeepStrictEqual(stored[field] ?? null, given[field] ?? null));
  if (different.length === 0) return undefined;
  const pick = (from: Fields) => Object.fromEntries(different.map((field) => [field, from[field] ?? null]));
  return { action: `${kind}.update`, subject, before: pick(stored), after: pick(given) };
}

/**
 * What becomes of a line: a password is told as set or changed. Volumes of its terms follow from plan, end and reserve and
 * are not told one by one; of all other grants those are told that came, went or are different.
 */
export function lineChange(next: LineRecord, stored: LineRecord | undefined): DeclaredChange | undefined {
  const [passwordBefore, password] = secretChange(stored === undefined ? '' : stored.password, next.password);
  const [grantsBefore, grants] = grantChanges(stored?.grants ?? [], next.grants);
  const before = stored && { ...lineFields(stored), password: passwordBefore, grants: grantsBefore };
  return declaredChange('line', next.username, before, { ...lineFields(next), password, grants });
}

/** What becomes of a NAS: its secrets are told as set or changed. */
export function nasChange(next: NasEntry, stored: NasEntry | undefined): DeclaredChange | undefined {
  const [secretBefore, secret] = secretChange(stored?.secret ?? '', next.secret);
  const [secretNextBefore, secretNext] = secretChange(stored?.secretNext ?? '', next.secretNext);
  const { name: _, ...fields } = next;
  const before = stored && { ...stored, name: undefined, secret: secretBefore, secretNext: secretNextBefore };
  return declaredChange('nas', next.name, before, { ...fields, secret, secretNext });
}

/** What becomes of a plan, beside what it would have been at the instant from which the version is in force. */
export function planChange(
  { from, plan }: PlanVersion,
  stored: PlanHistory | undefined,
): DeclaredChange | undefined {
  const { name, ...fields } = plan;
  const before = stored && { ...planAt(stored, from), name: undefined };
  return effectiveFrom(declaredChange('plan', name, before, fields), from);
}

/** What becomes of a pool of ours. */
export function poolChange(
  { name, ranges }: PoolDeclaration,
  stored: Pick<PoolDeclaration, 'ranges'> | undefined,
): DeclaredChange | undefined {
  return declaredChange('pool', name, stored && { ranges: stored.ranges }, { ranges });
}

/** The change with the date from which it holds. */
export function effectiveFrom(change: DeclaredChange | undefined, from: Instant): DeclaredChange | undefined {
  return change && { ...change, after: { ...change.after, effectiveFrom: toldTime(from) } };
}

function lineFields(line: LineRecord): Fields {
  const { status, displayName, planName, expiresAt, reserve, staticIp, concurrentSessions, macLock } = line;
  const { framedRoutes, framedIpv6Prefix, delegatedIpv6Prefix } = line;
  return {
    ...{ status, name: displayName, plan: planName, expiresAt: toldTime(expiresAt) },
    reserve: reserve && {
      ...{ plan: reserve.planName, from: toldTime(reserve.from), expiresAt: toldTime(reserve.expiresAt) },
    },
    ...{ staticIp, concurrentSessions, macLock, framedRoutes, framedIpv6Prefix, delegatedIpv6Prefix },
  };
}

/** As which a secret is told before and after; a stored one that cannot be opened is `undefined`. */
function secretChange(
  before: string | undefined,
  after: string | undefined,
): readonly [string | null, string | null] {
  const was = before === '' ? null : 'set';
  if (before === after) return [was, was];
  if (after === '') return [was, null];
  return [was, was === null ? 'set' : 'changed'];
}

/** Those grants that are not a term's and differ, as they were and as they are. */
function grantChanges(
  before: readonly Grant[],
  after: readonly Grant[],
): readonly [readonly AuditValue[], readonly AuditValue[]] {
  const without = (grants: readonly Grant[], others: readonly Grant[]) => {
    const known = new Map(others.map((grant) => [grant.id, grantFields(grant)]));
    return grants.flatMap((grant) => {
      const told = grantFields(grant);
      return grant.kind === 'service' || isDeepStrictEqual(told, known.get(grant.id)) ? [] : [told];
    });
  };
  return [without(before, after), without(after, before)];
}

function grantFields({ id, kind, octets, from, until, priority }: Grant): Fields {
  return { id, kind, octets, from: toldTime(from), until: toldTime(until), priority };
}

/** An instant as the trail tells it. */
export function toldTime(at: Instant | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

/** What is stored has lost its undefined fields, deep inside, too. */
function plain(fields: Fields): Fields {
  return JSON.parse(JSON.stringify(fields)) as Fields;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
}
