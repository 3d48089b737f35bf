import { parseArgs } from 'node:util';

/** What `--overshoot` is asked for. */
export interface OvershootOptions {
  readonly lines: number;
  readonly seed: number;
  /** Lines that the real engine gets over UDP, in two runs; 0 for none. */
  readonly engineLines: number;
  readonly engineScript: string | undefined;
}

/** Reads the command line; throws a TypeError or RangeError that says what is wrong with it. */
export function readOvershootOptions(args: readonly string[]): OvershootOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      overshoot: { type: 'boolean', default: true },
      lines: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      'engine-lines': { type: 'string', default: '100' },
      engine: { type: 'string' },
    },
  });
  return {
    lines: number('lines', values.lines, 1, 1_000_000),
    seed: number('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    engineLines: number('engine-lines', values['engine-lines'], 0, 10_000),
    engineScript: values.engine,
  };
}

function number(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text !== '' && value >= low && value <= high) return value;
  throw new RangeError(`--${name} must be from ${low} to ${high}, not ${text}`);
}
