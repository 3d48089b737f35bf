import type { CustomerDeclaration } from '../subscribers/customer.ts';
import type { PlanDeclaration } from '../subscribers/provisioning.ts';
import { SECOND_MS } from '../values/instant.ts';
import { readDate } from './dates.ts';
import type { ImportOptions } from './import-plan.ts';
import { type LineCandidate, UNKNOWN_CUSTOMER } from './line-candidate.ts';
import { type AttributeRow, type Attributes, mergeAttributes } from './radius-attributes.ts';
import { first, type PlanFacts, passwordOf, planFacts } from './radius-facts.ts';
import type { RadiusTables, RadiusUsage, RadiusUser } from './radius-tables.ts';

/** Group by which daloRADIUS disables a user. */
const DISABLED = 'daloRADIUS-Disabled-Users';
/** Framed-IP-Address of a user whose address is the NAS's or their own to choose (RFC 2865 §5.8). */
const NO_ADDRESSES = ['255.255.255.254', '255.255.255.255', '0.0.0.0'];
/** Address of a device, in any spelling. */
const MAC = /^(?:[0-9a-f]{2}[:.-]?){5}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i;

/** The attributes that decide about a user: their own and those of their groups. */
export interface UserAttributes {
  readonly check: Attributes;
  readonly reply: Attributes;
  /** Groups but the one that disables, in the order in which they are asked. */
  readonly groups: readonly string[];
  readonly isDisabled: boolean;
}

/** Puts a user's attributes together. A further group is asked only where the one before says Fall-Through. */
export function attributesOf(user: RadiusUser, tables: RadiusTables): UserAttributes {
  const all = [...user.groups].sort((left, right) => left.priority - right.priority).map(({ name }) => name);
  const groups = all.filter((name) => name !== DISABLED);
  const check: AttributeRow[] = [...user.check];
  const reply: AttributeRow[] = [...user.reply];
  for (const name of groups) {
    const own = tables.groupReply.get(name) ?? [];
    check.push(...(tables.groupCheck.get(name) ?? []));
    reply.push(...own);
    const through = own.find(({ attribute }) => attribute.toLowerCase() === 'fall-through');
    if (!/^(yes|1)$/i.test(through?.value ?? '')) break;
  }
  return {
    check: mergeAttributes(check),
    reply: mergeAttributes(reply),
    groups,
    isDisabled: all.length > groups.length,
  };
}

/** What the plan of these attributes is. Limits stand among the check items, rates among the replies; both are looked at. */
export function planOfAttributes({ check, reply }: Pick<UserAttributes, 'check' | 'reply'>): PlanFacts {
  const [limits, answers] = [planFacts(check), planFacts(reply)];
  return {
    speed: answers.speed ?? limits.speed,
    volume: limits.volume ?? answers.volume,
    pool: answers.pool ?? limits.pool,
    interimSeconds: answers.interimSeconds,
  };
}

/** A plan of that name for these facts. */
export function declarePlan(
  name: string,
  facts: PlanFacts,
  days: number,
  options: ImportOptions,
): PlanDeclaration {
  const { speed, volume, pool, interimSeconds } = facts;
  const quota = volume && {
    octets: volume.octets,
    charge: volume.charge ?? options.charge,
    per: volume.per,
  };
  return {
    name,
    days,
    ...(quota && { quota }),
    ...(speed && { speed }),
    ...(pool && { pool }),
    ...(interimSeconds && { interimSeconds }),
  };
}

