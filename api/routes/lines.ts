import { Hono } from 'hono';
import { linesQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { liveLine } from '../live-line.ts';
import { readLiveLines } from '../live-lines.ts';
import { NO_SUCH_LINE, pathUsername } from '../path-username.ts';
import { notFound } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** GET /lines and /lines/{username}, as the counters have them now; POST /lines/{username}/kick and release-mac. */
export function lineRoutes(deps: ApiDeps): Hono {
  const { counters, clock, control } = deps;
  return new Hono()
    .get('/lines', async (c) => {
      const query = readInput(c, linesQuery, c.req.query());
      if (!query.ok) return query.error;
      const { limit, after } = query.value;
      const lines = await readLiveLines(deps, limit, after);
      const next = lines.length === limit ? (lines.at(-1)?.username ?? null) : null;
      return c.json({ lines, next });
    })
    .get('/lines/:username', async (c) => {
      const username = pathUsername(c);
      if (username === undefined) return notFound(c, NO_SUCH_LINE);
      const [{ state }, { plans }] = await Promise.all([counters.load(username), counters.reference()]);
      if (state === undefined) return notFound(c, NO_SUCH_LINE);
      const planNamed = (wanted: string) => plans.find(({ name }) => name === wanted);
      return c.json(liveLine(state, planNamed, clock.now()));
    })
    .post('/lines/:username/release-mac', async (c) => {
      const username = pathUsername(c);
      if (username === undefined) return notFound(c, NO_SUCH_LINE);
      const { state } = await counters.load(username);
      if (state === undefined) return notFound(c, NO_SUCH_LINE);
      return c.json({ username, released: await control.releaseMac(username) });
    })
    .post('/lines/:username/kick', async (c) => {
      const username = pathUsername(c);
      if (username === undefined) return notFound(c, NO_SUCH_LINE);
      const { state } = await counters.load(username);
      if (state === undefined) return notFound(c, NO_SUCH_LINE);
      return c.json({ username, sessions: await control.kick(username) });
    });
}
