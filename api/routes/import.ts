import type { z } from 'zod';
import { openingBalance } from '../../engine/ledger/business-events.ts';
import { TAKEN_OVER } from '../../engine/orders/taken-over.ts';
import type { ChangeNote } from '../../engine/subscribers/audit-trail.ts';
import { checkCustomer, checkLineContract } from '../../engine/subscribers/check-customer.ts';
import type { LineContract } from '../../engine/subscribers/customer.ts';
import { type Rial, rial } from '../../engine/values/rial.ts';
import { importAnswer, importBody, knownLinesAnswer, knownLinesBody } from '../../schemas/http/import.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { inWords } from '../people.ts';
import type { FieldError } from '../problem.ts';
import { Resource } from '../route.ts';
import { LARGE_BODY_OCTETS } from '../route-spec.ts';

type ImportedPerson = z.output<typeof importBody>['customers'][number];
type ContractLine = ImportedPerson['lines'][number];

/** What an import of people answers. */
export type ImportedPeople = Told<typeof importAnswer>;

/** What an import needs beside `PUT /apply`: which lines are there, and a batch of customers with their lines at a time. */
export function importRoutes(deps: ApiDeps): Resource {
  return new Resource('Import')
    .serve(
      {
        ...{ method: 'post', path: '/import/known-lines', operationId: 'findKnownLines' },
        summary: 'Tell which of many usernames are those of lines',
        body: knownLinesBody,
        bodyOctetsMax: LARGE_BODY_OCTETS,
        answers: { 200: knownLinesAnswer },
      },
      async ({ body: { usernames } }) => {
        const known: string[] = [];
        for (const username of usernames) {
          if ((await deps.ledger.people.customerLine(username)) !== undefined) known.push(username);
        }
        return { known };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/import/people', operationId: 'importPeople' },
        summary: 'Take over customers, contracts, credit and running services of another system',
        description:
          'The lines have been applied before. A customer is known by national id, or else by who the first of the lines belongs ' +
          'to. Who is known stays as they are, and of a line only what is empty is filled; so a call may be repeated. ' +
          'The running term of a line without services is written into the history of its services.',
        body: importBody,
        bodyOctetsMax: LARGE_BODY_OCTETS,
        answers: { 200: importAnswer },
      },
      async ({ body: { customers, lines } }, c) => {
        const people = new PeopleImport(deps, { actor: principalOf(c).actor, reason: TAKEN_OVER });
        for (const [index, person] of customers.entries()) {
          await people.takePerson(person, `customers[${index}]`);
        }
        for (const [index, line] of lines.entries()) {
          await people.takeLine(line, undefined, `lines[${index}]`);
        }
        await people.takeServices();
        await deps.onApplied();
        return people.outcome;
      },
    );
}

/** One batch: each customer and each line by itself, so that a fault keeps nobody else out. */
class PeopleImport {
  readonly outcome = {
    ...{ customers: 0, known: 0, contracts: 0, credits: 0, services: 0 },
    faults: [] as FieldError[],
  };
  /** Lines whose services are to be taken over. */
  readonly #lines: string[] = [];
  readonly #deps: Pick<ApiDeps, 'ledger' | 'clock'>;
  readonly #by: ChangeNote;

  constructor(deps: Pick<ApiDeps, 'ledger' | 'clock'>, by: ChangeNote) {
    this.#deps = deps;
    this.#by = by;
  }

  /** A customer with lines and credit. */
  async takePerson(person: ImportedPerson, path: string): Promise<void> {
    const id = await this.#idOf(person, path);
    if (id === undefined) return;
    for (const [index, line] of person.lines.entries()) {
      await this.takeLine(line, id, `${path}.lines[${index}]`);
    }
    if (person.openingCredit > 0) await this.#credit(id, rial(person.openingCredit), path);
  }

  /** What is empty of a line's contract; a line of another customer stays with them. */
  async takeLine(
    { username, ...declared }: ContractLine,
    customerId: number | undefined,
    path: string,
  ): Promise<void> {
    const { people } = this.#deps.ledger;
    const checked = checkLineContract(given(declared));
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
  async takeServices(): Promise<void> {
    const { orders } = this.#deps.ledger;
    this.outcome.services = await orders.takeOver(this.#lines, this.#by.actor, this.#deps.clock.now());
  }

  /** The customer's number, of one who is there or is made; `undefined` where they cannot be. */
  async #idOf(person: ImportedPerson, path: string): Promise<number | undefined> {
    const { people } = this.#deps.ledger;
    const now = this.#deps.clock.now();
    const { openingCredit: _, lines, ...declared } = person;
    const checked = checkCustomer(declared, now);
    if (!checked.ok) {
      this.#blame(path, inWords(checked.error));
      return undefined;
    }
    const { particulars } = checked.value;
    const { nationalId } = particulars;
    const owner = nationalId === '' ? await this.#ownerOf(lines[0]) : await this.#holderOf(nationalId);
    if (owner !== undefined) {
      this.outcome.known += 1;
      return owner;
    }
    const made = await people.createCustomer(particulars, this.#by, now);
    if (made.ok) {
      this.outcome.customers += 1;
      return made.value.id;
    }
    if (made.error.kind === 'national-id-taken') return made.error.customerId;
    this.#fault(path, made.error.kind.replaceAll('-', ' '));
    return undefined;
  }

  async #holderOf(nationalId: string): Promise<number | undefined> {
    const [holder] = await this.#deps.ledger.people.findCustomers({ nationalId, limit: 1 });
    return holder?.id;
  }

  async #ownerOf(line: ContractLine | undefined): Promise<number | undefined> {
    const known = line && (await this.#deps.ledger.people.customerLine(line.username));
    return known?.customerId;
  }

  async #credit(id: number, amount: Rial, path: string): Promise<void> {
    const { actor } = this.#by;
    const posting = openingBalance({ key: `import:${id}`, actor, reason: TAKEN_OVER }, id, amount);
    const posted = await this.#deps.ledger.money.post(posting, this.#deps.clock.now());
    if (posted.ok) this.outcome.credits += posted.value.repeated ? 0 : 1;
    else this.#fault(`${path}.openingCredit`, `customer ${id} has another opening credit already`);
  }

  #blame(path: string, faults: readonly FieldError[]): void {
    for (const fault of faults) this.#fault(`${path}.${fault.path}`, fault.message);
  }

  #fault(path: string, message: string): void {
    this.outcome.faults.push({ path, message });
  }
}

/** A field that a body leaves out is absent, not empty. */
function given(declared: Omit<ContractLine, 'username'>): Partial<LineContract> {
  return Object.fromEntries(Object.entries(declared).filter(([, text]) => text !== undefined));
}
