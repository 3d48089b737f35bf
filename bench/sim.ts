import { readOptions, type SimOptions } from './fleet/options.ts';
import { runFleet } from './fleet/run-fleet.ts';
import { playOvershoot } from './overshoot/play-overshoot.ts';
import { playStorm } from './storm/play-storm.ts';

/** What can be played instead of a fleet's hours, by the option that asks for it; each tells whether all was right. */
const PLAYS: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  '--storm': playStorm,
  '--overshoot': playOvershoot,
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const args = process.argv.slice(2);
const [play] = args.flatMap((arg) => PLAYS[arg] ?? []);
process.exitCode = (await (play ?? main)(args)) ? 0 : 1;

/** Runs one simulation, prints its result as one line of JSON, and returns whether everything was right. */
async function main(given: readonly string[]): Promise<boolean> {
  const options: SimOptions = readOptions(given, Date.now());
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
