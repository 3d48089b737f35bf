import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readStormOptions } from '../../../bench/storm/options.ts';
import { runStorm } from '../../../bench/storm/run-storm.ts';

const ENGINE = fileURLToPath(new URL('../../../dist/engine/main.js', import.meta.url));

test('300 lines of two BRAS that reboot unannounced, over a network that loses: all back, each ghost closed once', async () => {
  const options = readStormOptions(
    ['--storm', '--engine', ENGINE, '--sessions', '300', '--bras', '2', '--within', '1']
      .concat(['--variants', 'mikrotik', '--loss', '0.02', '--timeout', '0.5', '--tries', '8'])
      .concat(['--seed', '5']),
  );
  const [variant] = options.variants;
  const result = await runStorm(options, variant!, () => undefined);
  expect(result).toMatchObject({
    ...{ online: 300, rejected: 0, unanswered: 0, lostInterims: 0, wronglyCut: 0 },
    ...{ closedOnce: 300, liveOnce: 300, unknownSessions: 0, diff: 0 },
    causes: { 'taken-over': 300 },
    isRight: true,
  });
  // The network did lose something, and the NAS asked again.
  expect(result.accessTries[0]! + result.startTries[0]!).toBeLessThan(600);
}, 60_000);
