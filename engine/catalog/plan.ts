import type { Octets } from '../values/octets.ts';
import type { Burst, Speed } from '../values/speed.ts';

/**
 * Which direction is taken from the quota: the subscriber's download only (product P40, before 30 Bahman 1395),
 * or upload and download (R01).
 */
export type ChargeMode = 'download' | 'both';

/** How often the volume of a plan is given anew; what is left of a period is gone with it. `term`: once. */
export type QuotaPeriod = 'term' | 'day' | 'week' | 'month';

/** The volume of a plan. */
export interface Quota {
  /** Octets per period. */
  readonly octets: Octets;
  readonly charge: ChargeMode;
  readonly per: QuotaPeriod;
}

/** A slower speed after the quota, and the octets for which it holds. */
export interface Tier extends Speed {
  readonly octets: Octets;
}

/** What a line gets when its volume or its time has ended: nothing, the pay pages only, or a slower speed. */
export type EndAction = 'disconnect' | 'captive' | Speed;

/**
 * A daily window in Asia/Tehran in which octets weigh differently or the line is faster. `percent` 0 is a free window,
 * which is open also to a line without volume; 100 is normal. `fromMinute` < `toMinute` ≤ 1440; a window over midnight
 * is two windows. `weekdays` counts Saturday as 0. Where windows overlap the first one decides.
 */
export interface PlanWindow {
  readonly weekdays: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly percent: number;
  /** Instead of the plan's speed; `undefined` leaves that. */
  readonly speed: Speed | undefined;
}

/**
 * Weight of a class of traffic that a NAS accounts apart, such as domestic and international (R03). `name` '' is what is
 * accounted without a class. A class that the plan does not name weighs 100.
 */
export interface TrafficClass {
  readonly name: string;
  readonly percent: number;
}

/** One version of what a subscriber bought, as the packet path sees it. Immutable. */
export interface Plan {
  readonly name: string;
  /** Length of a service term in days. */
  readonly days: number;
  /** Absent: unlimited volume, all octets are counted as free. */
  readonly quota: Quota | undefined;
  /** Absent: the NAS's own default speed. */
  readonly speed: (Speed & { readonly burst?: Burst | undefined }) | undefined;
  /** Speeds that follow the quota one after the other, each for its octets; `exhausted` comes after the last. */
  readonly tiers: readonly Tier[];
  readonly exhausted: EndAction;
  readonly expired: EndAction;
  readonly windows: readonly PlanWindow[];
  readonly classes: readonly TrafficClass[];
  /** Sessions at a time, unless the line has a number of its own. */
  readonly concurrentSessions: number;
  /** The first device that logs in is the only one that may, until staff release it. */
  readonly locksFirstMac: boolean;
  /**
   * Before the volume ends the line is slowed so far that it cannot use up more than is left before its next report.
   * Without it the last report may show up to one interval at full speed too much.
   */
  readonly softLanding: boolean;
  /** Name of an address pool at the NAS (Framed-Pool), absent for the NAS's default. */
  readonly pool: string | undefined;
  /** Seconds between Interim-Updates before jitter (RFC 2869 §5.16 asks for at least 60, better 600). */
  readonly interimSeconds: number;
}
