import type { Instant } from '../values/instant.ts';

/** Instant of an ISO 8601 text with a zone; `undefined` for no text and for a text that is none. */
export function readInstant(text: string | undefined): Instant | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d:?\d\d)$/i.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
