import type { Logger } from 'pino';
import { allSunk } from './jobs/all-sunk.ts';
import { createReconciler, type Reconciler } from './jobs/reconcile.ts';
import type { Stores } from './open-stores.ts';
import { noteReconciliation } from './process-metrics.ts';
import type { Clock } from './runtime/clock.ts';
import { MINUTE_MS } from './values/instant.ts';

const EVERY_MS = 60 * MINUTE_MS;
const SUNK_WITHIN_MS = MINUTE_MS;

/**
 * The reconciler of this process: on demand, and every hour where `isRepeated`, by that one of several workers that
 * carries the event log over.
 */
export function startReconciliation(
  { counters, ledger, usage }: Stores,
  clock: Clock,
  log: Logger,
  isRepeated: boolean,
): Reconciler {
  const reconciler = createReconciler({
    ...{ counters, ledger, log },
    history: usage,
    sunk: () => allSunk(counters, SUNK_WITHIN_MS),
    now: () => clock.now(),
    onResult: noteReconciliation,
    mayRun: () => counters.lease('sink:0'),
  });
  if (isRepeated) reconciler.start(EVERY_MS);
  return reconciler;
}
