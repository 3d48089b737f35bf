import type { EndAction } from '../../engine/catalog/plan.ts';
import type { SessionSpeed } from '../../engine/demo/nas-service.ts';

const GIB = 2 ** 30;

/** A plan as the apply document writes it. */
export interface PlanDocument {
  readonly name: string;
  readonly days: number;
  readonly quota?: { readonly octets: number; readonly charge: 'download' | 'both' };
  readonly speed: SessionSpeed;
  readonly exhausted: EndAction;
  readonly windows?: readonly { fromMinute: number; toMinute: number; percent: 0 }[];
  readonly interimSeconds: number;
}

const USUAL = { days: 30, speed: { downKbps: 20_000, upKbps: 2_000 }, interimSeconds: 300 } as const;

/** Plans of the fast lines: large and small quotas, both ways of charging, all three ends, a free night. */
export const FAST_PLANS: readonly PlanDocument[] = [
  { ...USUAL, name: 'large', quota: { octets: 300 * GIB, charge: 'download' }, exhausted: 'disconnect' },
  { ...USUAL, name: 'both-ways', quota: { octets: 300 * GIB, charge: 'both' }, exhausted: 'captive' },
  { ...USUAL, name: 'unlimited', exhausted: 'disconnect' },
  {
    ...USUAL,
    name: 'free-night',
    quota: { octets: 200 * GIB, charge: 'download' },
    exhausted: 'disconnect',
    windows: [{ fromMinute: 120, toMinute: 420, percent: 0 }],
  },
  { ...USUAL, name: 'small-cut', quota: { octets: 2 * GIB, charge: 'download' }, exhausted: 'disconnect' },
  { ...USUAL, name: 'small-captive', quota: { octets: 3 * GIB, charge: 'both' }, exhausted: 'captive' },
  {
    ...USUAL,
    name: 'small-slow',
    quota: { octets: 4 * GIB, charge: 'download' },
    exhausted: { downKbps: 512, upKbps: 256 },
  },
];

const SLOW = { ...USUAL, speed: { downKbps: 8_000, upKbps: 1_000 } };

/** Plans of lines on a NAS without gigawords: 300 MB at most in 5 minutes, so 4 GiB never pass unseen. */
export const SLOW_PLANS: readonly PlanDocument[] = [
  { ...SLOW, name: 'steady', quota: { octets: 300 * GIB, charge: 'both' }, exhausted: 'captive' },
  {
    ...SLOW,
    name: 'steady-download',
    quota: { octets: 300 * GIB, charge: 'download' },
    exhausted: 'captive',
  },
];
