import type { Session } from '../../engine/accounting/session.ts';
import { errorCauseName } from '../../engine/radius/attribute-type.ts';
import type { EffectView } from '../../engine/subscribers/effect-history.ts';
import { type effectAnswer, effectsAnswer, type openEffect } from '../../schemas/http/effect-answers.ts';
import { effectsQuery } from '../../schemas/http/queries.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { notFound } from '../problem.ts';
import { Resource } from '../route.ts';

/** An order that has ended, as the API tells it. */
export type EffectAnswer = Told<typeof effectAnswer>;

/** An order whose effect no report has shown yet. */
export type OpenEffect = Told<typeof openEffect>;

/** Orders to NAS about a line. */
export type EffectsAnswer = Told<typeof effectsAnswer>;

/** Open orders from the counters, ended ones from the ledger, seconds behind. */
export function effectRoutes({ counters, ledger }: ApiDeps): Resource {
  return new Resource('Lines').serve(
    {
      ...{ method: 'get', path: '/lines/{username}/effects', operationId: 'listEffects' },
      summary: 'List orders to NAS about a line, and how they ended',
      params: lineParams,
      query: effectsQuery,
      answers: { 200: effectsAnswer },
      problems: { 404: NO_SUCH_LINE },
    },
    async ({ params: { username }, query: { session: sessionKey, limit } }, c) => {
      const { state } = await counters.load(username);
      if (state === undefined) return notFound(c, NO_SUCH_LINE);
      const effects = await ledger.effects({ username, sessionKey, limit });
      const sessions = state.sessions.filter(({ key }) => sessionKey === undefined || key === sessionKey);
      return { username, open: sessions.flatMap(openEffects), effects: effects.map(endedEffect) };
    },
  );
}

function endedEffect({ at, errorCause, ...rest }: EffectView): EffectAnswer {
  return { ...rest, at: toIso(at), errorCause: errorCause === 0 ? '' : errorCauseName(errorCause) };
}

function openEffects({ key, nas, state, pendingEffect, unproven }: Session): readonly OpenEffect[] {
  if (state === 'closed') return [];
  const open: OpenEffect[] = [];
  if (pendingEffect !== undefined) {
    const { kind, requestedAt, attempts } = pendingEffect;
    open.push({ sessionKey: key, nas, kind, state: 'ordered', since: toIso(requestedAt), attempts });
  }
  if (unproven !== undefined) {
    const since = toIso(unproven.since);
    open.push({
      sessionKey: key,
      nas,
      kind: 'change-speed',
      state: 'unproven',
      since,
      attempts: unproven.failures,
    });
  }
  return open;
}
