import type { z } from 'zod';
import { TAKEN_OVER } from '../engine/orders/taken-over.ts';
import type { ChangeNote } from '../engine/subscribers/audit-trail.ts';
import { checkCustomer, checkLineContract } from '../engine/subscribers/check-customer.ts';
import type { CustomerParticulars, LineContract } from '../engine/subscribers/customer.ts';
import { type Rial, rial } from '../engine/values/rial.ts';
import type { importAnswer, importBody } from '../schemas/http/import.ts';
import type { Told } from '../schemas/http/told.ts';
import type { ApiDeps } from './deps.ts';
import { inWords } from './people.ts';
import { findPerson } from './person-of-import.ts';
import type { FieldError } from './problem.ts';

type ImportedPerson = z.output<typeof importBody>['customers'][number];
type ContractLine = ImportedPerson['lines'][number];

/** What an import of people answers. */
export type ImportedPeople = Told<typeof importAnswer>;

/** One batch: each customer and each line by itself, so that a fault keeps nobody else out. */
export class PeopleImport {
  readonly outcome = {
    ...{ customers: 0, known: 0, contracts: 0, credits: 0, services: 0 },
    faults: [] as FieldError[],
  };
  /** Lines whose services are to be taken over. */
  readonly #lines: string[] = [];
  readonly #deps: Pick<ApiDeps, 'ledger' | 'clock'>;
  readonly #by: ChangeNote;

  constructor(deps: Pick<ApiDeps, 'ledger' | 'clock'>, actor: string) {
    this.#deps = deps;
    this.#by = { actor, reason: TAKEN_OVER };
  }

  /** Everything of one call. */
  async takeAll(customers: readonly ImportedPerson[], lines: readonly ContractLine[]): Promise<void> {
    for (const [index, person] of customers.entries()) {
      await this.#takePerson(person, `customers[${index}]`);
    }
    for (const [index, line] of lines.entries()) {
      await this.#takeLine(line, undefined, `lines[${index}]`);
    }
    await this.#takeServices();
  }

  /** A customer with lines and credit; without a customer there is no credit either. */
  async #takePerson(person: ImportedPerson, path: string): Promise<void> {
    const id = await this.#idOf(person, path);
    if (id === undefined) return;
    for (const [index, line] of person.lines.entries()) {
      await this.#takeLine(line, id, `${path}.lines[${index}]`);
    }
    if (person.openingCredit > 0) await this.#credit(id, rial(person.openingCredit), path);
  }

  /** What is empty of a line's contract; a line of another customer stays with them. */
  async #takeLine(line: ContractLine, customerId: number | undefined, path: string): Promise<void> {
    const { people } = this.#deps.ledger;
    const { username } = line;
    const checked = checkLineContract(contractOf(line));
    if (!checked.ok) return this.#blame(path, inWords(checked.error));
    const known = await people.customerLine(username);
    if (known === undefined) return this.#fault(`${path}.username`, `there is no line ${username}`);
    const owner = known.customerId;
    if (customerId !== undefined && owner !== undefined && owner !== customerId) {
      return this.#fault(`${path}.username`, `line ${username} belongs to customer ${owner}`);
    }
    this.#lines.push(username);
    const contract = Object.entries(checked.value) as [keyof LineContract, string][];
    const missing = contract.filter(([field, text]) => known[field] === '' && text !== '');
    const isNew = customerId !== undefined && owner === undefined;
    if (!isNew && missing.length === 0) return;
    const change = { ...Object.fromEntries(missing), ...(isNew && { customerId }) };
    const changed = await people.changeLineContract(username, change, this.#by, this.#deps.clock.now());
    if (changed.ok) this.outcome.contracts += 1;
    else this.#fault(path, changed.error.replaceAll('-', ' '));
  }

  /** The running terms of all lines that were taken. */
  async #takeServices(): Promise<void> {
    const { orders } = this.#deps.ledger;
    this.outcome.services = await orders.takeOver(this.#lines, this.#by.actor, this.#deps.clock.now());
  }

  /** The customer's number, of one who is there or is made; `undefined` where they cannot be. */
  async #idOf(person: ImportedPerson, path: string): Promise<number | undefined> {
    const { openingCredit: _, lines, ...declared } = person;
    const checked = checkCustomer(declared, this.#deps.clock.now());
    if (!checked.ok) {
      this.#blame(path, inWords(checked.error));
      return undefined;
    }
    const { particulars } = checked.value;
    // A line with a fault is not given to them, so it would not tell who they are when they come again.
    const sound = lines.filter((line) => checkLineContract(contractOf(line)).ok);
    const usernames = sound.map(({ username }) => username);
    const found = await findPerson(this.#deps.ledger.people, particulars, usernames);
    switch (found.kind) {
      case 'known':
        this.outcome.known += 1;
        return found.customerId;
      case 'new':
        return this.#make(particulars, path);
      case 'stranger': {
        const index = lines.findIndex(({ username }) => username === found.username);
        const owner = `line ${found.username} belongs to customer ${found.customerId}, who has another name`;
        return this.#fault(`${path}.lines[${index}].username`, owner);
      }
      case 'nobody':
        return this.#blameNobody(lines, path);
    }
  }

  /** Somebody without a national id and without a line, or with lines that cannot be given to them. */
  #blameNobody(lines: readonly ContractLine[], path: string): undefined {
    if (lines.length === 0) this.#fault(`${path}.lines`, 'must hold a line where there is no national id');
    for (const [index, line] of lines.entries()) {
      const own = `${path}.lines[${index}]`;
      const checked = checkLineContract(contractOf(line));
      if (checked.ok) this.#fault(`${own}.username`, `there is no line ${line.username}`);
      else this.#blame(own, inWords(checked.error));
    }
  }

  async #make(particulars: CustomerParticulars, path: string): Promise<number | undefined> {
    const { ledger, clock } = this.#deps;
    const made = await ledger.people.createCustomer(particulars, this.#by, clock.now());
    if (made.ok) {
      this.outcome.customers += 1;
      return made.value.id;
    }
    if (made.error.kind === 'national-id-taken') return made.error.customerId;
    return this.#fault(path, made.error.kind.replaceAll('-', ' '));
  }

  async #credit(customer: number, amount: Rial, path: string): Promise<void> {
    const { ledger, clock } = this.#deps;
    const posted = await ledger.money.takeOverCredit({ ...this.#by, customer, amount }, clock.now());
    if (posted.ok) this.outcome.credits += posted.value.repeated ? 0 : 1;
    else this.#fault(`${path}.openingCredit`, `customer ${customer} has another opening credit already`);
  }

  #blame(path: string, faults: readonly FieldError[]): void {
    for (const fault of faults) this.#fault(`${path}.${fault.path}`, fault.message);
  }

  #fault(path: string, message: string): undefined {
    this.outcome.faults.push({ path, message });
  }
}

/** A field that a body leaves out is absent, not empty. */
function contractOf({ username: _, ...declared }: ContractLine): Partial<LineContract> {
  return Object.fromEntries(Object.entries(declared).filter(([, text]) => text !== undefined));
}
