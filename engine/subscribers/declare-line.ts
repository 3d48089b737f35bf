import type { Plan } from '../catalog/plan.ts';
import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { octets, ZERO_OCTETS } from '../values/octets.ts';
import { beginReserve, declareReserve, presentDeclaration } from './declare-reserve.ts';
import type { LineRecord } from './line-record.ts';
import type { GrantDeclaration, LineDeclaration } from './provisioning.ts';
import { readInstant } from './read-instant.ts';
import { endTerm, findTerm, grantsOfTerm, moveTerm } from './term-grants.ts';

const NEW_LINE: Omit<LineRecord, 'username' | 'planName'> = {
  displayName: '',
  revision: 0,
  status: 'active',
  password: '',
  expiresAt: undefined,
  reserve: undefined,
  staticIp: '',
  concurrentSessions: undefined,
  macLock: '',
  framedRoutes: [],
  framedIpv6Prefix: '',
  delegatedIpv6Prefix: '',
  grants: [],
};

/**
 * The line after its declaration, with the next revision; `undefined` when it is so already. A new line and a line
 * that changes its plan start a term of it at `now`; what such a term gives is what the plan's version of now says. A
 * reserved term stays, and follows the new one. The declaration has passed `checkProvisioning`.
 * @param plans the plans as they are when the document is applied.
 */
export function declareLine(
  declared: LineDeclaration,
  stored: LineRecord | undefined,
  plans: PlanLookup,
  now: Instant,
): LineRecord | undefined {
  const known = stored && beginReserve(stored, now);
  const declaration = presentDeclaration(declared, known, now);
  const base: LineRecord = known ?? {
    ...NEW_LINE,
    username: declaration.username,
    planName: declaration.plan,
  };
  const term = declareTerm(declaration, base, plans, now);
  const next: LineRecord = {
    ...base,
    displayName: declaration.name ?? base.displayName,
    status: declaration.status ?? base.status,
    password: declaration.password ?? base.password,
    planName: term.planName,
    expiresAt: term.expiresAt,
    reserve: term.reserve,
    staticIp: declaration.staticIp ?? base.staticIp,
    concurrentSessions:
      declaration.concurrentSessions === 0
        ? undefined
        : (declaration.concurrentSessions ?? base.concurrentSessions),
    macLock: declaration.macLock === undefined ? base.macLock : plainMac(declaration.macLock),
    framedRoutes: declaration.framedRoutes ?? base.framedRoutes,
    framedIpv6Prefix: declaration.framedIpv6Prefix ?? base.framedIpv6Prefix,
    delegatedIpv6Prefix: declaration.delegatedIpv6Prefix ?? base.delegatedIpv6Prefix,
    grants: declareGrants(term.grants, declaration.extraGrants ?? [], now),
  };
  // A reserve that has only begun is the worker's to take over.
  if (known !== undefined && JSON.stringify(next) === JSON.stringify(known)) return undefined;
  return { ...next, revision: base.revision + 1 };
}

/**
 * When the running term of a line ends once the declaration is applied.
 * @param line as stored, its reserve begun; `undefined` for a new one.
 */
export function declaredEnd(
  { plan: name, expiresAt }: Pick<LineDeclaration, 'plan' | 'expiresAt'>,
  line: Pick<LineRecord, 'planName' | 'expiresAt'> | undefined,
  plan: Pick<Plan, 'days'>,
  now: Instant,
): Instant | undefined {
  return readInstant(expiresAt) ?? (line?.planName === name ? line.expiresAt : now + plan.days * DAY_MS);
}

/** The line with its running and its reserved term as declared. `line.revision` is 0 for a new one. */
function declareTerm(
  declaration: LineDeclaration,
  line: LineRecord,
  plans: PlanLookup,
  now: Instant,
): Pick<LineRecord, 'planName' | 'expiresAt' | 'reserve' | 'grants'> {
  const { username, revision, reserve } = line;
  const known = revision === 0 ? undefined : line;
  const plan = planAt(plans(declaration.plan)!, now);
  const expiresAt = declaredEnd(declaration, known, plan, now);
  let { grants } = line;
  if (known?.planName !== plan.name) {
    const reserved = reserve && findTerm(username, grants, reserve.expiresAt, reserve.from);
    const term = { username, key: String(revision + 1), from: now, until: expiresAt!, boughtAt: now };
    grants = [...endTerm(grants, reserved?.grants ?? [], now), ...grantsOfTerm(term, plan)];
  } else if (expiresAt !== undefined && expiresAt !== line.expiresAt) {
    const term = findTerm(username, grants, line.expiresAt);
    const to = term && { from: term.from, until: expiresAt };
    if (to !== undefined) grants = moveTerm(grants, term!, to, plans(plan.name), now);
  }
  const terms = { ...line, planName: plan.name, expiresAt, grants };
  return { ...terms, ...declareReserve(terms, declaration.reserve, line.expiresAt, plans, now) };
}

function declareGrants(
  grants: readonly Grant[],
  declarations: readonly GrantDeclaration[],
  now: Instant,
): readonly Grant[] {
  const byId = new Map(grants.map((grant) => [grant.id, grant]));
  for (const declaration of declarations) {
    const stored = byId.get(declaration.id);
    byId.set(declaration.id, {
      id: declaration.id,
      kind: declaration.kind,
      octets: octets(declaration.octets),
      consumed: stored?.consumed ?? ZERO_OCTETS,
      from: readInstant(declaration.from) ?? stored?.from ?? now,
      until: readInstant(declaration.until),
      priority: declaration.priority ?? 0,
      tier: FULL_SPEED_TIER,
      createdAt: stored?.createdAt ?? now,
    });
  }
  return [...byId.values()];
}

/** A Calling-Station-Id freed of separators and case. */
function plainMac(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}
