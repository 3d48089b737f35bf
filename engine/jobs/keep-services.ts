import { LIFE_WORKS, type LifeStore, type LifeWork, type WorkPosition } from '../orders/life-store.ts';
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
  /**
   * Does all that is due now, to its end; resolves to how many things that were. Rejects with `WorkFailed` when some cannot
   * be done, once all others are; at once when the ledger does not answer.
   */
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

/**
 * A page of each work at a time, from the first thing that is due to the last one: what cannot be done is told of, and holds
 * up neither what is due behind it nor another work.
 */
export function createServiceKeeper({
  life,
  mayRun,
  onChanged,
  now,
  log,
}: ServiceKeeperParts): ServiceKeeper {
  const lookedAt = new Map<LifeWork, Instant>();
  /** Where works are to go on that are not at their end. */
  const positions = new Map<LifeWork, WorkPosition>();

  const runAll = async (): Promise<number> => {
    const at = now();
    const failures: unknown[] = [];
    let done = 0;
    for (const work of LIFE_WORKS) {
      let position: WorkPosition | undefined;
      do {
        const page = await life.work(work, at, PAGE, position);
        done += page.done;
        failures.push(...page.failures);
        position = page.next;
        if (page.done > 0) await onChanged();
      } while (position !== undefined);
    }
    if (failures.length > 0) throw new WorkFailed(done, failures);
    return done;
  };
  const isDue = (work: LifeWork, at: Instant): boolean => {
    const last = lookedAt.get(work);
    return last === undefined || at - last >= PACES[work] || at < last;
  };
  const warn = (work: LifeWork, reason: unknown): void =>
    log.warn({ work, reason: String(reason) }, 'a work of the services failed and will be repeated');
  /** Does a page; the number of things, and whether more may be due. Does not reject. */
  const runPage = async (work: LifeWork, at: Instant): Promise<{ done: number; isMore: boolean }> => {
    const position = positions.get(work);
    positions.delete(work);
    try {
      const { done, failures, next } = await life.work(work, at, PAGE, position);
      if (failures.length > 0) warn(work, new WorkFailed(done, failures));
      if (next === undefined) lookedAt.set(work, at);
      else positions.set(work, next);
      return { done, isMore: next !== undefined };
    } catch (reason) {
      lookedAt.set(work, at);
      warn(work, reason);
      return { done: 0, isMore: false };
    }
  };
  const run = async (): Promise<boolean> => {
    if (!(await mayRun())) return false;
    const at = now();
    let isMore = false;
    let changed = 0;
    for (const work of LIFE_WORKS) {
      if (!positions.has(work) && !isDue(work, at)) continue;
      const page = await runPage(work, at);
      changed += page.done;
      isMore ||= page.isMore;
    }
    if (changed > 0) await onChanged();
    return isMore;
  };
  const { start, stop } = createRepeater('services', run, log);
  return { runAll, start, stop };
}
