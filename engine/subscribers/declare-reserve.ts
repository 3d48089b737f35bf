import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import type { ReservedTerm } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import type { LineRecord } from './line-record.ts';
import type { LineDeclaration } from './provisioning.ts';
import { readInstant } from './read-instant.ts';
import { dropTerm, findTerm, grantsOfTerm, moveTerm } from './term-grants.ts';

/** A line's terms: the running one and the one that follows. */
type Terms = Pick<LineRecord, 'username' | 'revision' | 'planName' | 'expiresAt' | 'reserve' | 'grants'>;

/** The line with its reserved term as the running one, once that has begun. */
export function beginReserve<T extends Pick<LineRecord, 'planName' | 'expiresAt' | 'reserve'>>(
  line: T,
  now: Instant,
): T {
  const { reserve } = line;
  if (reserve === undefined || now < reserve.from) return line;
  return { ...line, planName: reserve.planName, expiresAt: reserve.expiresAt, reserve: undefined };
}

/**
 * The declaration as it is to be read once the reserve that it dates has begun: that is the line's plan by now. So a
 * document with a dated reserve may be applied before and after.
 * @param line as stored, its reserve begun; `undefined` for a new one.
 */
export function presentDeclaration(
  declaration: LineDeclaration,
  line: Pick<LineRecord, 'planName'> | undefined,
  now: Instant,
): LineDeclaration {
  const { reserve } = declaration;
  const from = readInstant(reserve?.from);
  if (!reserve || from === undefined || from > now || line?.planName !== reserve.plan) return declaration;
  return { ...declaration, plan: reserve.plan, expiresAt: reserve.expiresAt, reserve: undefined };
}

/**
 * Where a reserved term that was bought already begins when the running term gets another end: it goes on following
 * where it followed at once, and never begins before that end. An end in the past moves nothing.
 */
export function followedFrom(
  { from }: ReservedTerm,
  end: { readonly before: Instant | undefined; readonly after: Instant | undefined },
  now: Instant,
): Instant {
  const { before, after } = end;
  if (after === undefined || after === before || after <= now) return from;
  return from === before ? after : Math.max(from, after);
}

/**
 * The line with its reserve as declared, and the grants of that: at once, and valid from its beginning on.
 * @param line after its own term was declared, `reserve` as stored and not begun.
 * @param before end of the running term before that.
 */
export function declareReserve(
  line: Terms,
  declared: LineDeclaration['reserve'],
  before: Instant | undefined,
  plans: PlanLookup,
  now: Instant,
): Pick<Terms, 'reserve' | 'grants'> {
  const { reserve: stored, expiresAt: after } = line;
  if (declared === null) return { reserve: undefined, grants: withoutReserve(line, now) };
  if (declared === undefined && stored === undefined) return line;
  if (stored !== undefined && (declared === undefined || declared.plan === stored.planName)) {
    const from = readInstant(declared?.from) ?? followedFrom(stored, { before, after }, now);
    const expiresAt = readInstant(declared?.expiresAt) ?? from + (stored.expiresAt - stored.from);
    return moveReserve(line, stored, { ...stored, from, expiresAt }, plans, now);
  }
  const plan = planAt(plans(declared!.plan)!, now);
  const from = readInstant(declared!.from) ?? after!;
  const expiresAt = readInstant(declared!.expiresAt) ?? from + plan.days * DAY_MS;
  const key = `${line.revision + 1}r`;
  const bought = grantsOfTerm({ username: line.username, key, from, until: expiresAt, boughtAt: now }, plan);
  const reserve = { planName: plan.name, from, expiresAt };
  return { reserve, grants: [...withoutReserve(line, now), ...bought] };
}

function moveReserve(
  { username, grants }: Terms,
  stored: ReservedTerm,
  reserve: ReservedTerm,
  plans: PlanLookup,
  now: Instant,
): Pick<Terms, 'reserve' | 'grants'> {
  const { from, expiresAt } = reserve;
  if (from === stored.from && expiresAt === stored.expiresAt) return { reserve: stored, grants };
  const term = findTerm(username, grants, stored.expiresAt, stored.from);
  if (term === undefined) return { reserve, grants };
  const history = plans(stored.planName);
  return { reserve, grants: moveTerm(grants, term, { from, until: expiresAt }, history, now) };
}

function withoutReserve({ username, reserve, grants }: Terms, now: Instant): readonly Grant[] {
  const term = reserve && findTerm(username, grants, reserve.expiresAt, reserve.from);
  return term === undefined ? grants : dropTerm(grants, term, now);
}
