/** Object ids of the PostgreSQL types that are read or written in our own way (pg_type.dat). */
const INT8 = 20;
const JSON_TEXT = 114;
const TIMESTAMPTZ = 1184;

/**
 * How values of these types become JavaScript: bigint a safe integer, timestamptz epoch ms. Both drivers hand the
 * text of the value over; neither type ever passes through a float.
 */
export const valueParsers: Readonly<Record<number, (text: string) => number>> = {
  [INT8]: parseInt8,
  [TIMESTAMPTZ]: parseTimestamp,
};

/**
 * What the embedded engine is opened with for both ways. Json goes to it as it is, in text or octets: it would make a
 * text of octets, which the driver of the server leaves alone.
 */
export function embeddedTypes() {
  const serializers: Record<number, (json: string) => string> = { [JSON_TEXT]: (json) => json };
  return { parsers: { ...valueParsers }, serializers };
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`a bigint beyond 2^53: ${text}`);
  return value;
}

/** `2026-11-21 03:39:41.123+00`, `…+03:30`: with the ISO DateStyle, which is the default. */
function parseTimestamp(text: string): number {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new RangeError(`not a timestamp: ${text}`);
  return instant;
}
