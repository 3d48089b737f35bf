import { rm, writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { RejectedRow } from '../../../engine/import/import-plan.ts';

/** Only its owner may read what it tells of people. */
const OWNER_ONLY = 0o600;

/**
 * Writes all rejected rows beside the file of the import, for a spreadsheet: with the mark of UTF-8, and no cell that it
 * would take for a formula (product line N07). Without any the file of an earlier run goes away.
 * @returns its name, `undefined` when there is none.
 */
export async function writeRejected(file: string, rows: readonly RejectedRow[]): Promise<string | undefined> {
  const path = `${file}.rejected.csv`;
  if (rows.length === 0) {
    await rm(path, { force: true });
    return undefined;
  }
  const fields = [...new Set(rows.flatMap(({ raw }) => Object.keys(raw)))];
  const cells = rows.map(({ source, reason, raw }) => [
    source,
    reason,
    ...fields.map((field) => raw[field] ?? ''),
  ]);
  const text = stringify([['source', 'reason', ...fields], ...cells], { bom: true, escape_formulas: true });
  await writeFile(path, text, { mode: OWNER_ONLY });
  return path;
}
