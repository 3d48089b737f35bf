import type { LifeStore, LifeWork, WorkPosition } from '../../engine/orders/life-store.ts';
import type { Instant } from '../../engine/values/instant.ts';

/** Does a work to its end, but not for ever: how many things it did, and why it could not do others. */
export async function workOut(
  life: Pick<LifeStore, 'work'>,
  work: LifeWork,
  now: Instant,
  limit = 100,
): Promise<{ readonly done: number; readonly failures: readonly unknown[] }> {
  const failures: unknown[] = [];
  let done = 0;
  let after: WorkPosition | undefined;
  for (let pages = 0; pages < 50; pages += 1) {
    const page = await life.work(work, now, limit, after);
    failures.push(...page.failures);
    done += page.done;
    after = page.next;
    if (after === undefined) return { done, failures };
  }
  throw new Error(`${work} never ends`);
}
