import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { createLog } from './runtime/log.ts';
import { startMizan } from './start.ts';

/** Ends the program with sentences on standard error; 78 is EX_CONFIG of sysexits, 1 anything else. */
function refuse(sentences: readonly string[], code: number): never {
  for (const sentence of sentences) process.stderr.write(`mizan: ${sentence}\n`);
  process.exit(code);
}

/** Whoever read our output may be gone; that is no reason to stop serving. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

async function main(): Promise<void> {
  outliveReaders();
  const config = readConfig(process.env);
  if (!config.ok) refuse(config.error, 78);
  const log = createLog(config.value.logLevel);
  const started = await startMizan(config.value, log).catch((error: unknown) =>
    refuse((error instanceof Error ? error.message : String(error)).split('\n'), 1),
  );
  if (!started.ok) refuse([started.error], 1);
  const mizan = started.value;
  const runFile = join(config.value.dataDir, 'run.json');
  writeFileSync(runFile, `${JSON.stringify({ httpUrl: mizan.httpUrl, pid: process.pid })}\n`);
  process.stdout.write(`${mizan.banner}\n`);
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    process.stdout.write('mizan: stopping; what was acknowledged is being stored\n');
    mizan.stop().then(
      () => process.exit(0),
      (error: unknown) => refuse([`did not stop cleanly: ${String(error)}`], 1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

await main();
