import type { Random } from '../fleet/random.ts';

/**
 * How a BRAS comes back, each such that one signal alone tells the engine that the old session is a ghost: the boot, the port or
 * the station.
 */
export interface StormVariant {
  readonly name: 'accounting-on' | 'same-ports' | 'mikrotik';
  readonly announcesBoot: boolean;
  /** The line dials in on the port that it had; else ports are numbered anew and none is a line's own again. */
  readonly keepsPorts: boolean;
  readonly sendsCallingStation: boolean;
  /** counter: `81`, a symbol that the reboot changes, and a number that begins again, as RouterOS does. */
  readonly sessionIds: 'counter' | 'random';
}

/** All variants, in the order in which they are played. */
export const STORM_VARIANTS: readonly StormVariant[] = [
  {
    name: 'accounting-on',
    announcesBoot: true,
    keepsPorts: false,
    sendsCallingStation: false,
    sessionIds: 'random',
  },
  {
    name: 'same-ports',
    announcesBoot: false,
    keepsPorts: true,
    sendsCallingStation: false,
    sessionIds: 'random',
  },
  {
    name: 'mikrotik',
    announcesBoot: false,
    keepsPorts: false,
    sendsCallingStation: true,
    sessionIds: 'counter',
  },
];

/** Above all ports of the first boot, so that no line gets its own again. */
const PORTS_PER_BOOT = 1 << 24;

/** Port of line `number` after `boots` boots. */
export function portOf({ keepsPorts }: StormVariant, number: number, boots: number): number {
  return number + 1 + (keepsPorts ? 0 : boots * PORTS_PER_BOOT);
}

/** Calling-Station-Id of the line, '' where the BRAS sends none. */
export function stationOf({ sendsCallingStation }: StormVariant, number: number): string {
  if (!sendsCallingStation) return '';
  const digits = number.toString(16).padStart(8, '0').toUpperCase();
  return `02:00:${digits.match(/../g)!.join(':')}`;
}

/** Acct-Session-Id of the `serial`-th session, from 0, since the boot. */
export function sessionIdOf(
  { sessionIds }: StormVariant,
  boots: number,
  serial: number,
  random: Random,
): string {
  if (sessionIds === 'random') return Buffer.from(random.octets(8)).toString('hex');
  return `81${(boots % 16).toString(16)}${serial.toString(16).padStart(5, '0')}`;
}
