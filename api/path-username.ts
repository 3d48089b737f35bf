import type { Context } from 'hono';
import { usernameText } from '../schemas/http/fields.ts';

/** The username in the address, or `undefined` when no line can have that name and no store need be asked. */
export function pathUsername(c: Context): string | undefined {
  const parsed = usernameText.safeParse(c.req.param('username'));
  return parsed.success ? parsed.data : undefined;
}

/** What a 404 says about a line that does not exist. */
export const NO_SUCH_LINE = 'There is no line of this username.';

/** The params of a route about one line. */
export const lineParams = { username: usernameText.describe('As the subscriber logs in.') };
