import type { MiddlewareHandler } from 'hono';

/** Header of every answer of the API, refusals too: by it a program knows that it speaks with Mizan. */
export const MIZAN_HEADER = 'mizan-api';

/** Gives every answer behind it the header, whatever its status. */
export const sayMizan: MiddlewareHandler = async (c, next) => {
  await next();
  c.header(MIZAN_HEADER, 'v1');
};
