import type { Octets } from '../values/octets.ts';

/** A speed pair in kilobits (1000 bits) per second, seen from the subscriber. */
export interface Speed {
  readonly downKbps: number;
  readonly upKbps: number;
}

/**
 * Which direction is taken from the quota: the subscriber's download only (product P40, before 30 Bahman 1395),
 * or upload and download (R01).
 */
export type ChargeMode = 'download' | 'both';

/** What a line gets when its volume or its time has ended: nothing, the pay pages only, or a slower speed. */
export type EndAction = 'disconnect' | 'captive' | Speed;

/**
 * A daily window in Asia/Tehran in which octets weigh differently. `percent` 0 is a free window, 100 is normal.
 * `fromMinute` < `toMinute` ≤ 1440; a window over midnight is two windows. `weekdays` counts Saturday as 0.
 */
export interface WeightWindow {
  readonly weekdays: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly percent: number;
}

/** What a subscriber bought, as the packet path sees it. Immutable: a changed plan is a new projection. */
export interface Plan {
  readonly name: string;
  /** Length of a service term in days. */
  readonly days: number;
  /** Absent: unlimited volume, all octets are counted as free. */
  readonly quota: { readonly octets: Octets; readonly charge: ChargeMode } | undefined;
  /** Absent: the NAS's own default speed. */
  readonly speed: Speed | undefined;
  readonly exhausted: EndAction;
  readonly expired: EndAction;
  readonly weights: readonly WeightWindow[];
  /** Name of an address pool at the NAS (Framed-Pool), absent for the NAS's default. */
  readonly pool: string | undefined;
  /** Seconds between Interim-Updates before jitter (RFC 2869 §5.16 asks for at least 60, better 600). */
  readonly interimSeconds: number;
}
