import { Hono } from 'hono';
import type { DailyUsageRow, SessionUsageRow, UsageFigures } from '../../engine/subscribers/usage-history.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { usageQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { NO_SUCH_LINE, pathUsername } from '../path-username.ts';
import { notFound, unprocessable } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** Length of the range when `from` is not given. */
const DEFAULT_RANGE_MS = 30 * DAY_MS;

/** Usage of a line within (from, to]; instants are ISO 8601. */
export interface UsageAnswer {
  readonly username: string;
  readonly from: string;
  readonly to: string;
  readonly totals: UsageFigures;
  readonly sessions: readonly (UsageFigures & {
    readonly sessionKey: string;
    readonly startedAt: string;
    readonly lastAt: string;
    readonly nas: string;
    readonly framedIp: string;
  })[];
  readonly days: readonly DailyUsageRow[];
}

/** GET /usage/{username}: sessions and days of a line within a range, with the totals of the whole range. */
export function usageRoutes({ ledger, usage, clock }: ApiDeps): Hono {
  return new Hono().get('/usage/:username', async (c) => {
    const query = readInput(c, usageQuery, c.req.query());
    if (!query.ok) return query.error;
    const to = query.value.to ?? clock.now();
    const from = query.value.from ?? to - DEFAULT_RANGE_MS;
    if (from >= to) return unprocessable(c, [{ path: 'from', message: 'must be before to' }]);
    const username = pathUsername(c);
    const line = username === undefined ? undefined : await ledger.line(username);
    if (line === undefined) return notFound(c, NO_SUCH_LINE);
    // The last instant belongs to a day only when the range goes beyond that day's first moment.
    const [sessions, days] = await Promise.all([
      usage.sessionsOf(line.lineId, from, to),
      usage.dailyOf(line.lineId, from, to - 1),
    ]);
    const answer: UsageAnswer = {
      username: line.username,
      from: toIso(from),
      to: toIso(to),
      totals: totalsOf(sessions),
      sessions: sessions.map(({ startedAt, lastAt, ...row }) => ({
        ...row,
        startedAt: toIso(startedAt),
        lastAt: toIso(lastAt),
      })),
      days,
    };
    return c.json(answer);
  });
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
