import { inTime } from '../../engine/runtime/in-time.ts';
import type { Reconciliation } from '../../engine/subscribers/reconcile.ts';
import { reconcileAnswer, reconcileState, stillRunning } from '../../schemas/http/job-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { notFound, problem } from '../problem.ts';
import { Resource } from '../route.ts';

/** How long a call waits for the run that it asked for: clients and proxies give up after a minute or two. */
const ANSWER_WITHIN_MS = 45_000;

const ABSENT = 'This process does not compare the stores.';
const NOT_ENDED = 'A database did not answer, or what was counted has not reached it in time.';

/** What a reconciliation has found. */
export type ReconcileAnswer = Told<typeof reconcileAnswer>;

/** What is answered while a run goes on: ask again. */
export type ReconcileRunning = Told<typeof stillRunning>;

/** Compares counters, ledger and history, or joins the run in work; tells what the last one found. */
export function reconcileRoutes(
  { reconciler, onError }: ApiDeps,
  answerWithinMs: number = ANSWER_WITHIN_MS,
): Resource {
  return new Resource('Reconciliation')
    .serve(
      {
        ...{ method: 'post', path: '/reconcile', operationId: 'reconcile' },
        summary: 'Compare counters, ledger and history now',
        answers: { 200: reconcileAnswer, 202: stillRunning },
        problems: { 404: ABSENT, 503: NOT_ENDED },
      },
      async (_, c) => {
        if (reconciler === undefined) return notFound(c, ABSENT);
        const run = reconciler.runOnce().then(answerOf, (reason: unknown) => {
          onError?.(reason);
          const title = 'The comparison did not come to its end';
          return problem(c, { status: 503, title, detail: NOT_ENDED });
        });
        // It does not reject of itself: what fails here is the waiting.
        return inTime(run, answerWithinMs).catch(() =>
          c.json({ running: true } satisfies ReconcileRunning, 202),
        );
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/reconcile', operationId: 'showReconciliation' },
        summary: 'Show whether a comparison runs, and what the last one found',
        answers: { 200: reconcileState },
        problems: { 404: ABSENT },
      },
      (_, c) => {
        if (reconciler === undefined) return notFound(c, ABSENT);
        const { isRunning, last } = reconciler;
        return { running: isRunning, last: last === undefined ? null : answerOf(last) };
      },
    );
}

function answerOf(found: Reconciliation): ReconcileAnswer {
  return { ...found, startedAt: toIso(found.startedAt), finishedAt: toIso(found.finishedAt) };
}
