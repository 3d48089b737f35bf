import { parseArgs } from 'node:util';
import { NAS_KINDS, type NasKind } from './nas-kind.ts';
import type { Faults } from './network.ts';
import type { PlanDocument } from './plans.ts';

const KILLS = 20;
const DAY_SECONDS = 86_400;

/** What the command line asks for. */
export interface SimOptions {
  readonly seed: number;
  readonly lines: number;
  readonly hours: number;
  readonly faults: Faults;
  /** SIGKILLs of the engine over the run. */
  readonly kills: number;
  /** On PostgreSQL, Redis and ClickHouse's interface instead of the embedded stores. */
  readonly servers: boolean;
  /** SIGKILLs of one of those servers over the run. */
  readonly storeKills: number;
  readonly kinds: readonly NasKind[];
  /** First virtual second since 1970. */
  readonly start: number;
  readonly engineScript: string | undefined;
  /** Leave the data directory for a look at it. */
  readonly keep: boolean;
  readonly shape?: FleetShape;
}

/** What a fleet may have other than by chance. */
export interface FleetShape {
  /** Plans of all lines. */
  readonly plans?: readonly PlanDocument[];
  /** Sessions that every line keeps online. */
  readonly concurrentSessions?: 1 | 2;
  /** Part of its speed that a session usually uses, over 1 for as much as it can. */
  readonly share?: number;
  readonly medianHoursBetweenReboots?: number;
}

/** Reads the command line; throws a TypeError or RangeError that says what is wrong with it. */
export function readOptions(args: readonly string[], nowMs: number): SimOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      lines: { type: 'string', default: '200' },
      hours: { type: 'string', default: '24' },
      loss: { type: 'string', default: '0' },
      dup: { type: 'string', default: '0' },
      reorder: { type: 'string', default: '0' },
      kill: { type: 'boolean', default: false },
      kills: { type: 'string', default: '0' },
      servers: { type: 'boolean', default: false },
      'kill-stores': { type: 'string', default: '0' },
      nas: { type: 'string', default: NAS_KINDS.map(({ name }) => name).join(',') },
      start: { type: 'string' },
      engine: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const storeKills = number('kill-stores', values['kill-stores'], 0, 10_000);
  if (storeKills > 0 && !values.servers) throw new RangeError('--kill-stores needs --servers');
  return {
    seed: number('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    lines: number('lines', values.lines, 1, 1_000_000),
    hours: number('hours', values.hours, 0.01, 10_000),
    faults: {
      loss: number('loss', values.loss, 0, 0.9),
      dup: number('dup', values.dup, 0, 1),
      reorder: number('reorder', values.reorder, 0, 1),
    },
    kills: number('kills', values.kills, 0, 10_000) || (values.kill ? KILLS : 0),
    servers: values.servers,
    storeKills,
    kinds: values.nas.split(',').map(kindNamed),
    start: values.start === undefined ? yesterday(nowMs) : Date.parse(values.start) / 1000,
    engineScript: values.engine,
    keep: values.keep,
  };
}

/** Midnight UTC a day ago: a fixed hour of the day for every run, yet within the history's time to live. */
function yesterday(nowMs: number): number {
  return (Math.floor(nowMs / 1000 / DAY_SECONDS) - 1) * DAY_SECONDS;
}

function number(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text === '' || !(value >= low && value <= high)) {
    throw new RangeError(`--${name} must be from ${low} to ${high}, not ${text}`);
  }
  return value;
}

function kindNamed(name: string): NasKind {
  const kind = NAS_KINDS.find((each) => each.name === name);
  if (!kind)
    throw new RangeError(`--nas knows ${NAS_KINDS.map((each) => each.name).join(', ')}, not ${name}`);
  return kind;
}
