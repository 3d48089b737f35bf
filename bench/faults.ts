import { parseArgs } from 'node:util';
import { ALL_FAULTS } from './faults/all-faults.ts';
import type { Fault, FaultContext, FaultOutcome } from './faults/fault.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    scale: { type: 'string', default: '1' },
  },
});
const context: FaultContext = {
  seed: Number(values.seed),
  scale: Number(values.scale),
  progress: (line) => process.stderr.write(`${line}\n`),
};
const rows = new Set(values.only?.split(',').map(Number));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const chosen = ALL_FAULTS.filter(({ row }) => rows.size === 0 || rows.has(row));
if (chosen.length === 0) throw new RangeError(`--only knows no row of ${values.only}`);
process.exitCode = (await runAll(chosen)) ? 0 : 1;

/** Runs the faults one after the other, a line of JSON for each, and returns whether all passed. */
async function runAll(faults: readonly Fault[]): Promise<boolean> {
  const began = performance.now();
  const failed: string[] = [];
  for (const fault of faults) {
    const outcome = await runOne(fault);
    if (!outcome.pass) failed.push(`${fault.row} ${fault.fault}`);
  }
  print({ summary: true, faults: faults.length, failed, seed: context.seed, seconds: secondsSince(began) });
  return failed.length === 0;
}

/** A fault that could not be played to its end has not passed. */
async function runOne(fault: Fault): Promise<FaultOutcome> {
  const began = performance.now();
  context.progress(`row ${fault.row}: ${fault.fault}`);
  const outcome: FaultOutcome = await fault
    .run(context)
    .catch((error: unknown) => ({ pass: false, diff: Number.NaN, error: String(error) }));
  const { row, fault: name } = fault;
  print({ row, fault: name, ...outcome, seconds: secondsSince(began) });
  return outcome;
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 100) / 10;
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
