import { readStormOptions } from './options.ts';
import { runStorm, type StormResult } from './run-storm.ts';

/**
 * `--storm`: plays the variants one after the other, each on fresh stores, prints one line of JSON for each on stdout and a
 * table for people on stderr, and returns whether everything was right.
 */
export async function playStorm(args: readonly string[]): Promise<boolean> {
  const options = readStormOptions(args);
  const { seed, servers, bras, ports, withinSeconds, retries, loss } = options;
  const results: StormResult[] = [];
  for (const variant of options.variants) {
    const result = await runStorm(options, variant, (line) => process.stderr.write(`${line}\n`));
    results.push(result);
    const asked = { seed, servers, bras, ports, withinSeconds, ...retries, loss };
    process.stdout.write(`${JSON.stringify({ storm: asked, ...result })}\n`);
  }
  process.stderr.write(`${tableOf(results)}\n`);
  return results.every(({ isRight }) => isRight);
}

function tableOf(results: readonly StormResult[]): string {
  const head = [
    'variant',
    'sessions',
    'seconds',
    'logins/s',
    'access tries',
    'start tries',
    'login p50',
    'p99',
  ]
    .concat(['closed once', 'live once', 'refused', 'unanswered', 'diff'])
    .join(' | ');
  const rows = results.map((result) =>
    [
      ...[result.variant, result.sessions, result.stormSeconds, result.loginsPerSecond],
      ...[result.accessTries.join('/'), result.startTries.join('/')],
      ...[`${result.loginMs.p50} ms`, `${result.loginMs.p99} ms`],
      ...[result.closedOnce, result.liveOnce, result.rejected, result.unanswered, result.diff],
    ].join(' | '),
  );
  return [head, ...rows].join('\n');
}
