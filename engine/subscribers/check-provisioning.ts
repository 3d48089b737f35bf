import { isIP, isIPv4 } from 'node:net';
import type { PlanHistory, PlanLookup } from '../catalog/plan-history.ts';
import type { Catalogue } from '../orders/catalogue-store.ts';
import { checkCatalogue } from '../orders/check-catalogue.ts';
import { ipv4PrefixOctets, ipv6PrefixOctets } from '../radius/ip-address.ts';
import type { Instant } from '../values/instant.ts';
import { isOctets } from '../values/octets.ts';
import { checkAddresses, type KnownAddresses } from './check-addresses.ts';
import { checkPeople, type KnownPeople } from './check-people.ts';
import { checkPlan, type Report } from './check-plan.ts';
import { checkTerms } from './check-terms.ts';
import { plansAfter } from './declare-plan.ts';
import type { LineRecord } from './line-record.ts';
import type {
  GrantDeclaration,
  LineDeclaration,
  NasDeclaration,
  ProvisioningDocument,
  ProvisioningError,
} from './provisioning.ts';
import { readInstant } from './read-instant.ts';
import { SERVICE_GRANT_PREFIX } from './term-grants.ts';

/** What is stored already and may clash with a document. */
export interface KnownProvisioning {
  readonly plans: ReadonlyMap<string, PlanHistory>;
  /** Address of every NAS by name. */
  readonly nasAddresses: ReadonlyMap<string, string>;
  /** The lines that the document names, as far as they exist. */
  readonly lines: ReadonlyMap<string, LineRecord>;
  /** Usernames by static address, at least for the addresses in the document. */
  readonly staticIpOwners: ReadonlyMap<string, string>;
  /** Usernames by grant id, at least for the ids in the document. */
  readonly grantOwners: ReadonlyMap<string, string>;
  /** Absent: no pool, and no other line's prefix in the way. */
  readonly addresses?: KnownAddresses;
  /** Absent: nothing is sold, and no setting is made. */
  readonly catalogue?: Catalogue;
  /** Absent: no customer, and no line but those that are declared. */
  readonly people?: KnownPeople;
}

const NO_ADDRESSES: KnownAddresses = { pools: new Map(), prefixes: [] };
const NO_CATALOGUE: Catalogue = { offers: [], promotions: [], settings: [] };
const NO_PEOPLE: KnownPeople = { customers: new Map(), usernames: new Set() };

/** All errors of a document against itself and what is stored, in the document's order; empty when it fits. */
export function checkProvisioning(
  document: ProvisioningDocument,
  known: KnownProvisioning,
  now: Instant,
): readonly ProvisioningError[] {
  const errors: ProvisioningError[] = [];
  const report: Report = (path, message) => errors.push({ path, message });
  const { nas = [], plans = [], lines = [] } = document;
  reportTwice(nas, 'nas', 'name', report);
  reportTwice(plans, 'plans', 'name', report);
  reportTwice(lines, 'lines', 'username', report);
  reportTwice(document.pools ?? [], 'pools', 'name', report);
  checkNas(nas, known, report);
  const before = errors.length;
  for (const [index, plan] of plans.entries()) {
    checkPlan(plan, known.plans.get(plan.name), `plans[${index}]`, now, report);
  }
  // Terms of plans that are wrong themselves are looked at when these are right.
  const after = errors.length === before ? plansAfter(plans, known.plans, now) : undefined;
  const planNames = new Set([...known.plans.keys(), ...plans.map(({ name }) => name)]);
  const plansThen: PlanLookup | undefined = after && ((name) => after.get(name));
  lines.forEach((line, index) => {
    const path = `lines[${index}]`;
    checkLine(line, planNames, path, report);
    if (plansThen !== undefined) {
      checkTerms(line, known.lines.get(line.username), plansThen, path, now, report);
    }
  });
  checkStaticIps(lines, known, report);
  checkAddresses(document, known.lines, known.addresses ?? NO_ADDRESSES, report);
  checkGrantIds(lines, known, report);
  checkPeople(document, known.people ?? NO_PEOPLE, now, report);
  const ground = { stored: known.catalogue ?? NO_CATALOGUE, planNames, plans: plansThen };
  checkCatalogue(document, ground, now, report);
  return errors;
}

function reportTwice<K extends string>(
  entries: readonly Readonly<Record<K, string>>[],
  list: string,
  field: K,
  report: Report,
): void {
  const seen = new Set<string>();
  entries.forEach((entry, index) => {
    if (entry[field] === '') report(`${list}[${index}].${field}`, 'is empty');
    if (/\p{Cc}/u.test(entry[field])) report(`${list}[${index}].${field}`, 'holds a control character');
    if (seen.has(entry[field])) report(`${list}[${index}].${field}`, `${entry[field]} is declared twice`);
    seen.add(entry[field]);
  });
}

