import type { TermsLedger } from '../subscribers/terms-ledger.ts';
import type { Instant } from '../values/instant.ts';
import { createRepeater, type JobLog } from './repeat.ts';

/** What the keeper of terms works with. */
export interface TermKeeperParts {
  readonly ledger: TermsLedger;
  /** Whether this program is the one that does it; asked before every run. */
  readonly mayRun: () => Promise<boolean>;
  now(): Instant;
  readonly log: JobLog;
}

/** Does in the ledger what time alone brings, and has the packet path look at the lines concerned. */
export interface TermKeeper {
  /** Resolves to the number of lines that were put into the outbox. Rejects when the ledger does not answer. */
  runOnce(): Promise<number>;
  /** Runs every `intervalMs` until `stop`, with growing pauses while the ledger is down. */
  start(intervalMs: number): void;
  stop(): Promise<void>;
}

/** Lines of one page: what is paced is how many lines the packet path has to look at in a second. */
const PAGE = 1_000;

/** One page of each kind of work per run, so that a large plan does not come over the packet path all at once. */
export function createTermKeeper({ ledger, mayRun, now, log }: TermKeeperParts): TermKeeper {
  const runOnce = async (): Promise<number> => {
    if (!(await mayRun())) return 0;
    const at = now();
    const due = await ledger.dueTerms(at);
    const begun = due.reserves ? await ledger.beginReserves(at, PAGE) : 0;
    const brought = due.grants ? await ledger.bringGrants(at, PAGE) : 0;
    return begun + brought + (due.plans ? await ledger.lookAtPlans(at) : 0);
  };
  const run = async (): Promise<boolean> => {
    await runOnce();
    return false;
  };
  const { start, stop } = createRepeater('terms', run, log);
  return { runOnce, start, stop };
}
