import { clockAnswer } from '../../schemas/http/job-answers.ts';
import { testClockBody } from '../../schemas/http/queries.ts';
import type { StatusDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { notFound, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

const OWN_CLOCK = 'The program runs on the machine’s own clock.';

/** Moves the program's time forward, when it was started on a clock that can be moved. */
export function testClockRoutes({ testClock }: StatusDeps): Resource {
  return new Resource('Tests').serve(
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
