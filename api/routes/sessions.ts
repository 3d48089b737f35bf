import type { SessionView } from '../../engine/subscribers/ledger-store.ts';
import { sessionsQuery } from '../../schemas/http/queries.ts';
import { type sessionAnswer, sessionsAnswer } from '../../schemas/http/session-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { Resource } from '../route.ts';

/** A session as the API tells it. */
export type SessionAnswer = Told<typeof sessionAnswer>;

/** Sessions of all lines as last written to the ledger. */
export function sessionRoutes({ ledger }: ApiDeps): Resource {
  return new Resource('Sessions').serve(
    {
      ...{ method: 'get', path: '/sessions', operationId: 'listSessions' },
      summary: 'List sessions of all lines, newest first',
      description: 'As last written to the ledger, seconds behind the counters.',
      query: sessionsQuery,
      answers: { 200: sessionsAnswer },
    },
    async ({ query }) => {
      const sessions = await ledger.sessions(query);
      const last = sessions.length === query.limit ? sessions.at(-1) : undefined;
      const next = last === undefined ? null : `${last.startedAt}-${last.sessionKey}`;
      return { sessions: sessions.map(answerOf), next };
    },
  );
}

function answerOf({ lineId: _, startedAt, updatedAt, ...rest }: SessionView): SessionAnswer {
  return { ...rest, startedAt: toIso(startedAt), updatedAt: toIso(updatedAt) };
}
