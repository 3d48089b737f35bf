import { type CustomerFault, checkCustomer, checkLineContract } from '../subscribers/check-customer.ts';
import type { CustomerDeclaration, LineContract } from '../subscribers/customer.ts';
import type { LineDeclaration, PlanDeclaration } from '../subscribers/provisioning.ts';
import { addRial, isRial, type Rial, ZERO_RIAL } from '../values/rial.ts';
import { carriedGrant, carriedPlan, PLAN_NAME_OCTETS } from './carry-over.ts';
import { isoInstant } from './dates.ts';
import type {
  ImportedCustomer,
  ImportedLine,
  ImportOptions,
  ImportPlan,
  ImportWarning,
  RejectedRow,
} from './import-plan.ts';
import { type LineCandidate, lineFaults, UNKNOWN_CUSTOMER } from './line-candidate.ts';

/** What to do with particulars of a customer that are wrong: `reject` the row, or `drop` the field and say so. */
export type WrongParticulars = 'reject' | 'drop';

/** Gathers what an importer reads into one plan. */
export class PlanBuilder {
  readonly #options: ImportOptions;
  readonly #wrong: WrongParticulars;
  readonly #known: ReadonlyMap<string, PlanDeclaration>;
  readonly #plans = new Map<string, PlanDeclaration>();
  readonly #customers = new Map<string, ImportedCustomer>();
  readonly #lines = new Map<string, ImportedLine>();
  readonly #addresses = new Map<string, string>();
  /** Names of plans that a line is on, and of those they were carried over from. */
  readonly #used = new Set<string>();
  readonly #rejected: RejectedRow[] = [];
  readonly #warnings = new Map<string, { count: number; readonly source: string }>();

  constructor(options: ImportOptions, wrong: WrongParticulars) {
    this.#options = options;
    this.#wrong = wrong;
    this.#known = new Map(options.knownPlans.map((plan) => [plan.name, plan]));
  }

  /** The name here of a plan or group in the file; '' when a line without one has no default either. */
  nameOf(plan: string): string {
    const { planNames, defaultPlan = '' } = this.#options;
    return Object.hasOwn(planNames, plan) ? planNames[plan]! : plan || defaultPlan;
  }

  /** A plan of that name, known or read so far. */
  planOf(name: string): PlanDeclaration | undefined {
    return this.#known.get(name) ?? this.#plans.get(name);
  }

