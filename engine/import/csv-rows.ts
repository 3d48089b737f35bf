import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { UnreadableFile } from './import-plan.ts';

/** Separators that spreadsheets write. */
const DELIMITERS = [',', ';', '\t'] as const;
/** Enough of a file to see its first row. */
const SAMPLE_LENGTH = 64 * 1024;
/** Longest row; a quote that is never closed would read on to the end of the file. */
const ROW_LENGTH = 256 * 1024;

/** A row; `line` counts lines of the file from 1, and is the last one of a row that has several. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/**
 * Rows of a CSV file, the header among them. The separator is the one of comma, semicolon and tab that the first row has
 * most of outside its quotes. @throws UnreadableFile for an empty file, and for a quote that is never closed: nothing
 * behind it can be told apart.
 */
export async function* readCsvRows(chunks: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  const { head, rest } = await takeHead(chunks);
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(head),
    info: true,
    max_record_size: ROW_LENGTH,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
  });
  // A failure of the source ends the parser with it: it is thrown below.
  pipeline(Readable.from(joined(head, rest)), parser, () => undefined);
  try {
    for await (const { info, record } of parser as AsyncIterable<Parsed>) {
      yield { line: info.lines, cells: record };
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  }
}

function unreadable(error: CsvError): UnreadableFile {
  const [, line] = /at line (\d+)/.exec(error.message) ?? [];
  return new UnreadableFile(`a quote that opens in or before line ${line} is never closed`);
}

async function takeHead(
  chunks: AsyncIterable<string>,
): Promise<{ readonly head: string; readonly rest: AsyncIterator<string> }> {
  const rest = chunks[Symbol.asyncIterator]();
  let head = '';
  while (head.length < SAMPLE_LENGTH && !/\S[^\n]*\n/.test(head)) {
    const next = await rest.next();
    if (next.done) break;
    head += next.value;
  }
  if (head.trim() === '') throw new UnreadableFile('the file is empty');
  return { head, rest };
}

async function* joined(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function delimiterOf(head: string): string {
  const [line = ''] = head.trimStart().split('\n', 1);
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => bare.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}
