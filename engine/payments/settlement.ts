import { CsvError, parse } from 'csv-parse/sync';
import { asciiDigits } from '../values/persian-text.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { addRial, isRial, MOST_TYPED_RIAL, type Rial, rial, ZERO_RIAL } from '../values/rial.ts';
import type { Payment } from './payment.ts';

/** A payment as the gateway says that it gives us its money (product line G07). */
export interface SettledRow {
  /** Of the file, from 1. */
  readonly line: number;
  /** What the bank calls the payment. */
  readonly reference: string;
  readonly amount: Rial;
  /** What the gateway keeps of it. */
  readonly fee: Rial;
}

/** Something of a file that cannot be read; line 0 for the whole. */
export interface SettlementFault {
  readonly line: number;
  readonly message: string;
}

/** Where a gateway's list and ours are not the same. */
export interface SettlementReport {
  readonly rows: number;
  readonly matched: number;
  /** Sum of the file's amounts and of what is kept of them, of each reference once: as its first row has them. */
  readonly amount: Rial;
  readonly fees: Rial;
  /** The gateway settles what we hold for not paid. */
  readonly missingHere: readonly SettledRow[];
  /** We have credited what the gateway does not settle. */
  readonly missingThere: readonly Payment[];
  readonly amountDiffers: readonly { readonly row: SettledRow; readonly payment: Payment }[];
  /** Rows whose reference an earlier row has. */
  readonly repeated: readonly SettledRow[];
}

/** Names of columns, in small letters; the first one is the documented one. */
const COLUMNS: Readonly<Record<'reference' | 'amount' | 'fee', readonly string[]>> = {
  reference: ['reference', 'rrn', 'ref_id', 'شماره مرجع', 'شماره ارجاع'],
  amount: ['amount', 'مبلغ'],
  fee: ['fee', 'wage', 'کارمزد'],
};

/** Most faults that are told. */
const FAULTS_MOST = 100;

/**
 * Reads a settlement file: CSV in UTF-8 with a header, columns `reference`, `amount` and, if there is one, `fee`, in whole
 * Rial; digits may be Persian and have separators. Other columns are not looked at. Fails with every line that cannot be
 * read: money is not counted from half a file.
 */
export function readSettlement(text: string): Result<readonly SettledRow[], readonly SettlementFault[]> {
  let records: readonly { readonly info: { readonly lines: number }; readonly record: readonly string[] }[];
  try {
    records = parse(text, { bom: true, info: true, skip_empty_lines: true, trim: true }) as never;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return fail([
      { line: Number(error.lines ?? 0), message: 'is not CSV with as many columns as its header' },
    ]);
  }
  const [header, ...rows] = records;
  const names = (header?.record ?? []).map((name) => name.toLowerCase());
  const column = (wanted: keyof typeof COLUMNS) => names.findIndex((name) => COLUMNS[wanted].includes(name));
  const at = { reference: column('reference'), amount: column('amount'), fee: column('fee') };
  if (at.reference < 0 || at.amount < 0) {
    return fail([{ line: 1, message: 'must be a header with the columns reference and amount' }]);
  }
  const read: SettledRow[] = [];
  const faults: SettlementFault[] = [];
  for (const { info, record } of rows) {
    const row = readRow(info.lines, record, at);
    if (typeof row === 'string') faults.push({ line: info.lines, message: row });
    else read.push(row);
  }
  const sum = read.reduce((total, { amount }) => total + amount, 0);
  if (sum > MOST_TYPED_RIAL)
    faults.push({ line: 0, message: `has amounts of more than ${MOST_TYPED_RIAL} Rial together` });
  return faults.length > 0 ? fail(faults.slice(0, FAULTS_MOST)) : ok(read);
}

function readRow(
  line: number,
  record: readonly string[],
  at: Readonly<Record<keyof typeof COLUMNS, number>>,
): SettledRow | string {
  const reference = asciiDigits(record[at.reference] ?? '');
  const amount = readAmount(record[at.amount] ?? '');
  const fee = readAmount(at.fee < 0 ? '0' : record[at.fee] || '0');
  if (reference === '') return 'has no reference';
  if (amount === undefined || fee === undefined) return 'has an amount that is not whole Rial';
  if (amount > MOST_TYPED_RIAL) return `has an amount of more than ${MOST_TYPED_RIAL} Rial`;
  return fee > amount ? 'has a fee that is more than its amount' : { line, reference, amount, fee };
}

function readAmount(text: string): Rial | undefined {
  const digits = asciiDigits(text).replace(/[,٬\s]/g, '');
  const amount = /^\d{1,16}$/.test(digits) ? Number(digits) : -1;
  return isRial(amount) ? rial(amount) : undefined;
}

/**
 * Compares a gateway's list with ours, by reference.
 * @param ours paid attempts: all that the list names, and all of the time that it is of.
 */
export function matchSettlement(rows: readonly SettledRow[], ours: readonly Payment[]): SettlementReport {
  const known = new Map(ours.map((payment) => [payment.reference, payment]));
  const seen = new Set<string>();
  const missingHere: SettledRow[] = [];
  const amountDiffers: { row: SettledRow; payment: Payment }[] = [];
  const repeated: SettledRow[] = [];
  const settled: SettledRow[] = [];
  let matched = 0;
  for (const row of rows) {
    const payment = known.get(row.reference);
    if (seen.has(row.reference)) {
      repeated.push(row);
      continue;
    }
    settled.push(row);
    if (payment === undefined) missingHere.push(row);
    else if (payment.amount !== row.amount) amountDiffers.push({ row, payment });
    else matched += 1;
    seen.add(row.reference);
  }
  return {
    ...{ rows: rows.length, matched, missingHere, amountDiffers, repeated },
    amount: settled.reduce((sum, { amount }) => addRial(sum, amount), ZERO_RIAL),
    fees: settled.reduce((sum, { fee }) => addRial(sum, fee), ZERO_RIAL),
    missingThere: ours.filter(({ reference }) => !seen.has(reference ?? '')),
  };
}
