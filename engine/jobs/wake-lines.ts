import { setTimeout as sleep } from 'node:timers/promises';
import type { CounterStore } from '../pipeline/counter-store.ts';
import type { LineContext } from '../pipeline/line-change.ts';
import type { LineEngine } from '../pipeline/line-engine.ts';
import type { RuleResult } from '../pipeline/line-rule.ts';
import { wakeLine } from '../pipeline/wake-line.ts';
import type { LineState } from '../policy/line-state.ts';
import { monotonicMs } from '../runtime/clock.ts';

/** Lines looked at in one go, between which packets have their turn. */
const PAGE = 100;

/** After so many pages the caller has its turn; what is left is found again. */
const PAGES_MAX = 40;

/**
 * Looks at every line whose planned moment has come: silent sessions, ended services, opened windows. Resolves to the
 * number of lines looked at. Rejects when a line of the page could not be stored, once the whole page was tried. After
 * each page it rests for as long as the page took: a hundred thousand lines may have their moment at once, and packets
 * come first.
 * @param goesOn asked before each page.
 */
export async function wakeDueLines(
  counters: Pick<CounterStore, 'dueLines'>,
  engine: LineEngine,
  context: LineContext,
  goesOn: () => boolean = () => true,
): Promise<number> {
  let total = 0;
  while (goesOn()) {
    const startedAt = monotonicMs();
    const due = await counters.dueLines(context.now, PAGE);
    const looks = await Promise.allSettled(
      due.map((username) => engine.run(username, context.now, (line) => wakeRule(line, context))),
    );
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    total += due.length;
    if (due.length < PAGE || total >= PAGES_MAX * PAGE) return total;
    await sleep(monotonicMs() - startedAt);
  }
  return total;
}

/** A line that is gone is taken out of the index by storing that there is nothing. */
function wakeRule(line: LineState | undefined, context: LineContext): RuleResult<undefined> {
  const change =
    line === undefined
      ? { state: undefined, events: [], effects: [], wakeAt: undefined }
      : wakeLine(line, context);
  return { change, result: undefined };
}
