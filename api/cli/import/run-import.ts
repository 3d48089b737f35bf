import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { importCsv } from '../../../engine/import/csv-import.ts';
import { decodeText, type TextEncoding } from '../../../engine/import/decode-text.ts';
import { importIbsng } from '../../../engine/import/ibsng-import.ts';
import { type ImportOptions, type ImportPlan, UnreadableFile } from '../../../engine/import/import-plan.ts';
import { type ImportPreview, previewOf } from '../../../engine/import/preview.ts';
import { importRadiusSql } from '../../../engine/import/radius-import.ts';
import { systemClock } from '../../../engine/runtime/clock.ts';
import type { PlanDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { fail, ok, type Result } from '../../../engine/values/result.ts';
import { type AppliedImport, applyImport } from './apply-import.ts';
import { checkedPlan, knownLines, withoutLinesOfOthers } from './check-plan.ts';
import { type Failure, importServer } from './import-server.ts';
import { openFile } from './open-file.ts';
import { type ReadMap, readMap } from './read-map.ts';
import { writeRejected } from './rejected-file.ts';
import { showAppliedImport, showPreview } from './show-import.ts';

/** What `mizan import` was asked for. */
export interface ImportCommand {
  readonly kind: 'import';
  readonly format: ImportFormat;
  readonly file: string;
  readonly apply: boolean;
  readonly mapFile: string | undefined;
  readonly encoding: TextEncoding | undefined;
  readonly json: boolean;
}

/** Kinds of files. */
export type ImportFormat = 'csv' | 'radius-sql' | 'ibsng';

/** What came of it, for the shell. */
export interface ImportOutcome {
  readonly exit: 'done' | 'refused' | 'wrongUsage' | 'unreachable';
  readonly out: string;
  readonly err: readonly string[];
}

/** Reads the files of each kind. */
const READERS: Readonly<Record<ImportFormat, typeof importCsv>> = {
  csv: importCsv,
  'radius-sql': importRadiusSql,
  ibsng: importIbsng,
};

/**
 * Reads a file here, so that no dump is sent whole, and tells what an import of it would do; with `apply` it is done.
 * A preview needs no server, but knows the plans and lines of one that answers.
 */
export async function runImport(
  command: ImportCommand,
  env: NodeJS.ProcessEnv,
  progress: (sentence: string) => void,
): Promise<ImportOutcome> {
  const server = importServer(env);
  const found = await server.plans();
  if (!found.ok && (command.apply || found.error.kind === 'refused')) return failed(found.error);
  const map = await loadMap(command, found.ok ? found.value : []);
  if (!map.ok) return { exit: 'wrongUsage', out: '', err: map.error };
  const { options, existing } = map.value;
  const read = await readPlan(command, options);
  if (read instanceof UnreadableFile) return unreadable(`${command.file}: ${read.message}`);
  const names = options.knownPlans.map(({ name }) => name);
  const checked = checkedPlan(read, names);
  const own = found.ok ? await withoutLinesOfOthers(checked, server) : ok(checked);
  if (!own.ok) return failed(own.error);
  const plan = own.value;
  const there = found.ok && existing === 'keep' ? await knownLines(plan, server) : ok(new Set<string>());
  if (!there.ok) return failed(there.error);
  const preview = previewOf(plan, there.value, systemClock.now());
  const written = await writeRejected(command.file, plan.rejected);
  if (!written.ok) return { exit: 'refused', out: '', err: [written.error] };
  if (!command.apply) {
    const notes = found.ok ? [] : ['no server answers: its plans and lines are not known here'];
    return { exit: 'done', out: tellPreview(command, preview, plan, written.value), err: notes };
  }
  const applied = await applyImport(plan, map.value.declared, there.value, server, progress);
  return applied.ok ? tellApplied(command, preview, plan, applied.value) : failed(applied.error);
}

function tellPreview(
  { json }: ImportCommand,
  preview: ImportPreview,
  plan: ImportPlan,
  rejectedFile: string | undefined,
): string {
  return json
    ? asJson({ preview, warnings: plan.warnings })
    : `${showPreview(preview, plan, rejectedFile)}\n\nNothing is applied yet: say --apply.`;
}

async function tellApplied(
  { file, json }: ImportCommand,
  preview: ImportPreview,
  plan: ImportPlan,
  applied: AppliedImport,
): Promise<ImportOutcome> {
  const rejected = [...plan.rejected, ...applied.rejected];
  const written = await writeRejected(file, rejected);
  const rejectedFile = written.ok ? written.value : undefined;
  const { lines, people, faults } = applied;
  const out = json
    ? asJson({ applied: { lines: lines.length, rejected: rejected.length, ...people, faults } })
    : `${showPreview(preview, plan, rejectedFile)}\n\n${showAppliedImport(applied)}`;
  return written.ok ? { exit: 'done', out, err: [] } : { exit: 'refused', out, err: [written.error] };
}

/** What the map says, or what is wrong with it or with the file of the import. */
async function loadMap(
  { file, mapFile }: ImportCommand,
  serverPlans: readonly PlanDeclaration[],
): Promise<Result<ReadMap, readonly string[]>> {
  const text = mapFile === undefined ? undefined : await readFile(mapFile, 'utf8').catch(wrongFile);
  if (text instanceof UnreadableFile) return fail([`${mapFile}: ${text.message}`]);
  const written = await stat(file).catch(wrongFile);
  if (written instanceof UnreadableFile) return fail([`${file}: ${written.message}`]);
  const map = readMap(text, written.mtimeMs, serverPlans);
  return map.ok ? map : fail(map.error.map((fault) => `${mapFile}: ${fault}`));
}

function failed({ kind, lines }: Failure): ImportOutcome {
  return { exit: kind, out: '', err: lines };
}

async function readPlan(
  { format, file, encoding }: ImportCommand,
  options: ImportOptions,
): Promise<ImportPlan | UnreadableFile> {
  try {
    const bytes = await openFile(file);
    return await READERS[format](decodeText(bytes, encoding), options, basename(file));
  } catch (error) {
    if (error instanceof UnreadableFile) return error;
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return wrongFile(error as Error);
  }
}

function wrongFile({ message }: Error): UnreadableFile {
  return new UnreadableFile(message);
}

function unreadable(sentence: string): ImportOutcome {
  return { exit: 'wrongUsage', out: '', err: [sentence] };
}

function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
