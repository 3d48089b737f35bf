import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { importCsv } from '../../../engine/import/csv-import.ts';
import { decodeText, type TextEncoding } from '../../../engine/import/decode-text.ts';
import { importIbsng } from '../../../engine/import/ibsng-import.ts';
import { type ImportOptions, type ImportPlan, UnreadableFile } from '../../../engine/import/import-plan.ts';
import { previewOf } from '../../../engine/import/preview.ts';
import { importRadiusSql } from '../../../engine/import/radius-import.ts';
import { systemClock } from '../../../engine/runtime/clock.ts';
import { applyImport, checkedPlan } from './apply-import.ts';
import { importServer } from './import-server.ts';
import { openFile } from './open-file.ts';
import { readMap } from './read-map.ts';
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
 * A preview needs no server, but knows the plans of one that answers.
 */
export async function runImport(
  command: ImportCommand,
  env: NodeJS.ProcessEnv,
  progress: (sentence: string) => void,
): Promise<ImportOutcome> {
  const { file, mapFile, json } = command;
  const server = importServer(env);
  const known = await server.plans();
  if (!known.ok && (command.apply || known.error.kind === 'refused')) {
    return { exit: known.error.kind, out: '', err: known.error.lines };
  }
  const serverPlans = known.ok ? known.value : [];
  const text = mapFile === undefined ? undefined : await readFile(mapFile, 'utf8').catch(wrongFile);
  const written = await stat(file).catch(wrongFile);
  if (text instanceof UnreadableFile) return unreadable(`${mapFile}: ${text.message}`);
  if (written instanceof UnreadableFile) return unreadable(`${file}: ${written.message}`);
  const map = readMap(text, written.mtimeMs, serverPlans);
  if (!map.ok) return { exit: 'wrongUsage', out: '', err: map.error.map((fault) => `${mapFile}: ${fault}`) };
  const { options, declared } = map.value;
  const read = await readPlan(command, options);
  if (read instanceof UnreadableFile) return unreadable(`${file}: ${read.message}`);
  const names = options.knownPlans.map(({ name }) => name);
  const plan = checkedPlan(read, names);
  const preview = previewOf(plan, systemClock.now());
  const notes = known.ok ? [] : ['no server answers: its plans are not known here'];
  if (!command.apply) {
    const rejectedFile = await writeRejected(file, plan.rejected);
    const out = json
      ? asJson({ preview, warnings: plan.warnings })
      : showPreview(preview, plan, rejectedFile);
    return { exit: 'done', out: json ? out : `${out}\n\nNothing is applied yet: say --apply.`, err: notes };
  }
  const applied = await applyImport(plan, declared, server, progress);
  if (!applied.ok) return { exit: applied.error.kind, out: '', err: applied.error.lines };
  const rejected = [...plan.rejected, ...applied.value.rejected];
  const rejectedFile = await writeRejected(file, rejected);
  const shown = `${showPreview(preview, plan, rejectedFile)}\n\n${showAppliedImport(applied.value)}`;
  const { lines, people, faults } = applied.value;
  return {
    exit: 'done',
    out: json
      ? asJson({ applied: { lines: lines.length, rejected: rejected.length, ...people, faults } })
      : shown,
    err: notes,
  };
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
