/** Object ids of the PostgreSQL types that are read in our own way (pg_type.dat). */
const INT8 = 20;
const TIMESTAMPTZ = 1184;

/**
 * How values of these types become JavaScript: bigint a safe integer, timestamptz epoch ms. Both drivers hand the
 * text of the value over; neither type ever passes through a float.
 */
export const valueParsers: Readonly<Record<number, (text: string) => number>> = {
  [INT8]: parseInt8,
  [TIMESTAMPTZ]: parseTimestamp,
};

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
