import { type Buyer, isSeenBy, refusalOf } from '../../engine/catalog/audience.ts';
import type { OfferHistory } from '../../engine/catalog/offer.ts';
import { type Promotion, promotionAt } from '../../engine/catalog/promotion.ts';
import type { Principal } from '../../engine/subscribers/principal.ts';
import type { Instant } from '../../engine/values/instant.ts';
import { offerParams, offersQuery } from '../../schemas/http/catalogue.ts';
import {
  type listedOffer,
  offerHistoryAnswer,
  offersAnswer,
  promotionsAnswer,
} from '../../schemas/http/catalogue-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { notFound, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';
import { stateAt, withStates } from '../version-state.ts';

/** What a buyer sees. */
export type OffersAnswer = Told<typeof offersAnswer>;

/** All versions of an offer. */
export type OfferHistoryAnswer = Told<typeof offerHistoryAnswer>;

const NO_SUCH_OFFER = 'There is no offer of this code.';

/** What is sold: as a buyer sees it, and with what was and what will be. */
export function offerRoutes({ ledger, clock }: ApiDeps): Resource {
  const catalogue = () => ledger.catalogue.catalogue();
  return new Resource('Offers')
    .serve(
      {
        ...{ method: 'get', path: '/offers', operationId: 'listOffers' },
        summary: 'List what is sold now, as a buyer sees it',
        description: 'What can be seen and not bought has its reason beside it.',
        query: offersQuery,
        answers: { 200: offersAnswer },
        callers: ['staff', 'agent'],
        reach: 'all',
      },
      async ({ query }, c) => {
        const asker = principalOf(c);
        const own = asker.kind === 'staff' ? asker.kind : asker.role;
        const { role = own, county = '', paidBefore = false } = query;
        if (!mayLookAs(asker, role)) {
          return unprocessable(c, [{ path: 'role', message: 'is not for agents' }]);
        }
        const { offers, promotions } = await catalogue();
        const buyer = { role, county, hasPaidBefore: paidBefore };
        return { offers: offers.flatMap((each) => listed(each, promotions, buyer, clock.now())) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/offers/{code}', operationId: 'getOffer' },
        summary: 'Show all versions of an offer: past, present and future',
        params: offerParams,
        answers: { 200: offerHistoryAnswer },
        problems: { 404: NO_SUCH_OFFER },
      },
      async ({ params }, c) => {
        const history = (await catalogue()).offers.find(({ code }) => code === params.code);
        if (history === undefined) return notFound(c, NO_SUCH_OFFER);
        const versions = withStates(history.versions, clock.now()).map(({ version, until, state }) => ({
          from: toIso(version.from),
          until: toIsoOrNull(until),
          state,
          offer: version.offer ?? null,
        }));
        return { code: history.code, versions };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/promotions', operationId: 'listPromotions' },
        summary: 'List promotions: past, present and future',
        answers: { 200: promotionsAnswer },
      },
      async () => {
        const { promotions } = await catalogue();
        return { promotions: promotions.map((promotion) => promotionAnswer(promotion, clock.now())) };
      },
    );
}

/** What only staff buy is the house's own affair. */
function mayLookAs(asker: Principal, role: Buyer['role']): boolean {
  return asker.kind === 'staff' || role !== 'staff';
}

/** The offer in the buyer's list, or nothing when it is not sold now or not shown to such a buyer. */
function listed(
  { versions }: OfferHistory,
  promotions: readonly Promotion[],
  buyer: Buyer,
  now: Instant,
): readonly Told<typeof listedOffer>[] {
  const present = withStates(versions, now).find(({ state }) => state === 'present');
  const offer = present?.version.offer;
  if (offer === undefined || !isSeenBy(offer.audience, buyer)) return [];
  const promotion = promotionAt(promotions, offer.kind, now);
  return [
    {
      offer,
      until: toIsoOrNull(present?.until),
      refusal: refusalOf(offer.audience, buyer) ?? null,
      promotion: promotion === undefined ? null : extraOf(promotion),
    },
  ];
}

function extraOf({ name, extraPercent, until }: Promotion) {
  return { name, extraPercent, until: toIso(until) };
}

function promotionAnswer({ name, extraPercent, kinds, from, until }: Promotion, now: Instant) {
  return {
    ...{ name, extraPercent, kinds, from: toIso(from), until: toIso(until) },
    state: stateAt(from, until, now),
  };
}
