import { rm, stat, writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { RejectedRow } from '../../../engine/import/import-plan.ts';
import { fail, ok, type Result } from '../../../engine/values/result.ts';

/** Only its owner may read what it tells of people. */
const OWNER_ONLY = 0o600;

/**
 * Writes all rejected rows beside the file of the import, for a spreadsheet: with the mark of UTF-8, and no cell that it
 * would take for a formula (product line N07). Without any the file of an earlier run goes away. Beside a pipe there is no
 * place: its rows go into the working directory.
 * @returns its name, `undefined` when there is none; or a sentence when it cannot be written, which is seen without any row
 *   too, so that it is known before anything is applied.
 */
export async function writeRejected(
  file: string,
  rows: readonly RejectedRow[],
): Promise<Result<string | undefined, string>> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => true,
  );
  const path = isFile ? `${file}.rejected.csv` : 'import.rejected.csv';
  try {
    await writeFile(path, textOf(rows), { mode: OWNER_ONLY });
    if (rows.length === 0) await rm(path);
  } catch (error) {
    const { message } = error as Error;
    return fail(`rejected rows cannot be written: ${message}; move or rename the file of the import`);
  }
  return ok(rows.length === 0 ? undefined : path);
}

function textOf(rows: readonly RejectedRow[]): string {
  const fields = [...new Set(rows.flatMap(({ raw }) => Object.keys(raw)))];
  const cells = rows.map(({ source, reason, raw }) => [
    source,
    reason,
    ...fields.map((field) => raw[field] ?? ''),
  ]);
  return stringify([['source', 'reason', ...fields], ...cells], { bom: true, escape_formulas: true });
}
