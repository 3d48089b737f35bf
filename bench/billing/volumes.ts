import { dayOf, HOUR, monthsAfter, wallTime } from './calendar.ts';
import { planOf, type ShopService } from './shop.ts';

/** A volume that a line was given. */
export interface Volume {
  readonly kind: 'service' | 'extra' | 'timed' | 'gift';
  /** 0 at full speed, 1 and more for the slower ones that follow. */
  readonly tier: number;
  octets: number;
  used: number;
  from: number;
  until: number | undefined;
}

/** The volumes of a service between two edges: one of each speed, for all of it or for each day, week or month. */
export function volumesOf(service: Pick<ShopService, 'octets'>, from: number, until: number): Volume[] {
  const { octets, slower, per } = planOf(service);
  if (octets === 0) return [];
  const volumes: Volume[] = [];
  let begin = from;
  for (let count = 1; begin < until || count === 1; count += 1) {
    const end = Math.min(until, edgeOf(per, from, count));
    for (const [tier, size] of [octets, ...slower].entries()) {
      volumes.push({ kind: 'service', tier, octets: size, used: 0, from: begin, until: end });
    }
    begin = end;
  }
  return volumes;
}

/** The midnight at which a part of a term ends: a day, a week or a Jalali month after the one before. */
function edgeOf(per: 'term' | 'day' | 'week' | 'month', from: number, count: number): number {
  if (per === 'term') return Number.POSITIVE_INFINITY;
  if (per === 'month') return wallTime(monthsAfter(dayOf(from), count));
  return wallTime(dayOf(from) + count * (per === 'day' ? 1 : 7));
}

/** Takes what is owed from the first volumes at full speed. */
export function lessen(volumes: readonly Volume[], owed: number): void {
  let left = owed;
  for (const volume of volumes) {
    if (volume.tier > 0) continue;
    const taken = Math.min(left, volume.octets);
    volume.octets -= taken;
    left -= taken;
  }
}

/** Octets that are gone of what was for full speed at `at`, where so many come with a term. */
export function goneOf(volumes: readonly Volume[], octets: number, at: number): number {
  const valid = volumes.filter(({ from, until }) => from <= at && (until === undefined || at < until));
  return octets === 0 ? 0 : octets - leftOf(valid);
}

/** Ends a volume that is not over yet. */
export function endVolume(volume: Volume, at: number): void {
  if (volume.until === undefined || volume.until > at) volume.until = Math.max(volume.from, at);
}

/** Ends a volume at `end`; nothing is left of one that does not begin within the hour and was never used: false. */
export function cut(volume: Volume, end: number, at: number): boolean {
  if (volume.used === 0 && volume.from > at + HOUR) return false;
  volume.until = Math.max(volume.from, Math.min(volume.until ?? end, end));
  return true;
}

/** Octets left at full speed. */
export function leftOf(volumes: readonly Volume[]): number {
  return volumes.reduce((sum, { tier, octets, used }) => sum + (tier > 0 ? 0 : octets - used), 0);
}
