import { isDeepStrictEqual } from 'node:util';
import { type Instant, MINUTE_MS } from '../values/instant.ts';

/** How far a clock may be behind ours: what is to hold from a moment ago on holds from now on. */
export const CLOCKS_APART_MS = MINUTE_MS;

/** A value that holds from an instant on, until the next one begins. */
export interface Dated<T> {
  readonly from: Instant;
  readonly value: T;
}

/** Where a declared value goes: nowhere, since it holds by then; to an instant; or it would change what was. */
export type Placement =
  | { readonly kind: 'same' }
  | { readonly kind: 'at'; readonly from: Instant }
  | { readonly kind: 'over' };

/**
 * Places a value among the versions that there are. The first one may hold from any instant on; of later ones nothing
 * changes what held before `now`, and versions behind it stay.
 * @param given from when on it is to hold, `undefined` for now.
 */
export function placeVersion<T>(
  value: T,
  versions: readonly Dated<T>[],
  given: Instant | undefined,
  now: Instant,
): Placement {
  const from = given ?? now;
  const holds = (at: Instant) => isSame(versions.findLast((version) => version.from <= at)?.value, value);
  // A version that was declared a moment late holds from that moment on.
  if (holds(from) || holds(Math.max(from, Math.min(from + CLOCKS_APART_MS, now)))) return { kind: 'same' };
  if (versions.length === 0) return { kind: 'at', from };
  if (from < now - CLOCKS_APART_MS) return { kind: 'over' };
  return { kind: 'at', from: Math.max(from, now) };
}

/** What is stored has lost its undefined fields, its prototypes and the order of its names. */
function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(plain(left), plain(right));
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
