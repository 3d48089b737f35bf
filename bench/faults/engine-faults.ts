import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type FleetRun, runFleet } from '../fleet/run-fleet.ts';
import { bookFigures, type Fault, scaled, simOptions } from './fault.ts';

const ENGINE_SCRIPT = fileURLToPath(new URL('../../engine/main.js', import.meta.url));
const READY_WITHIN_MS = 5_000;

/** Row 1: the engine on embedded stores is killed again and again. */
export const KILLED_ENGINE: Fault = {
  row: 1,
  fault: 'kill -9 of the engine at random instants, embedded stores',
  async run(context) {
    const kills = scaled(context, 100);
    const faults = { loss: 0.1, dup: 0.1, reorder: 0.1 };
    const options = simOptions(context, { lines: 60, hours: 8, kills, faults });
    const result = await runFleet(options, context.progress);
    const { firstStartMs, slowestStartMs, dearestStartMs, engineStarts } = result;
    // Where the machine is busy with others, what counts is the processor time that a start needs.
    const isReady = Math.min(slowestStartMs, dearestStartMs) < READY_WITHIN_MS;
    const pass = result.isRight && isReady && engineStarts === kills + 1;
    const starts = { firstStartMs, slowestStartMs, dearestStartMs };
    return { pass, ...bookFigures(result), kills: engineStarts - 1, ...starts };
  },
};

/** Row 33: what embedded mode promises: one program per folder, and that a killed process loses nothing. */
export const EMBEDDED_PROMISES: Fault = {
  row: 33,
  fault: 'embedded: a second process on the folder; kill -9',
  async run(context) {
    const kills = scaled(context, 10);
    let second = { code: -1 as number | null, sentence: '' };
    const options = simOptions(context, { lines: 40, hours: 3, kills });
    const result = await runFleet(options, context.progress, {
      beforeClosing: async ({ stage }) => {
        second = await startSecond(stage);
      },
    });
    const refused = second.code === 1 && second.sentence.includes('is in use by process');
    const pass = result.isRight && refused;
    const powerCut =
      'not promised: the embedded ledger never calls fsync; run on servers where power may fail';
    return { pass, ...bookFigures(result), kills, refused, sentence: second.sentence, powerCut };
  },
};

async function startSecond({
  dataDir,
}: FleetRun['stage']): Promise<{ code: number | null; sentence: string }> {
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    MIZAN_DEMO: '0',
    RADIUS_AUTH_PORT: '0',
    RADIUS_ACCT_PORT: '0',
    HTTP_PORT: '0',
  };
  const child = spawn(process.execPath, [ENGINE_SCRIPT], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  clearTimeout(late);
  return { code: code as number | null, sentence: said.trim() };
}
