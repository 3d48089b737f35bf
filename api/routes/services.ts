import type { IssuedBill, LinePause } from '../../engine/orders/life-store.ts';
import type { JalaliDay } from '../../engine/values/jalali.ts';
import {
  type billAnswer,
  billsAnswer,
  pauseAnswer,
  pausesAnswer,
  rechargeAnswer,
  rechargesAnswer,
} from '../../schemas/http/service-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { requestKeyOf } from '../idempotency.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { notFound } from '../problem.ts';
import { refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** What all routes of one line share. */
const ONE_LINE = { params: lineParams, problems: { 404: NO_SUCH_LINE } } as const;

/** What the passing of time does to the services of a line, and pauses and recharges by hand. */
export function serviceRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Services', deps);
  serveReading(routes, deps);
  serveChanges(routes, deps);
  return routes;
}

function serveReading(routes: Resource, { ledger: { life }, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}/bills', operationId: 'listBills', ...ONE_LINE },
        summary: 'List the bills of a line',
        answers: { 200: billsAnswer },
      },
      async ({ params: { username } }, c) => {
        const bills = await life.bills(username);
        return bills === undefined ? notFound(c, NO_SUCH_LINE) : { bills: bills.map(tellBill) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}/recharges', operationId: 'listRecharges', ...ONE_LINE },
        summary: 'List what became of every recharge of the campaigns of a line',
        answers: { 200: rechargesAnswer },
      },
      async ({ params: { username } }, c) => {
        const rows = await life.recharges(username, clock.now());
        if (rows === undefined) return notFound(c, NO_SUCH_LINE);
        return { recharges: rows.map((row) => ({ ...row, at: toIso(row.at), dueAt: toIso(row.dueAt) })) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}/pauses', operationId: 'listPauses', ...ONE_LINE },
        summary: 'List the pauses of a line',
        answers: { 200: pausesAnswer },
      },
      async ({ params: { username } }, c) => {
        const pauses = await life.pauses(username);
        return pauses === undefined ? notFound(c, NO_SUCH_LINE) : { pauses: pauses.map(tellPause) };
      },
    );
}

function serveChanges(routes: Resource, { ledger: { life }, clock, onApplied }: ApiDeps): void {
  const pausing = { params: lineParams, answers: { 200: pauseAnswer } } as const;
  routes
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/pause', operationId: 'pauseLine', ...pausing },
        summary: 'Pause the running service: the line is off and loses no days',
        problems: {
          404: NO_SUCH_LINE,
          409: refusalsOf(
            ...([
              'no-running-service',
              'is-paused',
              'no-days-left',
              'is-postpaid',
              'line-is-closed',
            ] as const),
            'no-customer',
          ),
        },
      },
      async ({ params: { username } }, c) => {
        const paused = await life.pause(username, principalOf(c).actor, clock.now());
        if (!paused.ok) return refused(c, paused.error);
        await onApplied();
        return tellPause(paused.value);
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/end-pause', operationId: 'endPause', ...pausing },
        summary: 'End the pause: the end of the service moves by its days',
        problems: { 404: NO_SUCH_LINE, 409: refusalsOf('is-not-paused', 'no-customer') },
      },
      async ({ params: { username } }, c) => {
        const ended = await life.endPause(username, principalOf(c).actor, clock.now());
        if (!ended.ok) return refused(c, ended.error);
        await onApplied();
        return tellPause(ended.value);
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/recharge', operationId: 'rechargeLine' },
        summary: 'Give the volume of the running campaign by hand',
        idempotencyKey: 'required',
        params: lineParams,
        answers: { 201: rechargeAnswer },
        problems: {
          404: NO_SUCH_LINE,
          409: refusalsOf('no-campaign', 'line-is-closed', 'no-customer', 'key-is-taken'),
        },
      },
      async ({ params: { username } }, c) => {
        const given = await life.rechargeNow(username, principalOf(c).actor, clock.now(), requestKeyOf(c));
        if (!given.ok) return refused(c, given.error);
        await onApplied();
        return { ...given.value, at: toIso(given.value.at), dueAt: toIso(given.value.dueAt) };
      },
    );
}

function tellBill({ firstDay, lastDay, issuedAt, ...bill }: IssuedBill): Told<typeof billAnswer> {
  return { ...bill, firstDay: dayText(firstDay), lastDay: dayText(lastDay), issuedAt: toIso(issuedAt) };
}

function tellPause({ from, until, endsBy }: LinePause): Told<typeof pauseAnswer> {
  return { from: toIso(from), until: toIsoOrNull(until), endsBy: toIso(endsBy) };
}

function dayText({ year, month, day }: JalaliDay): string {
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('/');
}
