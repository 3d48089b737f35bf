import { type Context, Hono } from 'hono';
import { ROWS_KEPT_MS } from '../../engine/explain/line-past.ts';
import type { LineReplay } from '../../engine/explain/replay-line.ts';
import type { ServiceTrack } from '../../engine/explain/service-track.ts';
import type { WhatIf } from '../../engine/explain/what-if.ts';
import { inTime } from '../../engine/runtime/in-time.ts';
import { declaredPlan } from '../../engine/subscribers/declared.ts';
import { fail, ok, type Result } from '../../engine/values/result.ts';
import { tehranDayStart } from '../../engine/values/tehran-time.ts';
import { usageQuery } from '../../schemas/http/queries.ts';
import { whatIfBody } from '../../schemas/http/what-if.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { readJson } from '../json-body.ts';
import { type FieldError, problem, unprocessable } from '../problem.ts';
import { readInput } from '../read-input.ts';
import { WhatIfRuns } from '../what-if-runs.ts';
import { RESERVATIONS, type Reservation } from '../words/what-if-words.ts';

/** How long a call waits for its run: clients and proxies give up after a minute or two. */
const ANSWER_WITHIN_MS = 45_000;

/** What a line had within the range; instants are ISO 8601. */
export type TrackAnswer = Omit<ServiceTrack, 'slowedAt' | 'captiveAt' | 'cutAt'> &
  Readonly<Record<'slowedAt' | 'captiveAt' | 'cutAt', string | null>>;

/** A line that a change of plans would have changed most. */
export type ReplayAnswer = Omit<LineReplay, 'was' | 'would'> & {
  readonly was: TrackAnswer;
  readonly would: TrackAnswer;
};

/** What changed plans would have done; instants are ISO 8601. */
export interface WhatIfAnswer extends Omit<WhatIf, 'from' | 'to' | 'mostAffected'> {
  readonly from: string;
  readonly to: string;
  readonly mostAffected: readonly ReplayAnswer[];
  /** What the figures cannot tell. */
  readonly reservations: readonly { readonly key: Reservation; readonly text: { fa: string; en: string } }[];
}

/** What is answered while the run goes on: ask the same again. */
export interface WhatIfRunning {
  readonly running: true;
  readonly lines: number;
}

/**
 * POST /what-if: replays what lines of the given plans have used, yesterday by default, as if the plans had been those of the
 * body. Nothing is written. 202 while a run takes longer than a call may, 409 while another one is in work.
 */
export function whatIfRoutes(deps: ApiDeps, answerWithinMs: number = ANSWER_WITHIN_MS): Hono {
  const { counters, clock, onError } = deps;
  const runs = new WhatIfRuns(deps.ledger, deps.usage);
  return new Hono().post('/what-if', async (c) => {
    const json = await readJson(c);
    if (!json.ok) return json.error;
    const body = readInput(c, whatIfBody, json.value);
    if (!body.ok) return body.error;
    const range = readRange(c, clock.now());
    if (!range.ok) return range.error;
    const histories = new Map((await counters.reference()).plans.map((plan) => [plan.name, plan]));
    const unknown = body.value.plans.flatMap(({ name }, index): FieldError[] =>
      histories.has(name) ? [] : [{ path: `plans[${index}].name`, message: `there is no plan ${name}` }],
    );
    if (unknown.length > 0) return unprocessable(c, unknown);
    const changed = new Map(body.value.plans.map((plan) => [plan.name, declaredPlan(plan)]));
    const key = JSON.stringify([...changed, range.value]);
    const run = runs.join(key, { changed, plans: (name) => histories.get(name), ...range.value });
    if (run === undefined) {
      return problem(c, {
        status: 409,
        title: 'Another replay is in work',
        detail: 'Please try again shortly.',
      });
    }
    const answered = run.then(
      (found) => c.json(whatIfAnswer(found)),
      (reason: unknown) => {
        onError?.(reason);
        return problem(c, { status: 503, title: 'The replay did not come to its end' });
      },
    );
    try {
      const answer = await inTime(answered, answerWithinMs);
      runs.told(key);
      return answer;
    } catch {
      // It does not reject of itself: what failed here was the waiting.
      return c.json({ running: true, lines: runs.lines } satisfies WhatIfRunning, 202);
    }
  });
}

/** Yesterday in Tehran by default; not after now, and not before what is kept. */
function readRange(c: Context, now: number): Result<{ from: number; to: number }, Response> {
  const query = readInput(c, usageQuery, c.req.query());
  if (!query.ok) return query;
  const to = query.value.to ?? tehranDayStart(now);
  const from = query.value.from ?? tehranDayStart(to - 1);
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

function whatIfAnswer({ from, to, mostAffected, ...found }: WhatIf): WhatIfAnswer {
  const keys: Reservation[] = ['same-behaviour', 'flow-after-cut', 'not-replayed'];
  if (found.startedFull > 0) keys.push('started-full');
  return {
    ...found,
    from: toIso(from),
    to: toIso(to),
    mostAffected: mostAffected.map(({ was, would, ...replay }) => ({
      ...replay,
      was: trackAnswer(was),
      would: trackAnswer(would),
    })),
    reservations: keys.map((key) => ({ key, text: RESERVATIONS[key] })),
  };
}

function trackAnswer(track: ServiceTrack): TrackAnswer {
  const iso = (instant: number | null) => toIsoOrNull(instant ?? undefined);
  return {
    ...track,
    slowedAt: iso(track.slowedAt),
    captiveAt: iso(track.captiveAt),
    cutAt: iso(track.cutAt),
  };
}
