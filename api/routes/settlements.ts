import { settlement } from '../../engine/ledger/business-events.ts';
import { MONEY_PLACES } from '../../engine/payments/gateway-names.ts';
import { matchSettlement, readSettlement, type SettledRow } from '../../engine/payments/settlement.ts';
import { DAY_MS, type Instant } from '../../engine/values/instant.ts';
import { type Rial, subtractRial } from '../../engine/values/rial.ts';
import { gatewayName } from '../../schemas/http/order.ts';
import { usageQuery } from '../../schemas/http/queries.ts';
import { settlementAnswer, settlementBody } from '../../schemas/http/settlement.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { tellPayment } from '../orders.ts';
import { unprocessable } from '../problem.ts';
import { refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** What a comparison has found, in an answer. */
export type SettlementAnswer = Told<typeof settlementAnswer>;

/** Largest body: a file of about 50,000 payments. */
const FILE_OCTETS_MAX = 2 * 1024 * 1024;

/** Days that are compared when nobody says which: a settlement comes the day after. */
const USUAL_DAYS = 2;
/** Most of them: over a year, and no more payments than fit into an answer. */
const MOST_DAYS = 400;

/** Settlement files of gateways, compared with what was credited here (product line G07). */
export function settlementRoutes(deps: ApiDeps): Resource {
  const { ledger, clock } = deps;
  return new Resource('Payments', deps).serve(
    {
      ...{ method: 'post', path: '/gateways/{name}/reconcile', operationId: 'reconcileGateway' },
      summary: 'Compare a settlement file of a gateway with the payments here',
      description:
        'Changes nothing, unless a payout is named: its money is then posted from the gateway to the bank.',
      params: { name: gatewayName },
      query: usageQuery,
      body: settlementBody,
      bodyOctetsMax: FILE_OCTETS_MAX,
      idempotencyKey: 'optional',
      answers: { 200: settlementAnswer },
      problems: {
        404: 'There can be no gateway of this name, or the program knows none whose payout could be posted.',
        409: refusalsOf('other-payout', 'payments-are-missing', 'balance-too-large'),
        422: 'The file cannot be read, and every line is told; or from and to lie more than 400 days apart.',
      },
    },
    async ({ params: { name }, query, body: { csv, payout, despiteMissing } }, c) => {
      if (payout !== undefined && !isPlace(name)) return refused(c, 'no-such-gateway');
      const read = readSettlement(csv);
      if (!read.ok) {
        const faults = read.error.map(({ line, message }) => ({ path: `csv[${line}]`, message }));
        return unprocessable(c, faults);
      }
      const to = query.to ?? clock.now();
      const from = query.from ?? to - USUAL_DAYS * DAY_MS;
      const span = spanFault(from, to);
      if (span !== undefined) return unprocessable(c, [{ path: 'from', message: span }]);
      const references = read.value.map(({ reference }) => reference);
      const ours = await ledger.payments.paidAt(name, { references, from, to });
      const { missingThere, amountDiffers, ...report } = matchSettlement(read.value, ours);
      const isDoubtful = report.missingHere.length > 0 && !despiteMissing;
      if (payout !== undefined && isDoubtful) return refused(c, 'payments-are-missing');
      const posted =
        payout === undefined
          ? null
          : await postPayout(deps, {
              ...{ gateway: name, reference: payout, actor: principalOf(c).actor },
              amount: subtractRial(report.amount, report.fees),
            });
      if (posted === 'other-payout') return refused(c, posted);
      return {
        ...{ gateway: name, from: toIso(from), to: toIso(to), ...report, payout: posted },
        missingThere: missingThere.map(tellPayment),
        amountDiffers: amountDiffers.map(({ row, payment }) => ({ row, payment: tellPayment(payment) })),
      } satisfies SettlementAnswer & { readonly missingHere: readonly SettledRow[] };
    },
  );
}

/** Whether money may be there: another name has an account only if somebody has mistyped one. */
function isPlace(name: string): boolean {
  return MONEY_PLACES.some((place) => place === name);
}

/** Why payments of a time are not compared, `undefined` when they are. */
function spanFault(from: Instant, to: Instant): string | undefined {
  if (from >= to) return 'must be before to, which is now when it is left out';
  return to - from > MOST_DAYS * DAY_MS ? `must be at most ${MOST_DAYS} days before to` : undefined;
}

interface Payout {
  readonly gateway: string;
  readonly reference: string;
  readonly amount: Rial;
  readonly actor: string;
}

/** The entry of a payout, which comes once; `null` when there is nothing to post. */
async function postPayout(
  { ledger, clock }: ApiDeps,
  { gateway, reference, amount, actor }: Payout,
): Promise<SettlementAnswer['payout'] | 'other-payout'> {
  if (amount === 0) return null;
  const circumstances = { key: `settlement:${gateway}:${reference}`, actor, reason: reference };
  const posted = await ledger.money.post(settlement(circumstances, { gateway, amount }), clock.now());
  if (posted.ok) return { entry: posted.value.entry.number, amount, repeated: posted.value.repeated };
  return 'other-payout';
}
