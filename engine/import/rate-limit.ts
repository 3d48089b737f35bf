import type { PlanDeclaration } from '../subscribers/provisioning.ts';

type PlanSpeed = NonNullable<PlanDeclaration['speed']>;

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 };
const BITS_OF_KBIT = 1_000;

/**
 * A plan's speed of a MikroTik "Rate-Limit": `rx/tx burst-rx/burst-tx threshold-rx/threshold-tx time/time priority min`, as
 * the router sees it, so the upload comes first and alone stands for both; k is 1000 (MikroTik manual "RADIUS").
 * `undefined` for a text that is none; a burst that no plan can have is left out.
 */
export function readRateLimit(text: string): PlanSpeed | undefined {
  const [rate = '', burst, threshold, time] = text.trim().split(/\s+/);
  const speed = readPair(rate);
  if (speed === undefined) return undefined;
  const higher = burst === undefined ? undefined : readPair(burst);
  const below = threshold === undefined ? speed : readPair(threshold);
  const [seconds = 1] = (time ?? '1').split('/').map((part) => Number(part.replace(/s$/, '')));
  if (higher === undefined || below === undefined || !(seconds >= 1)) return speed;
  if (higher.downKbps < speed.downKbps || higher.upKbps < speed.upKbps) return speed;
  return {
    ...speed,
    burst: {
      ...higher,
      thresholdDownKbps: Math.min(below.downKbps, higher.downKbps),
      thresholdUpKbps: Math.min(below.upKbps, higher.upKbps),
      seconds: Math.round(seconds),
    },
  };
}

/** Kilobits per second of bits per second, at least 1; `undefined` for a text that is no number above 0. */
export function kbpsOfBits(text: string): number | undefined {
  if (!/^\d+$/.test(text) || Number(text) === 0) return undefined;
  return Math.max(1, Math.round(Number(text) / BITS_OF_KBIT));
}

function readPair(text: string): { readonly downKbps: number; readonly upKbps: number } | undefined {
  const [rx = '', tx = rx] = text.toLowerCase().split('/');
  const [upKbps, downKbps] = [readBits(rx), readBits(tx)];
  return upKbps === undefined || downKbps === undefined ? undefined : { downKbps, upKbps };
}

function readBits(text: string): number | undefined {
  const [, figure, unit = ''] = /^(\d+)([kmg]?)$/.exec(text) ?? [];
  return figure === undefined ? undefined : kbpsOfBits(String(Number(figure) * UNITS[unit]!));
}
