import type { LineContract } from '../subscribers/customer.ts';
import type { ProvisioningDocument } from '../subscribers/provisioning.ts';
import { addRial, ZERO_RIAL } from '../values/rial.ts';
import type { ImportedCustomer, ImportedLine, ImportPlan } from './import-plan.ts';

/** A line's contract as an import declares it. */
export interface ContractOfLine extends Partial<LineContract> {
  readonly username: string;
}

/** A customer with the lines that belong to them. */
export interface PersonOfImport extends Omit<ImportedCustomer, 'key'> {
  readonly lines: readonly ContractOfLine[];
}

/** A document of lines, and where each of them was read. */
export interface LineBatch {
  readonly document: ProvisioningDocument & Required<Pick<ProvisioningDocument, 'lines'>>;
  /** In the order of the document's lines. */
  readonly lines: readonly ImportedLine[];
}

/** The lines as documents of at most `size`. Their plans are declared before. */
export function* lineBatches(lines: readonly ImportedLine[], size: number): Generator<LineBatch> {
  for (const batch of slices(lines, size)) {
    yield { document: { lines: batch.map(({ declaration }) => declaration) }, lines: batch };
  }
}

/** Customers for one call. */
export interface PeopleBatch {
  readonly people: readonly PersonOfImport[];
  /** More lines of customers who came in a batch before, without their credit. */
  readonly isRest: boolean;
}

/**
 * Customers with their lines, at most `size` customers and `lineSize` lines at a time; one who has more lines comes again
 * with the rest of them. @param lines those that were applied.
 */
export function* peopleBatches(
  { customers }: Pick<ImportPlan, 'customers'>,
  lines: readonly ImportedLine[],
  size: number,
  lineSize: number,
): Generator<PeopleBatch> {
  const byCustomer = grouped(lines, ({ customer }) => customer);
  const first: PersonOfImport[] = [];
  const rest: PersonOfImport[] = [];
  for (const { key, ...customer } of customers) {
    const own = byCustomer.get(key) ?? [];
    const openingCredit = addRial(...own.map((line) => line.openingCredit));
    for (const [part, some] of [...slices(own, lineSize)].entries()) {
      const person = { ...customer, lines: some.map(contractOf) };
      if (part === 0) first.push({ ...person, openingCredit });
      else rest.push({ ...person, openingCredit: ZERO_RIAL });
    }
  }
  for (const people of packed(first, size, lineSize)) yield { people, isRest: false };
  for (const people of packed(rest, size, lineSize)) yield { people, isRest: true };
}

/** Lines of nobody who is known, with what is known of their contracts, at most `size` at a time. */
export function* contractBatches(
  lines: readonly ImportedLine[],
  size: number,
): Generator<readonly ContractOfLine[]> {
  const alone = lines.filter(({ customer }) => customer === undefined);
  yield* slices(alone.map(contractOf), size);
}

/** Items by their key, in their order. The command line runs on versions of Node that have no `Map.groupBy`. */
export function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** What is known of a line's contract. */
export function contractOf({ declaration: { username }, contract }: ImportedLine): ContractOfLine {
  return { username, ...contract };
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

function* packed(
  people: readonly PersonOfImport[],
  size: number,
  lineSize: number,
): Generator<readonly PersonOfImport[]> {
  let batch: PersonOfImport[] = [];
  let count = 0;
  for (const person of people) {
    if (batch.length === size || (batch.length > 0 && count + person.lines.length > lineSize)) {
      yield batch;
      batch = [];
      count = 0;
    }
    batch.push(person);
    count += person.lines.length;
  }
  if (batch.length > 0) yield batch;
}
