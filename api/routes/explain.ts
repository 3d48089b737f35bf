import { Hono } from 'hono';
import { explainQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { explain, explainAnswer } from '../explanation.ts';
import { toIso } from '../iso-time.ts';
import { NO_SUCH_LINE, pathUsername } from '../path-username.ts';
import { notFound, unprocessable } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** GET /lines/{username}/explain: why the line had at an instant what it had, as data and in words. */
export function explainRoutes(deps: ApiDeps): Hono {
  return new Hono().get('/lines/:username/explain', async (c) => {
    const query = readInput(c, explainQuery, c.req.query());
    if (!query.ok) return query.error;
    const { at } = query.value;
    const now = deps.clock.now();
    if (at !== undefined && at > now) {
      return unprocessable(c, [{ path: 'at', message: `must not be after now, ${toIso(now)}` }]);
    }
    const username = pathUsername(c);
    const explanation = username === undefined ? undefined : await explain(deps, username, at);
    if (explanation === undefined) return notFound(c, NO_SUCH_LINE);
    return c.json(explainAnswer(explanation));
  });
}
