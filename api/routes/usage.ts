import type { SessionUsageRow, UsageFigures } from '../../engine/subscribers/usage-history.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { usageQuery } from '../../schemas/http/queries.ts';
import { usageAnswer } from '../../schemas/http/session-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { notFound, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

/** Length of the range when `from` is not given. */
const DEFAULT_RANGE_MS = 30 * DAY_MS;

/** Usage of a line within (from, to]. */
export type UsageAnswer = Told<typeof usageAnswer>;

/** Sessions and days of a line within a range, with the totals of the whole range. */
export function usageRoutes(deps: ApiDeps): Resource {
  const { ledger, usage, clock } = deps;
  return new Resource('Usage', deps).serve(
    {
      ...{ method: 'get', path: '/usage/{username}', operationId: 'showUsage' },
      ...{ callers: ['staff', 'agent'], reach: { of: 'line', name: 'username' } },
      summary: 'Show what a line used within a range',
      description: 'The last 30 days by default.',
      params: lineParams,
      query: usageQuery,
      answers: { 200: usageAnswer },
      problems: { 404: NO_SUCH_LINE },
    },
    async ({ params: { username }, query }, c) => {
      const to = query.to ?? clock.now();
      const from = query.from ?? to - DEFAULT_RANGE_MS;
      if (from >= to) return unprocessable(c, [{ path: 'from', message: 'must be before to' }]);
      const line = await ledger.line(username);
      if (line === undefined) return notFound(c, NO_SUCH_LINE);
      // The last instant belongs to a day only when the range goes beyond that day's first moment.
      const [sessions, days] = await Promise.all([
        usage.sessionsOf(line.lineId, from, to),
        usage.dailyOf(line.lineId, from, to - 1),
      ]);
      return {
        ...{ username: line.username, from: toIso(from), to: toIso(to), totals: totalsOf(sessions), days },
        sessions: sessions.map(({ startedAt, lastAt, ...row }) => ({
          ...row,
          startedAt: toIso(startedAt),
          lastAt: toIso(lastAt),
        })),
      };
    },
  );
}

/** Octets are summed and only then written by whoever shows them (product P41). */
function totalsOf(sessions: readonly SessionUsageRow[]): UsageFigures {
  const totals = {
    inputOctets: 0,
    outputOctets: 0,
    chargedOctets: 0,
    freeOctets: 0,
    quarantinedOctets: 0,
    burnedOctets: 0,
    overshotOctets: 0,
  };
  for (const row of sessions) {
    for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += row[name];
  }
  return totals;
}
