import { parseArgs } from 'node:util';
import type { RetryPolicy } from './request-window.ts';
import { STORM_VARIANTS, type StormVariant } from './variant.ts';

/** What `--storm` is asked for. */
export interface StormOptions {
  readonly sessions: number;
  readonly seed: number;
  /** On PostgreSQL, Redis and ClickHouse's interface instead of the embedded stores. */
  readonly servers: boolean;
  readonly variants: readonly StormVariant[];
  /** BRAS among which the sessions are shared out; all reboot at once. */
  readonly bras: number;
  /** Source ports per BRAS and kind of request, of 256 identifiers each. */
  readonly ports: number;
  /** All subscribers dial within so many seconds, each at an instant of its own. */
  readonly withinSeconds: number;
  readonly retries: RetryPolicy;
  /** Probability that a datagram, either way, is lost. */
  readonly loss: number;
  readonly engineScript: string | undefined;
  readonly keep: boolean;
}

/** Reads the command line; throws a TypeError or RangeError that says what is wrong with it. */
export function readStormOptions(args: readonly string[]): StormOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      storm: { type: 'boolean', default: true },
      sessions: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      servers: { type: 'boolean', default: false },
      variants: { type: 'string', default: STORM_VARIANTS.map(({ name }) => name).join(',') },
      bras: { type: 'string', default: '1' },
      ports: { type: 'string', default: '4' },
      within: { type: 'string', default: '10' },
      timeout: { type: 'string', default: '3' },
      tries: { type: 'string', default: '3' },
      loss: { type: 'string', default: '0' },
      engine: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const sessions = number('sessions', values.sessions, 1, 1_000_000);
  return {
    sessions,
    seed: number('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    servers: values.servers,
    variants: values.variants.split(',').map(variantNamed),
    bras: number('bras', values.bras, 1, Math.min(200, sessions)),
    ports: number('ports', values.ports, 1, 64),
    withinSeconds: number('within', values.within, 0, 3_600),
    retries: {
      timeoutMs: number('timeout', values.timeout, 0.1, 60) * 1000,
      tries: number('tries', values.tries, 1, 20),
    },
    loss: number('loss', values.loss, 0, 0.9),
    engineScript: values.engine,
    keep: values.keep,
  };
}

function number(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text === '' || !(value >= low && value <= high)) {
    throw new RangeError(`--${name} must be from ${low} to ${high}, not ${text}`);
  }
  return value;
}

function variantNamed(name: string): StormVariant {
  const variant = STORM_VARIANTS.find((each) => each.name === name);
  if (variant) return variant;
  throw new RangeError(`--variants knows ${STORM_VARIANTS.map((each) => each.name).join(', ')}, not ${name}`);
}
