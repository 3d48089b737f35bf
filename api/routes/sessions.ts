import { Hono } from 'hono';
import type { SessionView } from '../../engine/subscribers/ledger-store.ts';
import { sessionsQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { readInput } from '../read-input.ts';

/** A session as the API tells it; instants are ISO 8601. */
export interface SessionAnswer extends Omit<SessionView, 'lineId' | 'startedAt' | 'updatedAt'> {
  readonly startedAt: string;
  readonly updatedAt: string;
}

/** GET /sessions: sessions of all lines as last written to the ledger, seconds behind the counters. */
export function sessionRoutes({ ledger }: ApiDeps): Hono {
  return new Hono().get('/sessions', async (c) => {
    const query = readInput(c, sessionsQuery, c.req.query());
    if (!query.ok) return query.error;
    const sessions = await ledger.sessions(query.value);
    const last = sessions.length === query.value.limit ? sessions.at(-1) : undefined;
    return c.json({
      sessions: sessions.map(sessionAnswer),
      next: last === undefined ? null : `${last.startedAt}-${last.sessionKey}`,
    });
  });
}

function sessionAnswer({ lineId: _, startedAt, updatedAt, ...rest }: SessionView): SessionAnswer {
  return { ...rest, startedAt: toIso(startedAt), updatedAt: toIso(updatedAt) };
}
