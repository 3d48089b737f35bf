import { z } from 'zod';
import { boundedList } from './bounded.ts';
import {
  attributeText,
  framedRoute,
  integer,
  ipv4Address,
  ipv6Prefix,
  isoInstant,
  orEmpty,
  printableText,
  titleText,
  usernameText,
  volumeOctets,
} from './fields.ts';

/** Longest User-Password (RFC 2865 §5.2). */
const PASSWORD_OCTETS = 128;

const grantDeclaration = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9._:@-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ : @ -'),
    kind: z.enum(['extra', 'timed', 'gift'], 'must be "extra", "timed" or "gift"'),
    octets: volumeOctets,
    from: isoInstant.optional(),
    until: isoInstant.optional(),
    priority: integer(-1_000, 1_000).optional(),
  })
  .refine(
    ({ from, until }) => from === undefined || until === undefined || Date.parse(from) < Date.parse(until),
    { path: ['until'], message: 'must be after from' },
  );

/** What a subscriber's password may be. */
export const passwordText = printableText(PASSWORD_OCTETS);

/** A line in a provisioning document. */
export const lineDeclaration = z
  .strictObject({
    username: usernameText,
    password: passwordText.optional(),
    plan: titleText,
    name: printableText(256).optional(),
    status: z.enum(['active', 'suspended', 'closed'], 'must be "active", "suspended" or "closed"').optional(),
    staticIp: orEmpty(ipv4Address).optional(),
    concurrentSessions: integer(0, 1_000).optional(),
    macLock: attributeText.optional(),
    framedRoutes: boundedList(framedRoute, 32, 'must be at most 32 routes').optional(),
    framedIpv6Prefix: orEmpty(ipv6Prefix).optional(),
    delegatedIpv6Prefix: orEmpty(ipv6Prefix).optional(),
    expiresAt: isoInstant.optional(),
    reserve: z
      .strictObject({ plan: titleText, from: isoInstant.optional(), expiresAt: isoInstant.optional() })
      .nullable()
      .optional(),
    extraGrants: boundedList(grantDeclaration, 1_000, 'must be at most 1000 grants').optional(),
  })
  .meta({ id: 'LineDeclaration', description: 'A line, as it is declared.' });
