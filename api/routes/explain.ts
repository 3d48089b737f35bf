import { explainAnswerSchema } from '../../schemas/http/explain-answers.ts';
import { explainQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { explain, explainAnswer } from '../explanation.ts';
import { toIso } from '../iso-time.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { notFound, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

/** Why a line had at an instant what it had, as data and in words. */
export function explainRoutes(deps: ApiDeps): Resource {
  return new Resource('Lines').serve(
    {
      ...{ method: 'get', path: '/lines/{username}/explain', operationId: 'explainLine' },
      summary: 'Explain why a line has the service that it has, or had at an instant',
      params: lineParams,
      query: explainQuery,
      answers: { 200: explainAnswerSchema },
      problems: { 404: NO_SUCH_LINE },
    },
    async ({ params: { username }, query: { at } }, c) => {
      const now = deps.clock.now();
      if (at !== undefined && at > now) {
        return unprocessable(c, [{ path: 'at', message: `must not be after now, ${toIso(now)}` }]);
      }
      const explanation = await explain(deps, username, at);
      return explanation === undefined ? notFound(c, NO_SUCH_LINE) : explainAnswer(explanation);
    },
  );
}
