import type { Reconciliation } from '../subscribers/reconcile.ts';
import { type ReconcileSources, reconcileAll } from './reconcile-run.ts';
import { createRepeater, type JobLog } from './repeat.ts';

/** What the reconciler works on. */
export interface ReconcilerParts extends ReconcileSources {
  /** Told of every run that came to its end. */
  onResult(result: Reconciliation): void;
  /** Whether this program is the one that compares by itself; asked before every run that nobody ordered. */
  readonly mayRun?: () => Promise<boolean>;
  readonly log: JobLog;
}

/** Compares counters, ledger and history, line by line, while all of them are in use. */
export interface Reconciler {
  /**
   * Compares all lines, or joins the run in work. Rejects when a store does not answer, and when `stop` cuts it short.
   */
  runOnce(): Promise<Reconciliation>;
  /** Runs now and then every `intervalMs`, and sooner after a run that failed. */
  start(intervalMs: number): void;
  /** Cuts a run in work short; none begins after it. */
  stop(): Promise<void>;
  readonly isRunning: boolean;
  /** What the last run that came to its end has found. */
  readonly last: Reconciliation | undefined;
}

/** The pages of one run are read one after the other, so that it takes a small part of each store's time. */
export function createReconciler(parts: ReconcilerParts): Reconciler {
  const closing = new AbortController();
  let running: Promise<Reconciliation> | undefined;
  let last: Reconciliation | undefined;

  const run = async (): Promise<Reconciliation> => {
    closing.signal.throwIfAborted();
    const found = await reconcileAll(parts, closing.signal);
    last = found;
    parts.onResult(found);
    if (found.unreconciledOctets > 0) warn(parts.log, found);
    return found;
  };
  const runOnce = (): Promise<Reconciliation> => {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
  const repeated = async (): Promise<boolean> => {
    if (parts.mayRun !== undefined && !(await parts.mayRun())) return false;
    await runOnce().catch((reason: unknown) => {
      if (!closing.signal.aborted) throw reason;
    });
    return false;
  };
  const repeater = createRepeater('reconciliation', repeated, parts.log);
  return {
    runOnce,
    start: repeater.start,
    async stop() {
      closing.abort(new Error('the program is stopping'));
      await Promise.all([repeater.stop(), running?.catch(() => undefined)]);
    },
    get isRunning() {
      return running !== undefined;
    },
    get last() {
      return last;
    },
  };
}

function warn(log: JobLog, { unreconciledOctets, differingLines, differences }: Reconciliation): void {
  log.warn(
    { unreconciledOctets, differingLines, first: differences[0] },
    'counters, ledger and history do not agree',
  );
}
