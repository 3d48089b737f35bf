import { Hono } from 'hono';
import { testClockBody } from '../../schemas/http/queries.ts';
import type { StatusDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { readJson } from '../json-body.ts';
import { notFound, unprocessable } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** PUT /test-clock: moves the program's time forward, when it was started on a clock that can be moved. */
export function testClockRoutes({ testClock }: StatusDeps): Hono {
  return new Hono().put('/test-clock', async (c) => {
    if (testClock === undefined) return notFound(c, 'The program runs on the machine’s own clock.');
    const json = await readJson(c);
    if (!json.ok) return json.error;
    const body = readInput(c, testClockBody, json.value);
    if (!body.ok) return body.error;
    const current = testClock.now();
    if (body.value.now < current) {
      return unprocessable(c, [{ path: 'now', message: `must not be before ${toIso(current)}` }]);
    }
    testClock.moveTo(body.value.now);
    return c.json({ now: toIso(testClock.now()) });
  });
}
