import { LIFE_WORKS, type LifeStore, type LifeWork } from '../orders/life-store.ts';
import { WorkFailed } from '../orders/work-failed.ts';
import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import { createRepeater, type JobLog } from './repeat.ts';

/** What the keeper of services works with. */
export interface ServiceKeeperParts {
  readonly life: Pick<LifeStore, 'work'>;
  /** Whether this program is the one that does it; asked before every run. */
  readonly mayRun: () => Promise<boolean>;
  /** Told when lines were changed, so that the packet path hears of it at once. */
  readonly onChanged: () => Promise<void>;
  now(): Instant;
  readonly log: JobLog;
}

/** Does what time alone brings to services, messages and bills. */
export interface ServiceKeeper {
  /** Does all that is due now, to its end; resolves to how many things that were. Rejects when the ledger does not answer. */
  runAll(): Promise<number>;
  /** Runs every `intervalMs` until `stop`, each work at its own pace. */
  start(intervalMs: number): void;
  stop(): Promise<void>;
}

/** Things of one page. */
const PAGE = 200;

/** How often each work is looked for. What is on time by the second is; the others have all day. */
const PACES: Readonly<Record<LifeWork, number>> = {
  recharge: SECOND_MS,
  exhaust: 5 * SECOND_MS,
  'end-pauses': 10 * SECOND_MS,
  'withdraw-addresses': MINUTE_MS,
  'enforce-documents': MINUTE_MS,
  collect: 30 * SECOND_MS,
  remind: 30 * SECOND_MS,
  bill: MINUTE_MS,
  'close-orders': 10 * MINUTE_MS,
};

/** A page of each work at a time; a work that fails is told of and holds up no other. */
export function createServiceKeeper({
  life,
  mayRun,
  onChanged,
  now,
  log,
}: ServiceKeeperParts): ServiceKeeper {
  const lookedAt = new Map<LifeWork, Instant>();

  const runPages = async (work: LifeWork, at: Instant): Promise<number> => {
    let done = 0;
    for (;;) {
      const page = await life.work(work, at, PAGE).catch((reason: unknown) => {
        // What is left is tried to its end before one that cannot be done is told of.
        if (reason instanceof WorkFailed && reason.done > 0) return reason.done;
        throw reason;
      });
      done += page;
      if (page === 0) return done;
      await onChanged();
    }
  };
  const runAll = async (): Promise<number> => {
    const at = now();
    let done = 0;
    for (const work of LIFE_WORKS) done += await runPages(work, at);
    return done;
  };
  const isDue = (work: LifeWork, at: Instant): boolean => {
    const last = lookedAt.get(work);
    return last === undefined || at - last >= PACES[work] || at < last;
  };
  const run = async (): Promise<boolean> => {
    if (!(await mayRun())) return false;
    const at = now();
    let isMore = false;
    let changed = 0;
    for (const work of LIFE_WORKS.filter((one) => isDue(one, at))) {
      try {
        const done = await life.work(work, at, PAGE);
        changed += done;
        if (done < PAGE) lookedAt.set(work, at);
        else isMore = true;
      } catch (reason) {
        const done = reason instanceof WorkFailed ? reason.done : 0;
        changed += done;
        if (done === 0) lookedAt.set(work, at);
        else isMore = true;
        log.warn({ work, reason: String(reason) }, 'a work of the services failed and will be repeated');
      }
    }
    if (changed > 0) await onChanged();
    return isMore;
  };
  const { start, stop } = createRepeater('services', run, log);
  return { runAll, start, stop };
}
