import { isIP, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { Instant } from '../../engine/values/instant.ts';
import { MOST_TYPED_RIAL } from '../../engine/values/rial.ts';
import { shownAs } from './shown-as.ts';

/** Longest value of a RADIUS text attribute (RFC 2865 §5: 255 octets with type and length). */
const ATTRIBUTE_OCTETS = 253;
const FIRST_INSTANT = Date.UTC(1900, 0, 1);
const END_OF_YEARS = Date.UTC(10_000, 0, 1);
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\u200c]*$/u;

/** A name used in addresses, metrics and logs. */
export const plainName = z
  .string()
  .regex(/^[A-Za-z0-9._@-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ @ -');

/** A name that people read, in any script. */
export const titleText = printableText(64).min(1, 'must not be empty');

/** User-Name as the NAS will send it. */
export const usernameText = printableText(ATTRIBUTE_OCTETS)
  .min(1, 'must not be empty')
  .refine((text) => text === text.trim(), 'must not begin or end with a space')
  .refine((text) => text !== '.' && text !== '..', 'must not be . or .., which no address can hold');

/** Printable text of at most so many octets in UTF-8; '' is allowed. */
export function printableText(maxOctets: number) {
  return z
    .string()
    .regex(PRINTABLE, 'must not hold control characters')
    .refine(
      (text) => Buffer.byteLength(text) <= maxOctets,
      `must be at most ${maxOctets} octets long in UTF-8`,
    );
}

/** Text of one attribute, such as a pool's name. */
export const attributeText = printableText(ATTRIBUTE_OCTETS);

/** An integer from `min` to `max`. */
export function integer(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .number(message)
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, message)
    .meta({ type: 'integer', minimum: min, maximum: max });
}

/** Rows of one page; the text of a query string. */
export const pageLimit = shownAs(
  z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 999')
    .transform(Number)
    .default(100),
  { type: 'integer', minimum: 1, maximum: 999, default: 100, description: 'Rows of a page.' },
);

/** What the page before gave as `next`, for the document. */
export const PAGE_BEFORE = '`next` of the page before.';

/** An amount of money, whole Rial. */
export function rialAmount(min: 0 | 1) {
  return integer(min, MOST_TYPED_RIAL);
}

/** A volume that is sold or given, 512 TiB at most: eleven times it, the largest promotion, is still an exact number. */
export function soldOctets(min: 0 | 1) {
  return integer(min, 2 ** 49);
}

/** A positive volume, exact up to 2^53 - 1. */
export const volumeOctets = integer(1, Number.MAX_SAFE_INTEGER);

/** An IPv4 or IPv6 address. */
export const ipAddress = z
  .string()
  .refine((text) => isIP(text) !== 0, 'must be an IPv4 or IPv6 address')
  .meta({ anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] });

/** An IPv4 address. */
export const ipv4Address = z.string().refine(isIPv4, 'must be an IPv4 address').meta({ format: 'ipv4' });

/** An address, or a block such as `10.0.0.0/8`. */
export const ipBlock = z
  .string()
  .refine((text) => isIP(text) !== 0 || isCidr(text), 'must be an IP address or a block such as 10.0.0.0/8')
  .describe('An address, or a block such as 10.0.0.0/8.');

/** An IPv6 prefix such as `2001:db8::/56`. */
export const ipv6Prefix = z
  .string()
  .refine((text) => isCidr(text) && text.includes(':'), 'must be an IPv6 prefix such as 2001:db8::/56')
  .describe('An IPv6 prefix such as 2001:db8::/56.');

/** Framed-Route (RFC 2865 §5.22): an IPv4 prefix, then a gateway and metrics if any. */
export const framedRoute = attributeText
  .refine((text) => {
    const [prefix = ''] = text.split(' ');
    return isCidr(prefix) && !prefix.includes(':');
  }, 'must begin with an IPv4 prefix such as 10.0.0.0/24')
  .describe('An IPv4 prefix, then a gateway and metrics if any.');

/** An ISO 8601 instant that says its zone: `2026-11-21T07:30:00Z` or `…+03:30`, of the years 1900 to 9999 in UTC. */
export const isoInstant = z.iso
  .datetime({
    offset: true,
    error: 'must be an ISO 8601 instant with a zone, such as 2026-11-21T07:30:00Z',
  })
  .refine((text) => isWithinYears(Date.parse(text)), 'must be of the years 1900 to 9999');

/** Whether an instant is of the years 1900 to 9999: others are slips, and not all stores and texts can hold them. */
export function isWithinYears(instant: Instant): boolean {
  return instant >= FIRST_INSTANT && instant < END_OF_YEARS;
}

/** The field, or '' to clear it. */
export function orEmpty<T extends z.ZodType<string>>(field: T) {
  return z
    .string()
    .superRefine((text, context) => {
      if (text === '') return;
      for (const { message } of field.safeParse(text).error?.issues ?? []) {
        context.addIssue({ code: 'custom', message });
      }
    })
    .describe('Empty clears it.');
}

function isCidr(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (isIPv4(address)) return Number(bits) <= 32;
  return isIPv6(address) && !address.includes('%') && Number(bits) <= 128;
}