function checkNas(nas: readonly NasDeclaration[], known: KnownProvisioning, report: Report): void {
  const declared = new Set(nas.map(({ name }) => name));
  const owners = new Map<string, string>();
  for (const [name, address] of known.nasAddresses) {
    if (!declared.has(name)) owners.set(plainPrefix(address) ?? address, name);
  }
  nas.forEach((entry, index) => {
    const path = `nas[${index}]`;
    const prefix = plainPrefix(entry.address);
    if (prefix === undefined) report(`${path}.address`, `${entry.address} is no IP address or CIDR block`);
    else {
      const owner = owners.get(prefix);
      if (owner !== undefined && owner !== entry.name) {
        report(`${path}.address`, `${entry.address} is the address of NAS ${owner} already`);
      }
      owners.set(prefix, entry.name);
    }
    if (entry.secret === '') report(`${path}.secret`, 'is empty');
    if (entry.coaAddress && isIP(entry.coaAddress) === 0) {
      report(`${path}.coaAddress`, `${entry.coaAddress} is no IP address`);
    }
  });
}

/** One text for all spellings of an address or block, host bits cleared; `undefined` when it is neither. */
function plainPrefix(text: string): string | undefined {
  const v4 = ipv4PrefixOctets(text.includes('/') ? text : `${text}/32`);
  if (v4 !== undefined) return `4:${v4.join('.')}`;
  const v6 = ipv6PrefixOctets(text.includes('/') ? text : `${text}/128`);
  return v6 && `6:${v6.join('.')}`;
}

function checkLine(
  line: LineDeclaration,
  planNames: ReadonlySet<string>,
  path: string,
  report: Report,
): void {
  if (!planNames.has(line.plan)) report(`${path}.plan`, `there is no plan ${line.plan}`);
  if (line.reserve && !planNames.has(line.reserve.plan)) {
    report(`${path}.reserve.plan`, `there is no plan ${line.reserve.plan}`);
  }
  if (line.staticIp && !isIPv4(line.staticIp)) {
    report(`${path}.staticIp`, `${line.staticIp} is no IPv4 address`);
  }
  for (const field of ['framedIpv6Prefix', 'delegatedIpv6Prefix'] as const) {
    const prefix = line[field];
    if (prefix && ipv6PrefixOctets(prefix) === undefined) {
      report(`${path}.${field}`, `${prefix} is no IPv6 prefix`);
    }
  }
  const slots = line.concurrentSessions ?? 0;
  if (!Number.isSafeInteger(slots) || slots < 0) {
    report(`${path}.concurrentSessions`, "must be a whole number, or 0 for the plan's");
  }
  checkInstant(line.expiresAt, `${path}.expiresAt`, report);
  checkInstant(line.reserve?.from, `${path}.reserve.from`, report);
  checkInstant(line.reserve?.expiresAt, `${path}.reserve.expiresAt`, report);
  for (const [index, grant] of (line.extraGrants ?? []).entries()) {
    checkGrant(grant, `${path}.extraGrants[${index}]`, report);
  }
}

function checkGrant(grant: GrantDeclaration, path: string, report: Report): void {
  if (grant.id === '' || grant.id.startsWith(SERVICE_GRANT_PREFIX)) {
    report(`${path}.id`, `must not be empty nor begin with ${SERVICE_GRANT_PREFIX}`);
  }
  if (!isOctets(grant.octets)) {
    report(`${path}.octets`, 'must be a whole number of octets up to 2^53 - 1');
  }
  checkInstant(grant.from, `${path}.from`, report);
  checkInstant(grant.until, `${path}.until`, report);
  const from = readInstant(grant.from);
  const until = readInstant(grant.until);
  if (from !== undefined && until !== undefined && from >= until) {
    report(`${path}.until`, 'must be later than from');
  }
}

function checkInstant(text: string | undefined, path: string, report: Report): void {
  if (text === undefined || readInstant(text) !== undefined) return;
  report(path, `${text} is no ISO 8601 time with a zone, such as 2026-12-31T23:59:00+03:30`);
}

/** An address belongs to one line once the whole document is applied. */
function checkStaticIps(lines: readonly LineDeclaration[], known: KnownProvisioning, report: Report): void {
  const declared = new Set(lines.map(({ username }) => username));
  const owners = new Map<string, string>();
  for (const [address, username] of known.staticIpOwners) {
    if (!declared.has(username)) owners.set(address, username);
  }
  lines.forEach(({ username, staticIp }, index) => {
    const address = staticIp ?? known.lines.get(username)?.staticIp;
    if (!address) return;
    const owner = owners.get(address);
    if (owner !== undefined && owner !== username) {
      report(`lines[${index}].staticIp`, `${address} belongs to line ${owner}`);
    }
    owners.set(address, username);
  });
}

/** A grant belongs to one line for ever, and cannot become smaller than what was taken from it. */
function checkGrantIds(lines: readonly LineDeclaration[], known: KnownProvisioning, report: Report): void {
  const seen = new Set<string>();
  lines.forEach(({ username, extraGrants = [] }, index) => {
    const stored = new Map(known.lines.get(username)?.grants.map((grant) => [grant.id, grant]));
    extraGrants.forEach(({ id, octets }, grantIndex) => {
      const path = `lines[${index}].extraGrants[${grantIndex}]`;
      if (seen.has(id)) report(`${path}.id`, `${id} is declared twice`);
      seen.add(id);
      const owner = known.grantOwners.get(id);
      if (owner !== undefined && owner !== username) report(`${path}.id`, `${id} belongs to line ${owner}`);
      const consumed = stored.get(id)?.consumed ?? 0;
      if (octets < consumed) report(`${path}.octets`, `${consumed} octets of it are used already`);
    });
  });
}