  /** Declares a plan that the file describes. A known one stays as it is. */
  addPlan(plan: PlanDeclaration): void {
    if (!this.#known.has(plan.name)) this.#plans.set(plan.name, plan);
  }

  warn(message: string, source: string): void {
    const known = this.#warnings.get(message);
    if (known === undefined) this.#warnings.set(message, { count: 1, source });
    else known.count += 1;
  }

  reject(row: RejectedRow): void {
    this.#rejected.push(row);
  }

  /** Takes a line in, or rejects its row with all its faults. */
  addLine(line: LineCandidate): void {
    const faults = [...lineFaults(line)];
    const plan = this.#findPlan(line, faults);
    const earlier = this.#lines.get(line.username);
    if (earlier !== undefined) faults.push(`username ${line.username} is at ${earlier.source} already`);
    const owner = line.staticIp === undefined ? undefined : this.#addresses.get(line.staticIp);
    if (owner !== undefined) faults.push(`address ${line.staticIp} belongs to line ${owner}`);
    const contract = this.#contractOf(line, faults);
    const customer = this.#customerOf(line, faults);
    const sum =
      (customer?.openingCredit ?? 0) + (this.#customers.get(customer?.key ?? '')?.openingCredit ?? 0);
    if (!isRial(sum)) faults.push('the credits of this national id come to no amount of money');
    if (faults.length > 0 || plan === undefined) {
      this.reject({ source: line.source, reason: faults.join('; '), raw: line.raw });
      return;
    }
    if (line.staticIp !== undefined) this.#addresses.set(line.staticIp, line.username);
    if (customer !== undefined) this.#keepCustomer(customer, line.source);
    const { source, username, remainingOctets } = line;
    const declaration = this.#declare(line, plan, customer?.name ?? '');
    this.#used.add(plan.name).add(declaration.plan);
    const openingCredit = customer?.openingCredit ?? ZERO_RIAL;
    const owned = { customer: customer?.key, contract, openingCredit, remainingOctets };
    this.#lines.set(username, { source, declaration, ...owned, raw: line.raw });
  }

  /** Everything so far; plans that no line is on are left out unless the file is of plans alone. */
  finish(): ImportPlan {
    const lines = [...this.#lines.values()];
    return {
      plans: [...this.#plans.values()].filter(({ name }) => lines.length === 0 || this.#used.has(name)),
      customers: [...this.#customers.values()],
      lines,
      rejected: this.#rejected,
      warnings: [...this.#warnings].map(
        ([message, { count, source }]): ImportWarning => ({ message, count, source }),
      ),
    };
  }

  #findPlan(line: LineCandidate, faults: string[]): PlanDeclaration | undefined {
    const name = this.nameOf(line.plan);
    const plan = this.planOf(name);
    if (name === '') faults.push('there is no plan, and no default plan is given');
    else if (plan === undefined) faults.push(`there is no plan ${name}; declare it or map it to one`);
    else if (Buffer.byteLength(name) > PLAN_NAME_OCTETS) {
      faults.push(`the plan's name is longer than ${PLAN_NAME_OCTETS} octets; map it to a shorter one`);
    }
    return plan;
  }

  #contractOf(line: LineCandidate, faults: string[]): Partial<LineContract> {
    const given: Partial<LineContract> = Object.fromEntries(
      Object.entries(line.contract ?? {}).filter(([, text]) => text !== ''),
    );
    const checked = checkLineContract(given);
    if (checked.ok) return checked.value;
    this.#blame(checked.error, line.source, faults);
    const wrong = new Set<string>(checked.error.map(({ field }) => field));
    const rest = Object.entries(given).filter(([field]) => !wrong.has(field));
    const again = checkLineContract(Object.fromEntries(rest));
    return again.ok ? again.value : {};
  }

  /** Whose line it is; `undefined` when nothing but its username is known of them. */
  #customerOf(line: LineCandidate, faults: string[]): ImportedCustomer | undefined {
    const openingCredit = this.#openingCredit(line);
    const told = line.customer ?? UNKNOWN_CUSTOMER;
    const isTold = Object.entries(told).some(([field, text]) => field !== 'kind' && text !== '');
    if (!isTold && openingCredit === ZERO_RIAL) return undefined;
    const named = told.name.trim() === '' ? { ...told, name: line.username || '-' } : told;
    const checked = checkCustomer(named, this.#options.asOf);
    const read = checked.ok ? checked : this.#withoutWrong(named, checked.error, line.source, faults);
    if (!read.ok) return undefined;
    for (const { field } of read.value.warnings) this.warn(`a ${wordOf(field)} looks unusual`, line.source);
    const { particulars } = read.value;
    const { nationalId } = particulars;
    const key = nationalId === '' ? `line:${line.username}` : `id:${nationalId}`;
    return { key, ...particulars, openingCredit };
  }

  #withoutWrong(
    told: CustomerDeclaration,
    wrong: readonly CustomerFault[],
    source: string,
    faults: string[],
  ): ReturnType<typeof checkCustomer> {
    this.#blame(wrong, source, faults);
    const cleared = Object.fromEntries(wrong.map(({ field }) => [field, '']));
    return checkCustomer({ ...told, ...cleared, name: told.name }, this.#options.asOf);
  }

  #blame(wrong: readonly CustomerFault[], source: string, faults: string[]): void {
    for (const { field, kind } of wrong) {
      const words = `the ${wordOf(field)} is wrong (${kind.replaceAll('-', ' ')})`;
      if (this.#wrong === 'reject' || field === 'name') faults.push(words);
      else this.warn(`${words} and left out`, source);
    }
  }

  #openingCredit({ credit = 0, source }: LineCandidate): Rial {
    if (credit < 0) this.warn('a debt is not carried over: bill it by hand', source);
    return credit > 0 && isRial(credit) ? credit : ZERO_RIAL;
  }

  /** Two lines of one national id are one customer: what the first row leaves open the second may tell. */
  #keepCustomer(customer: ImportedCustomer, source: string): void {
    const known = this.#customers.get(customer.key);
    if (known === undefined) {
      this.#customers.set(customer.key, customer);
      return;
    }
    if (known.name !== customer.name) this.warn('one national id has two names: the first is kept', source);
    const filled = Object.entries(customer).filter(([field]) => known[field as keyof typeof known] === '');
    const openingCredit = addRial(known.openingCredit, customer.openingCredit);
    this.#customers.set(customer.key, { ...known, ...Object.fromEntries(filled), openingCredit });
  }

  #declare(line: LineCandidate, plan: PlanDeclaration, name: string): LineDeclaration {
    const { username, password, status, expiresAt, staticIp, framedRoutes = [] } = line;
    const { macLock, concurrentSessions, framedIpv6Prefix, delegatedIpv6Prefix } = line;
    const ipv6 = { framedIpv6Prefix, delegatedIpv6Prefix };
    const given = { password, status, staticIp, macLock, concurrentSessions, ...ipv6 };
    return {
      username,
      ...this.#carry(line, plan),
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')),
      ...(name !== '' && { name }),
      ...(framedRoutes.length > 0 && { framedRoutes }),
      ...(expiresAt !== undefined && { expiresAt: isoInstant(expiresAt) }),
    };
  }

  /** The plan itself, or the one that carries over what is left of its volume. */
  #carry(line: LineCandidate, plan: PlanDeclaration): Pick<LineDeclaration, 'plan' | 'extraGrants'> {
    const { username, remainingOctets: left, expiresAt, source } = line;
    const { quota } = plan;
    if (left === undefined || left === quota?.octets) return { plan: plan.name };
    if (quota === undefined) {
      this.warn('what is left of a volume is left out, since the plan has none', source);
      return { plan: plan.name };
    }
    if ((quota.per ?? 'term') !== 'term') {
      this.warn("what is left of a period's volume is left out: the period begins anew", source);
      return { plan: plan.name };
    }
    // A plan of one octet carries over already.
    const carried = quota.octets === 1 ? plan : carriedPlan(plan);
    if (this.planOf(carried.name) === undefined) this.addPlan(carried);
    const isOver = expiresAt !== undefined && expiresAt <= this.#options.asOf;
    if (left === 0 || isOver) return { plan: carried.name };
    return { plan: carried.name, extraGrants: [carriedGrant(username, left, expiresAt)] };
  }
}

function wordOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
