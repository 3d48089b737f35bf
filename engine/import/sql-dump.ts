import { UnreadableFile } from './import-plan.ts';
import { columnsOfTable, plainName, splitNames } from './sql-columns.ts';
import { cutOff, SqlSource } from './sql-source.ts';
import { type Escapes, readTuple, unescapeText } from './sql-text.ts';

/** A table that is read: its columns that matter, in small letters. */
export interface WantedTable {
  readonly columns: readonly string[];
  /** All its columns in their usual order, for a dump that names none. */
  readonly usual?: readonly string[];
}

/** A row of a wanted table; a column that the dump does not have is absent, NULL is `null`. */
export interface DumpRow {
  readonly table: string;
  /** Its place among the rows of its table, from 1. */
  readonly row: number;
  readonly fields: Readonly<Record<string, string | null>>;
  /** Present when it has another number of values than its table has columns. */
  readonly fault?: string;
}

type Wanted = Readonly<Record<string, WantedTable>>;

const NAME = '(?:[`"]?[\\w$]+[`"]?\\.)?(?:`[^`]+`|"[^"]+"|[\\w$]+)';
const INSERT = new RegExp(
  `(?:INSERT(?:\\s+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE))*|REPLACE)\\s+INTO\\s+(${NAME})\\s*` +
    '(?:\\(([^)]*)\\))?\\s*(?:OVERRIDING\\s+(?:SYSTEM|USER)\\s+VALUE\\s+)?VALUES?\\s*',
  'iy',
);
const COPY = new RegExp(`COPY\\s+(${NAME})\\s*(?:\\(([^)]*)\\))?\\s+FROM\\s+stdin[^;]*;[^\\n]*\\n`, 'iy');
const STRINGS = /^SET\s+standard_conforming_strings\s*(?:=|to)\s*'?(on|off)/i;
/** Strings that are kept do not hold the whole chunk that they were cut from in memory. */
const SHORT_TEXT = 13;

/**
 * Rows of the wanted tables in a dump of mysqldump, mariadb-dump or pg_dump (COPY or --inserts), in the order of the file.
 * What is held in memory is one statement's head and one row.
 * @throws UnreadableFile where the file is cut off within a row, or a wanted table's columns are named nowhere.
 */
export async function* readSqlDump(chunks: AsyncIterable<string>, wanted: Wanted): AsyncGenerator<DumpRow> {
  const source = new SqlSource(chunks);
  const tables = new Map<string, readonly string[]>();
  const rows = new RowMaker(wanted, tables);
  while (await source.toStatement()) {
    const insert = await source.match(/INSERT|REPLACE/iy, INSERT);
    if (insert !== undefined) {
      yield* readInsert(source, rows.of(insert[1]!, insert[2]));
      continue;
    }
    const copy = await source.match(/COPY/iy, COPY);
    if (copy !== undefined) {
      yield* readCopy(source, rows.of(copy[1]!, copy[2]));
      continue;
    }
    const statement = await source.statement();
    const strings = STRINGS.exec(statement);
    if (strings !== null) source.escapes = strings[1]!.toLowerCase() === 'on' ? 'none' : 'c';
    const table = columnsOfTable(statement, tables);
    if (table !== undefined) tables.set(table.name, table.columns);
  }
}

async function* readInsert(source: SqlSource, table: TableRows): AsyncGenerator<DumpRow> {
  for (;;) {
    if ((await source.peek()) !== '(') break;
    const { escapes } = source;
    const tuple = await source.whole((text, at) => readTuple(text, at, escapes), table.name);
    if (table.isWanted) yield table.row(tuple.values);
    if ((await source.peek()) !== ',') break;
    source.at += 1;
  }
  await source.statement();
}

async function* readCopy(source: SqlSource, table: TableRows): AsyncGenerator<DumpRow> {
  for (;;) {
    const line = await source.line();
    if (line === undefined) throw cutOff(table.name);
    if (line === '\\.') return;
    if (!table.isWanted) continue;
    yield table.row(line.split('\t').map((cell) => copyCell(cell, 'c')));
  }
}

function copyCell(cell: string, escapes: Escapes): string | null {
  if (cell === '\\N') return null;
  return cell.includes('\\') ? unescapeText(cell, escapes) : cell;
}

/** Makes rows of values, by the columns that were named for a table. */
class RowMaker {
  readonly #wanted: Wanted;
  readonly #tables: ReadonlyMap<string, readonly string[]>;
  readonly #counts = new Map<string, number>();

  constructor(wanted: Wanted, tables: ReadonlyMap<string, readonly string[]>) {
    this.#wanted = wanted;
    this.#tables = tables;
  }

  of(written: string, names: string | undefined): TableRows {
    const name = plainName(written);
    const wanted = Object.hasOwn(this.#wanted, name) ? this.#wanted[name] : undefined;
    if (wanted === undefined)
      return { name, isWanted: false, row: () => ({ table: name, row: 0, fields: {} }) };
    const columns = names === undefined ? (this.#tables.get(name) ?? wanted.usual) : splitNames(names);
    if (columns === undefined) {
      throw new UnreadableFile(`nothing names the columns of table ${name}; dump it with its definition`);
    }
    const places = wanted.columns.flatMap((column) => {
      const place = columns.indexOf(column);
      return place < 0 ? [] : [[column, place] as const];
    });
    const next = () => {
      const count = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, count);
      return count;
    };
    return {
      name,
      isWanted: true,
      row: (values) => {
        const fields: Record<string, string | null> = {};
        for (const [column, place] of places) fields[column] = detached(values[place] ?? null);
        const row = { table: name, row: next(), fields };
        if (values.length === columns.length) return row;
        return { ...row, fault: `it has ${values.length} values for ${columns.length} columns` };
      },
    };
  }
}

interface TableRows {
  readonly name: string;
  readonly isWanted: boolean;
  row(values: readonly (string | null)[]): DumpRow;
}

function detached(text: string | null): string | null {
  if (text === null || text.length < SHORT_TEXT) return text;
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
