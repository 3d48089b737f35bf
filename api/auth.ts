import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Principal, PrincipalStore } from '../engine/subscribers/principal.ts';
import { problem } from './problem.ts';

/** Whoever bears the one token of the program. */
const STAFF: Principal = { kind: 'staff', actor: 'staff' };
const KEY = 'principal';

/**
 * Lets only requests with `Authorization: Bearer <token>` pass (RFC 6750 §2.1), `principalOf` then tells whose it is;
 * others are answered 401. Digests are compared, so that neither the place of the first wrong character nor the length
 * can be measured.
 * @param token staff's.
 * @param principals whose the other tokens are.
 */
export function authenticate(token: string, principals?: PrincipalStore): MiddlewareHandler {
  const wanted = digest(token);
  const find = async (given: string): Promise<Principal | undefined> => {
    const found = digest(given);
    return timingSafeEqual(found, wanted) ? STAFF : principals?.find(found.toString('hex'));
  };
  return async (c, next) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const principal = given === undefined ? undefined : await find(given);
    if (principal !== undefined) {
      setPrincipal(c, principal);
      return next();
    }
    c.header('www-authenticate', 'Bearer realm="mizan"');
    const detail =
      given === undefined ? 'Send the header Authorization: Bearer TOKEN.' : 'The token is wrong.';
    return problem(c, { status: 401, title: 'Not authorised', detail });
  };
}

/** Notes who asks. */
export function setPrincipal(c: Context, principal: Principal): void {
  c.set(KEY, principal);
}

/** Who asks; throws where no `authenticate` stands before the route. */
export function principalOf(c: Context): Principal {
  const principal: Principal | undefined = c.get(KEY);
  if (principal === undefined) throw new Error(`${c.req.path} was asked by nobody`);
  return principal;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
