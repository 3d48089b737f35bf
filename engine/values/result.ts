/**
 * Outcome of an operation that may fail in an expected way. Throwing is kept for bugs and broken stores;
 * whatever a caller must decide about is returned as data.
 */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** The successful outcome holding `value`. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The expected failure `error`, normally a member of a closed union. */
export function fail<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
