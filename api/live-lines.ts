import type { namedLineAnswer } from '../schemas/http/line-answers.ts';
import type { Told } from '../schemas/http/told.ts';
import type { ApiDeps } from './deps.ts';
import { liveLine } from './live-line.ts';

/** A line with the subscriber's name, for lists. */
export type NamedLine = Told<typeof namedLineAnswer>;

/** Lines by username after `after`, at most `limit`: names from the ledger, everything else from the counters. */
export async function readLiveLines(
  { ledger, counters, clock }: Pick<ApiDeps, 'ledger' | 'counters' | 'clock'>,
  limit: number,
  after?: string,
): Promise<readonly NamedLine[]> {
  const [lines, { plans }] = await Promise.all([ledger.lines(limit, after), counters.reference()]);
  const histories = new Map(plans.map((plan) => [plan.name, plan]));
  return Promise.all(
    lines.map(async ({ username, displayName, profile, grants }) => {
      const { state = { profile, grants, sessions: [], forgotten: undefined } } =
        await counters.load(username);
      return { name: displayName, ...liveLine(state, (plan) => histories.get(plan), clock.now()) };
    }),
  );
}
