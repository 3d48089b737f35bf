import { inTime } from '../../engine/runtime/in-time.ts';
import { clockAnswer, stillRunning } from '../../schemas/http/job-answers.ts';
import { testClockBody } from '../../schemas/http/queries.ts';
import type { StatusDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { notFound, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

const OWN_CLOCK = 'The program runs on the machine’s own clock.';

/** How long a call waits for the time that it lets pass. */
const ANSWER_WITHIN_MS = 45_000;

/** Moves the program's time forward, when it was started on a clock that can be moved. */
export function testClockRoutes({ testClock, passTime }: StatusDeps): Resource {
  let passing: Promise<{ isOver: true } | { failure: unknown }> | undefined;
  const routes = new Resource('Tests').serve(
    {
      ...{ method: 'post', path: '/test-clock/pass', operationId: 'passTime' },
      summary: 'Let time pass on a clock for tests, all that is due on the way being done',
      body: testClockBody,
      answers: { 200: clockAnswer, 202: stillRunning },
      problems: { 404: OWN_CLOCK },
    },
    async ({ body: { now } }, c) => {
      if (testClock === undefined || passTime === undefined) return notFound(c, OWN_CLOCK);
      passing ??= passTime(now).then(
        () => ({ isOver: true }) as const,
        (failure: unknown) => ({ failure }),
      );
      const told = await inTime(passing, ANSWER_WITHIN_MS).catch(() => ({ isOver: false }) as const);
      if (!('isOver' in told) || told.isOver) passing = undefined;
      if ('failure' in told) throw told.failure;
      return told.isOver ? { now: toIso(testClock.now()) } : c.json({ running: true }, 202);
    },
  );
  return routes.serve(
    {
      ...{ method: 'put', path: '/test-clock', operationId: 'moveClock' },
      summary: 'Move the program’s time forward, on a clock for tests',
      body: testClockBody,
      answers: { 200: clockAnswer },
      problems: { 404: OWN_CLOCK },
    },
    ({ body: { now } }, c) => {
      if (testClock === undefined) return notFound(c, OWN_CLOCK);
      const current = testClock.now();
      if (now < current) {
        return unprocessable(c, [{ path: 'now', message: `must not be before ${toIso(current)}` }]);
      }
      testClock.moveTo(now);
      return { now: toIso(testClock.now()) };
    },
  );
}
