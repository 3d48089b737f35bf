import type { Instant } from '../engine/values/instant.ts';

/** Whether something was, is or will be in force. */
export type VersionState = 'past' | 'present' | 'future';

/** A version with the beginning of the one after it, and whether it is in force at `now`. */
export interface DatedState<V> {
  readonly version: V;
  readonly until: Instant | undefined;
  readonly state: VersionState;
}

/** Versions by `from`, each with its end; before the first one there was none. */
export function withStates<V extends { readonly from: Instant }>(
  versions: readonly V[],
  now: Instant,
): readonly DatedState<V>[] {
  return versions.map((version, index) => {
    const until = versions[index + 1]?.from;
    return { version, until, state: stateAt(version.from, until, now) };
  });
}

/** Where `now` lies beside [from, until). */
export function stateAt(from: Instant, until: Instant | undefined, now: Instant): VersionState {
  if (now < from) return 'future';
  return until !== undefined && until <= now ? 'past' : 'present';
}
