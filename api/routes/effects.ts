import { Hono } from 'hono';
import type { Session } from '../../engine/accounting/session.ts';
import { errorCauseName } from '../../engine/radius/attribute-type.ts';
import type { EffectView } from '../../engine/subscribers/effect-history.ts';
import { effectsQuery } from '../../schemas/http/queries.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { NO_SUCH_LINE, pathUsername } from '../path-username.ts';
import { notFound } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** An order that has ended, as the API tells it. */
export interface EffectAnswer extends Omit<EffectView, 'at' | 'errorCause'> {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Name of the Error-Cause (RFC 5176 §3.5), '' when the NAS gave none. */
  readonly errorCause: string;
}

/** An order whose effect no report has shown yet. */
export interface OpenEffect {
  readonly sessionKey: string;
  readonly nas: string;
  readonly kind: 'disconnect' | 'change-speed';
  /** ordered: the NAS has not done it, or has not been asked yet. unproven: acknowledged, and reports must show it. */
  readonly state: 'ordered' | 'unproven';
  /** ISO 8601, UTC: when it was ordered last, or acknowledged. */
  readonly since: string;
  /** How often it was ordered; of an unproven one how often reports have refuted it. */
  readonly attempts: number;
}

/** Orders to NAS about a line: those of its live sessions that are open, and the history. */
export interface EffectsAnswer {
  readonly username: string;
  readonly open: readonly OpenEffect[];
  /** Newest first. */
  readonly effects: readonly EffectAnswer[];
}

/** GET /lines/{username}/effects: open orders from the counters, ended ones from the ledger, seconds behind. */
export function effectRoutes({ counters, ledger }: ApiDeps): Hono {
  return new Hono().get('/lines/:username/effects', async (c) => {
    const query = readInput(c, effectsQuery, c.req.query());
    if (!query.ok) return query.error;
    const username = pathUsername(c);
    if (username === undefined) return notFound(c, NO_SUCH_LINE);
    const { session: sessionKey, limit } = query.value;
    const { state } = await counters.load(username);
    if (state === undefined) return notFound(c, NO_SUCH_LINE);
    const effects = await ledger.effects({ username, sessionKey, limit });
    const sessions = state.sessions.filter(({ key }) => sessionKey === undefined || key === sessionKey);
    const answer: EffectsAnswer = {
      username,
      open: sessions.flatMap(openEffects),
      effects: effects.map(effectAnswer),
    };
    return c.json(answer);
  });
}

function effectAnswer({ at, errorCause, ...rest }: EffectView): EffectAnswer {
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
