import { readOptions, type SimOptions } from './fleet/options.ts';
import { runFleet } from './fleet/run-fleet.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.exitCode = (await main(readOptions(process.argv.slice(2), Date.now()))) ? 0 : 1;

/** Runs one simulation, prints its result as one line of JSON, and returns whether everything was right. */
async function main(options: SimOptions): Promise<boolean> {
  const began = performance.now();
  const { isRight, octets, missingAcked, misdirected, misfiled, perLineMismatches, diff, ...counts } =
    await runFleet(options, (line) => process.stderr.write(`${line}\n`));
  const { seed, lines, hours, faults, kills, servers, storeKills } = options;
  const wallSeconds = Math.round((performance.now() - began) / 100) / 10;
  const result = {
    ...{ seed, lines, hours, ...faults, kills, servers, storeKills, ...counts, wallSeconds },
    ...{ octets, missingAcked, misdirected, misfiled, perLineMismatches, diff },
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return isRight;
}
