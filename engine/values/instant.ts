/**
 * A moment as milliseconds since 1970-01-01T00:00:00Z. Rules receive it as an argument;
 * only `engine/runtime` may ask the machine what time it is.
 */
export type Instant = number;

/** Milliseconds in a second. */
export const SECOND_MS = 1_000;

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000;

/** Milliseconds in an hour. */
export const HOUR_MS = 3_600_000;

/** Milliseconds in 24 hours. Calendar days are counted in a time zone, never with this. */
export const DAY_MS = 86_400_000;
