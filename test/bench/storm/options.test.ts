import { expect, test } from 'vitest';
import { readStormOptions } from '../../../bench/storm/options.ts';

test('a storm is 100,000 sessions of one BRAS in every variant, unless told otherwise', () => {
  expect(readStormOptions(['--storm'])).toMatchObject({
    ...{ sessions: 100_000, bras: 1, ports: 4, servers: false, loss: 0 },
    retries: { timeoutMs: 3_000, tries: 3 },
    variants: [{ name: 'accounting-on' }, { name: 'same-ports' }, { name: 'mikrotik' }],
  });
  const asked = ['--storm', '--sessions', '7', '--variants', 'mikrotik', '--timeout', '0.5', '--servers'];
  expect(readStormOptions(asked)).toMatchObject({
    ...{ sessions: 7, servers: true },
    retries: { timeoutMs: 500, tries: 3 },
    variants: [{ name: 'mikrotik' }],
  });
});

test.each([
  { args: ['--sessions', '0'], said: '--sessions must be from 1' },
  { args: ['--variants', 'flood'], said: '--variants knows accounting-on, same-ports, mikrotik, not flood' },
  { args: ['--tries', 'many'], said: '--tries must be from 1' },
  { args: ['--bras', '3', '--sessions', '2'], said: '--bras must be from 1 to 2' },
  { args: ['--lines', '3'], said: "Unknown option '--lines'" },
])('is told what is wrong with $args', ({ args, said }) => {
  expect(() => readStormOptions(['--storm', ...args])).toThrow(said);
});