/** A user as a line. @param plan its plan's name in the file. @param facts what its attributes limit. */
export function lineOfUser(
  user: RadiusUser,
  attributes: UserAttributes,
  plan: string,
  facts: PlanFacts,
  tables: RadiusTables,
  options: ImportOptions,
  file: string,
): LineCandidate {
  const { check, reply, groups, isDisabled } = attributes;
  const faults: string[] = [];
  const usage = tables.usage.get(user.username);
  const isRejected = isDisabled || /^reject$/i.test(first(check, 'auth-type') ?? '');
  const staticIp = first(reply, 'framed-ip-address');
  const sessions = Number(first(check, 'simultaneous-use') ?? Number.NaN);
  const mac = first(check, 'calling-station-id');
  return {
    source: `${file}:${user.place}`,
    raw: rawOf(user, groups),
    username: user.username,
    password: passwordFor(user, check, faults),
    plan,
    status: isRejected ? 'suspended' : undefined,
    expiresAt: endOfService(check, usage, faults),
    staticIp: staticIp === undefined || NO_ADDRESSES.includes(staticIp) ? undefined : staticIp,
    framedRoutes: reply.values.get('framed-route') ?? [],
    framedIpv6Prefix: first(reply, 'framed-ipv6-prefix'),
    delegatedIpv6Prefix: first(reply, 'delegated-ipv6-prefix'),
    macLock: mac !== undefined && MAC.test(mac) ? mac : undefined,
    concurrentSessions: Number.isInteger(sessions) ? sessions : undefined,
    remainingOctets: remainingOf(facts, usage, tables, options),
    customer: customerOf(user),
    contract: {
      phone: user.info.homephone || user.bill.phone || '',
      county: user.info.city || user.bill.city || '',
    },
    faults,
  };
}

function passwordFor({ check: rows }: RadiusUser, check: Attributes, faults: string[]): string | undefined {
  if (rows.length === 0) {
    faults.push('radcheck has nothing of this user');
    return undefined;
  }
  const password = passwordOf(check);
  if (password.kind === 'clear') return password.text;
  if (password.kind === 'hashed') {
    faults.push(
      `there is only a hash of the password (${password.attribute}): CHAP and MS-CHAP need the clear text; give a new one`,
    );
  } else if (/^accept$/i.test(first(check, 'auth-type') ?? '')) {
    faults.push('the user is let in with any password (Auth-Type Accept); give one');
  } else faults.push('there is no password');
  return undefined;
}

/** Expiration is over when its day begins (FreeRADIUS "rlm_expiration"); Expire-After counts from the first session. */
function endOfService(
  check: Attributes,
  usage: RadiusUsage | undefined,
  faults: string[],
): number | undefined {
  const text = first(check, 'expiration');
  if (text !== undefined) {
    const date = readDate(text);
    if (date === undefined) faults.push(`Expiration ${text} is no date`);
    return date?.at;
  }
  const after = Number(first(check, 'expire-after') ?? Number.NaN);
  if (!Number.isFinite(after) || usage?.firstStart === undefined) return undefined;
  return usage.firstStart + after * SECOND_MS;
}

/** What a volume of the whole term has left; `undefined` where there is none, or the dump has no sessions at all. */
function remainingOf(
  { volume }: PlanFacts,
  usage: RadiusUsage | undefined,
  tables: RadiusTables,
  options: ImportOptions,
): number | undefined {
  if (volume === undefined || volume.per !== 'term' || !tables.counts.has('radacct')) return undefined;
  const isDownload = (volume.charge ?? options.charge) === 'download';
  const used = (usage?.downOctets ?? 0) + (isDownload ? 0 : (usage?.upOctets ?? 0));
  return Math.max(0, volume.octets - used);
}

/** daloRADIUS' particulars of a user; those of the bill fill what is empty. */
function customerOf({ info, bill }: RadiusUser): CustomerDeclaration {
  const person = `${info.firstname ?? ''} ${info.lastname ?? ''}`.trim() || bill.contactperson || '';
  const company = info.company || bill.company || '';
  return {
    ...UNKNOWN_CUSTOMER,
    kind: person === '' && company !== '' ? 'company' : 'person',
    name: person || company,
    mobile: info.mobilephone ?? '',
    phone: info.workphone ?? '',
    email: info.email || bill.email || '',
    postalCode: info.zip || bill.zip || '',
    address: info.address || bill.address || '',
  };
}

/** What is shown of a user that is left out: no password and no hash of one. */
function rawOf(user: RadiusUser, groups: readonly string[]): Readonly<Record<string, string>> {
  const shown = [...user.check, ...user.reply].filter(({ attribute }) => !/password/i.test(attribute));
  return {
    username: user.username,
    ...(groups.length > 0 && { groups: groups.join(', ') }),
    ...Object.fromEntries(shown.map(({ attribute, op, value }) => [attribute, `${op} ${value}`])),
  };
}
