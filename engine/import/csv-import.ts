import type { PlanDeclaration } from '../subscribers/provisioning.ts';
import { asciiDigits } from '../values/persian-text.ts';
import { PlanBuilder } from './build-plan.ts';
import { type CsvHeader, readHeader } from './csv-headers.ts';
import { type CsvCells, candidateOf, planOfRow } from './csv-line.ts';
import { readCsvRows } from './csv-rows.ts';
import { type ImportOptions, type ImportPlan, UnreadableFile } from './import-plan.ts';

/**
 * Reads a CSV file of lines, one a row. A row with any fault is rejected with all of them; the others go on.
 * @param file its name, for people.
 * @throws UnreadableFile when it has no header with a username.
 */
export async function importCsv(
  chunks: AsyncIterable<string>,
  options: ImportOptions,
  file: string,
): Promise<ImportPlan> {
  const builder = new PlanBuilder(options, 'reject');
  let header: CsvHeader | undefined;
  for await (const row of readCsvRows(chunks)) {
    const source = `${file}:${row.line}`;
    if (header === undefined) header = headerOf(row.cells, builder, source);
    else addRow(row.cells, header, builder, options, source);
  }
  return builder.finish();
}

function headerOf(cells: readonly string[], builder: PlanBuilder, source: string): CsvHeader {
  const header = readHeader(cells);
  if (![...header.places.values()].includes('username')) {
    throw new UnreadableFile('the first row names no column for the username');
  }
  for (const name of header.unknown) builder.warn(`nobody knows column ${name || '(empty)'}`, source);
  for (const name of header.twice) builder.warn(`column ${name} tells what another one tells`, source);
  return header;
}

function addRow(
  cells: readonly string[],
  header: CsvHeader,
  builder: PlanBuilder,
  options: ImportOptions,
  source: string,
): void {
  const byField = new Map([...header.places].map(([place, field]) => [field, cells[place] ?? '']));
  const read: CsvCells = (field) => byField.get(field) ?? '';
  const shifted = cellFaults(cells, header);
  if (shifted.length > 0) {
    // Neither cells nor faults that quote them are shown: any of them may be a password that moved.
    builder.reject({ source, reason: shifted.join('; '), raw: {} });
    return;
  }
  const candidate = candidateOf(read, options, source, rawOf(cells, header));
  const faults = [...candidate.faults];
  if (asciiDigits(read('password')) !== read('password')) {
    builder.warn('Persian digits of a password are made Latin, as those of a username are', source);
  }
  const name = builder.nameOf(candidate.plan);
  const described = name === '' ? undefined : planOfRow(read, name, options);
  faults.push(...(described?.faults ?? []));
  if (described !== undefined && faults.length === 0) {
    const known = builder.planOf(name);
    if (known === undefined) builder.addPlan(described.plan);
    else if (contradicts(described.plan, known)) {
      builder.warn(`plan ${name} is described in more than one way: the first is kept`, source);
    }
  }
  builder.addLine({ ...candidate, faults });
}

/** A row that has cells too many or too few has shifted columns: nothing in it can be believed. */
function cellFaults(cells: readonly string[], header: CsvHeader): readonly string[] {
  const faults: string[] = [];
  const expected = header.names.length;
  if (cells.length !== expected) faults.push(`it has ${cells.length} cells for ${expected} columns`);
  if (cells.some((cell) => /^"[^"]*"[^"]/.test(cell))) faults.push('a cell goes on behind its quotes');
  return faults;
}

/** Columns that are known to hold no password: one that nobody knows, or a second one of a kind, may hold one. */
function rawOf(cells: readonly string[], { names, places }: CsvHeader): Readonly<Record<string, string>> {
  const shown = [...places].filter(([place, field]) => field !== 'password' && cells[place]);
  return Object.fromEntries(shown.map(([place]) => [names[place]!, cells[place]!]));
}

function contradicts(described: PlanDeclaration, known: PlanDeclaration): boolean {
  const figures = ({ days, quota, speed }: PlanDeclaration) => [
    days,
    quota?.octets,
    quota?.per ?? 'term',
    speed?.downKbps,
    speed?.upKbps,
  ];
  return JSON.stringify(figures(described)) !== JSON.stringify(figures(known));
}
