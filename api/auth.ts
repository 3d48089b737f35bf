import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { problem } from './problem.ts';

/**
 * Lets only requests with `Authorization: Bearer <token>` pass (RFC 6750 §2.1); others are answered 401.
 * Digests are compared, so that neither the place of the first wrong character nor the length can be measured.
 */
export function requireToken(token: string): MiddlewareHandler {
  const wanted = digest(token);
  return async (c, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return next();
    c.header('www-authenticate', 'Bearer realm="mizan"');
    const detail =
      given === undefined ? 'Send the header Authorization: Bearer TOKEN.' : 'The token is wrong.';
    return problem(c, { status: 401, title: 'Not authorised', detail });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
