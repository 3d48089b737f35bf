import { type RawBuilder, sql } from 'kysely';

/**
 * Rows as one parameter, to be selected from: `recordset(rows, 'id bigint, name text')`. One statement and one
 * parameter however many rows there are, the same on both engines; integers stay exact. It goes out in octets, as
 * PostgreSQL's binary form of json: the embedded engine's client looks at every character of a text three times.
 */
export function recordset(
  rows: readonly Readonly<Record<string, unknown>>[],
  columns: string,
): RawBuilder<unknown> {
  return sql`json_to_recordset(${Buffer.from(JSON.stringify(rows))}::json) AS r(${sql.raw(columns)})`;
}

/** The list in pieces of at most `size`. */
export function* inPieces<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}

/**
 * Text as PostgreSQL can hold it: packets may carry NUL or broken UTF-16, which it refuses, and one such text must
 * not stop all others. What it cannot hold becomes U+FFFD.
 */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD').toWellFormed() : text.toWellFormed();
}
