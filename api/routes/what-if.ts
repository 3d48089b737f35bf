import type { Context } from 'hono';
import type { z } from 'zod';
import { ROWS_KEPT_MS } from '../../engine/explain/line-past.ts';
import type { ServiceTrack } from '../../engine/explain/service-track.ts';
import type { WhatIf } from '../../engine/explain/what-if.ts';
import { inTime } from '../../engine/runtime/in-time.ts';
import { declaredPlan } from '../../engine/subscribers/declared.ts';
import { fail, ok, type Result } from '../../engine/values/result.ts';
import { tehranDayStart } from '../../engine/values/tehran-time.ts';
import { usageQuery } from '../../schemas/http/queries.ts';
import type { Told } from '../../schemas/http/told.ts';
import { whatIfBody, whatIfShown } from '../../schemas/http/what-if.ts';
import {
  type replayAnswer,
  type trackAnswer,
  whatIfAnswer,
  whatIfRunning,
} from '../../schemas/http/what-if-answers.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { type FieldError, problem, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';
import { WhatIfRuns } from '../what-if-runs.ts';
import { RESERVATIONS, type Reservation } from '../words/what-if-words.ts';

/** How long a call waits for its run: clients and proxies give up after a minute or two. */
const ANSWER_WITHIN_MS = 45_000;

const IN_WORK = 'Another replay is in work';
const NOT_ENDED = 'The replay did not come to its end';

/** What a line had within the range. */
export type TrackAnswer = Told<typeof trackAnswer>;

/** A line that a change of plans would have changed most. */
export type ReplayAnswer = Told<typeof replayAnswer>;

/** What changed plans would have done. */
export type WhatIfAnswer = Told<typeof whatIfAnswer>;

/** What is answered while the run goes on: ask the same again. */
export type WhatIfRunning = Told<typeof whatIfRunning>;

/** Replays what lines of the given plans have used as if the plans had been those of the body. Nothing is written. */
export function whatIfRoutes(deps: ApiDeps, answerWithinMs: number = ANSWER_WITHIN_MS): Resource {
  const { counters, clock, onError } = deps;
  const runs = new WhatIfRuns(deps.ledger, deps.usage);
  return new Resource('Plans').serve(
    {
      ...{ method: 'post', path: '/what-if', operationId: 'whatIf' },
      summary: 'Replay what lines have used as if their plans had been these',
      description: 'Yesterday in Tehran by default. Nothing is written.',
      query: usageQuery,
      body: whatIfBody,
      shownBody: whatIfShown,
      bodyOctetsMax: 1024 * 1024,
      answers: { 200: whatIfAnswer, 202: whatIfRunning },
      problems: { 409: `${IN_WORK}.`, 503: `${NOT_ENDED}.` },
    },
    async ({ query, body }, c) => {
      const range = readRange(c, query, clock.now());
      if (!range.ok) return range.error;
      const histories = new Map((await counters.reference()).plans.map((plan) => [plan.name, plan]));
      const unknown = body.plans.flatMap(({ name }, index): FieldError[] =>
        histories.has(name) ? [] : [{ path: `plans[${index}].name`, message: `there is no plan ${name}` }],
      );
      if (unknown.length > 0) return unprocessable(c, unknown);
      const changed = new Map(body.plans.map((plan) => [plan.name, declaredPlan(plan)]));
      const key = JSON.stringify([...changed, range.value]);
      const run = runs.join(key, { changed, plans: (name) => histories.get(name), ...range.value });
      if (run === undefined) {
        return problem(c, { status: 409, title: IN_WORK, detail: 'Please try again shortly.' });
      }
      const answered = run.then(answerOf, (reason: unknown) => {
        onError?.(reason);
        return problem(c, { status: 503, title: NOT_ENDED });
      });
      try {
        const answer = await inTime(answered, answerWithinMs);
        runs.told(key);
        return answer;
      } catch {
        // It does not reject of itself: what failed here was the waiting.
        return c.json({ running: true, lines: runs.lines } satisfies WhatIfRunning, 202);
      }
    },
  );
}

/** Yesterday in Tehran by default; not after now, and not before what is kept. */
function readRange(
  c: Context,
  query: z.output<typeof usageQuery>,
  now: number,
): Result<{ from: number; to: number }, Response> {
  const to = query.to ?? tehranDayStart(now);
  const from = query.from ?? tehranDayStart(to - 1);
  const faults: FieldError[] = [];
  if (from >= to) faults.push({ path: 'from', message: 'must be before to' });
  if (to > now) faults.push({ path: 'to', message: `must not be after now, ${toIso(now)}` });
  if (from < now - ROWS_KEPT_MS) {
    faults.push({
      path: 'from',
      message: `must not be before ${toIso(now - ROWS_KEPT_MS)}: records are not kept longer`,
    });
  }
  return faults.length > 0 ? fail(unprocessable(c, faults)) : ok({ from, to });
}

function answerOf({ from, to, mostAffected, ...found }: WhatIf): WhatIfAnswer {
  const keys: Reservation[] = ['same-behaviour', 'flow-after-cut', 'not-replayed'];
  if (found.startedFull > 0) keys.push('started-full');
  return {
    ...found,
    from: toIso(from),
    to: toIso(to),
    mostAffected: mostAffected.map(({ was, would, ...replay }) => ({
      ...replay,
      was: trackOf(was),
      would: trackOf(would),
    })),
    reservations: keys.map((key) => ({ key, text: RESERVATIONS[key] })),
  };
}

function trackOf(track: ServiceTrack): TrackAnswer {
  const iso = (instant: number | null) => toIsoOrNull(instant ?? undefined);
  return {
    ...track,
    slowedAt: iso(track.slowedAt),
    captiveAt: iso(track.captiveAt),
    cutAt: iso(track.cutAt),
  };
}
