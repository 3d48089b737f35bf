import { kickAnswer, linesAnswer, liveLineAnswer, releaseAnswer } from '../../schemas/http/line-answers.ts';
import { linesQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { liveLine } from '../live-line.ts';
import { readLiveLines } from '../live-lines.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { notFound } from '../problem.ts';
import { Resource } from '../route.ts';

/** What all routes of one line share. */
const ONE_LINE = { params: lineParams, problems: { 404: NO_SUCH_LINE } } as const;

/** Lines as the counters have them now, and orders about their sessions. */
export function lineRoutes(deps: ApiDeps): Resource {
  const { counters, clock, control } = deps;
  const stateOf = async (username: string) => (await counters.load(username)).state;
  return new Resource('Lines', deps)
    .serve(
      {
        ...{ method: 'get', path: '/lines', operationId: 'listLines' },
        summary: 'List lines by username',
        query: linesQuery,
        answers: { 200: linesAnswer },
      },
      async ({ query: { limit, after } }) => {
        const lines = await readLiveLines(deps, limit, after);
        return { lines, next: lines.length === limit ? (lines.at(-1)?.username ?? null) : null };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}', operationId: 'getLine', ...ONE_LINE },
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', name: 'username' } },
        summary: 'Show a line as the counters have it at this instant',
        answers: { 200: liveLineAnswer },
      },
      async ({ params: { username } }, c) => {
        const [state, { plans }] = await Promise.all([stateOf(username), counters.reference()]);
        if (state === undefined) return notFound(c, NO_SUCH_LINE);
        return liveLine(state, (wanted) => plans.find(({ name }) => name === wanted), clock.now());
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/release-mac', operationId: 'releaseMac', ...ONE_LINE },
        summary: 'Free a line from the device that its plan has bound it to',
        answers: { 200: releaseAnswer },
      },
      async ({ params: { username } }, c) => {
        if ((await stateOf(username)) === undefined) return notFound(c, NO_SUCH_LINE);
        return { username, released: await control.releaseMac(username) };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/kick', operationId: 'kickLine', ...ONE_LINE },
        summary: 'Disconnect all sessions of a line',
        answers: { 200: kickAnswer },
      },
      async ({ params: { username } }, c) => {
        if ((await stateOf(username)) === undefined) return notFound(c, NO_SUCH_LINE);
        return { username, sessions: await control.kick(username) };
      },
    );
}
