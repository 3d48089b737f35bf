import { Hono } from 'hono';
import { inTime } from '../../engine/runtime/in-time.ts';
import type { Reconciliation } from '../../engine/subscribers/reconcile.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { notFound, problem } from '../problem.ts';

/** How long a call waits for the run that it asked for: clients and proxies give up after a minute or two. */
const ANSWER_WITHIN_MS = 45_000;

/** What a reconciliation has found; instants are ISO 8601. */
export interface ReconcileAnswer extends Omit<Reconciliation, 'startedAt' | 'finishedAt'> {
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** What is answered while a run goes on: ask again. */
export interface ReconcileRunning {
  readonly running: true;
}

/**
 * POST /reconcile: compares counters, ledger and history now, or joins the run in work, and answers what it found; 202
 * when it takes longer than a call may. GET /reconcile: whether one runs, and what the last one found.
 */
export function reconcileRoutes(
  { reconciler, onError }: ApiDeps,
  answerWithinMs: number = ANSWER_WITHIN_MS,
): Hono {
  const absent = 'This process does not compare the stores.';
  return new Hono()
    .post('/reconcile', async (c) => {
      if (reconciler === undefined) return notFound(c, absent);
      const run = reconciler.runOnce().then(
        (result) => c.json(reconcileAnswer(result)),
        (reason: unknown) => {
          onError?.(reason);
          const detail = 'A database did not answer, or what was counted has not reached it in time.';
          return problem(c, { status: 503, title: 'The comparison did not come to its end', detail });
        },
      );
      // It does not reject of itself: what fails here is the waiting.
      return inTime(run, answerWithinMs).catch(() =>
        c.json({ running: true } satisfies ReconcileRunning, 202),
      );
    })
    .get('/reconcile', (c) => {
      if (reconciler === undefined) return notFound(c, absent);
      const { isRunning, last } = reconciler;
      return c.json({ running: isRunning, last: last === undefined ? null : reconcileAnswer(last) });
    });
}

function reconcileAnswer(found: Reconciliation): ReconcileAnswer {
  return { ...found, startedAt: toIso(found.startedAt), finishedAt: toIso(found.finishedAt) };
}
