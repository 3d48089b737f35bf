import type { Plan } from '../catalog/plan.ts';
import type { LineStatus, ReservedTerm } from '../policy/line-state.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { octets, ZERO_OCTETS } from '../values/octets.ts';
import type { GrantDeclaration, LineDeclaration } from './provisioning.ts';

/** Everything that can be declared of a line, with all its grants. */
export interface LineRecord {
  readonly username: string;
  readonly displayName: string;
  /** Grows with every change; 0 for a line that does not exist yet. */
  readonly revision: number;
  readonly status: LineStatus;
  /** In the clear, '' when there is none, `undefined` when the stored one cannot be opened with our key. */
  readonly password: string | undefined;
  readonly planName: string;
  readonly expiresAt: Instant | undefined;
  readonly reserve: ReservedTerm | undefined;
  /** '' when there is none. */
  readonly staticIp: string;
  /** `undefined` for as many as the plan allows. */
  readonly concurrentSessions: number | undefined;
  readonly macLock: string;
  readonly framedRoutes: readonly string[];
  readonly framedIpv6Prefix: string;
  readonly delegatedIpv6Prefix: string;
  readonly grants: readonly Grant[];
}

/** Grants made here carry this prefix, so that no declared id meets one of them. */
export const SERVICE_GRANT_PREFIX = 'service:';

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
 * that changes its plan start a term of `plan` at `now`. The declaration has passed `checkProvisioning`.
 */
export function declareLine(
  declaration: LineDeclaration,
  stored: LineRecord | undefined,
  plan: Plan,
  now: Instant,
): LineRecord | undefined {
  const base: LineRecord = stored ?? { ...NEW_LINE, username: declaration.username, planName: plan.name };
  const startsTerm = stored === undefined || stored.planName !== plan.name;
  const given = readInstant(declaration.expiresAt);
  const expiresAt = given ?? (startsTerm ? now + plan.days * DAY_MS : base.expiresAt);
  const service = startsTerm
    ? startTerm(base, plan, expiresAt, now)
    : moveEnd(base.grants, base.expiresAt, expiresAt);
  const next: LineRecord = {
    ...base,
    displayName: declaration.name ?? base.displayName,
    status: declaration.status ?? base.status,
    password: declaration.password ?? base.password,
    planName: plan.name,
    expiresAt,
    staticIp: declaration.staticIp ?? base.staticIp,
    concurrentSessions:
      declaration.concurrentSessions === 0
        ? undefined
        : (declaration.concurrentSessions ?? base.concurrentSessions),
    macLock: declaration.macLock === undefined ? base.macLock : plainMac(declaration.macLock),
    framedRoutes: declaration.framedRoutes ?? base.framedRoutes,
    framedIpv6Prefix: declaration.framedIpv6Prefix ?? base.framedIpv6Prefix,
    delegatedIpv6Prefix: declaration.delegatedIpv6Prefix ?? base.delegatedIpv6Prefix,
    grants: declareGrants(service, declaration.extraGrants ?? [], now),
  };
  if (stored !== undefined && JSON.stringify(next) === JSON.stringify(stored)) return undefined;
  return { ...next, revision: base.revision + 1 };
}

/** Instant of an ISO 8601 text with a zone; `undefined` for no text and for a text that is none. */
export function readInstant(text: string | undefined): Instant | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d:?\d\d)$/i.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Ends the running service grants and adds the one of the new term. */
function startTerm(line: LineRecord, plan: Plan, until: Instant | undefined, now: Instant): readonly Grant[] {
  const ended = line.grants.map((grant) =>
    grant.kind === 'service' && (grant.until === undefined || grant.until > now)
      ? { ...grant, until: now }
      : grant,
  );
  if (plan.quota === undefined) return ended;
  const service: Grant = {
    id: `${SERVICE_GRANT_PREFIX}${line.username}:${line.revision + 1}`,
    kind: 'service',
    octets: plan.quota.octets,
    consumed: ZERO_OCTETS,
    from: now,
    until,
    priority: 0,
    tier: FULL_SPEED_TIER,
    createdAt: now,
  };
  return [...ended, service];
}

/** Service grants that end with the term go on ending with it. */
function moveEnd(
  grants: readonly Grant[],
  from: Instant | undefined,
  to: Instant | undefined,
): readonly Grant[] {
  if (from === to) return grants;
  return grants.map((grant) =>
    grant.kind === 'service' && grant.until === from ? { ...grant, until: to } : grant,
  );
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
