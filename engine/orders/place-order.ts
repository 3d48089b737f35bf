import { type AudienceRefusal, type Buyer, isSeenBy, refusalOf } from '../catalog/audience.ts';
import type { Offer } from '../catalog/offer.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import type { Promotion } from '../catalog/promotion.ts';
import { vatRateAt } from '../catalog/vat.ts';
import { HOUR_MS, type Instant } from '../values/instant.ts';
import { jalaliDayAt, jalaliDayStart } from '../values/jalali.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { type Rial, ZERO_RIAL } from '../values/rial.ts';
import { type Applied, applyOrder, type NotApplicable } from './apply-order.ts';
import type { HouseSettings } from './house-settings.ts';
import { type LineAccount, runningAccount, type StoredService } from './line-account.ts';
import { type OrderKind, type OrderRequest, purchaseTypeOf } from './order.ts';
import {
  type Quote,
  type QuoteError,
  quoteService,
  quoteStaticIp,
  quoteTraffic,
  type Replaced,
} from './quote.ts';
import { replacedBy } from './replaced-service.ts';

/** What a quote depends on beside the line. */
export interface QuoteFacts {
  readonly offer: Offer | undefined;
  readonly buyer: Buyer;
  readonly walletCredit: Rial;
  readonly plans: PlanLookup;
  readonly promotions: readonly Promotion[];
  readonly settings: HouseSettings;
  readonly now: Instant;
}

/** What an order would cost and do. */
export interface Quoted {
  readonly offer: Offer;
  readonly quote: Quote;
  /** Stored service whose remaining value is taken off. */
  readonly replaces: StoredService | undefined;
  /** What the line would get if it were paid now. */
  readonly effect: Pick<Applied, 'starts' | 'from' | 'until' | 'traffic'>;
}

/** Why nothing can be ordered. */
export type OrderRefusal = 'no-such-offer' | AudienceRefusal | NotApplicable | QuoteError;

/**
 * What an order of the line would cost and do. It is refused for what would keep it from being applied, so that nothing is
 * paid that cannot be given.
 */
export function quoteOrder(
  account: LineAccount,
  request: Pick<OrderRequest, 'kind' | 'months'>,
  facts: QuoteFacts,
): Result<Quoted, OrderRefusal> {
  const { offer, buyer, plans, promotions, settings, now } = facts;
  if (offer === undefined || !isSeenBy(offer.audience, buyer)) return fail('no-such-offer');
  const refusal = refusalOf(offer.audience, buyer);
  if (refusal !== undefined) return fail(refusal);
  const { kind, months } = request;
  const purchaseType = purchaseTypeOf(buyer.role);
  const application = { purchaseType, kind, offer, months, orderId: 0, price: ZERO_RIAL, vat: ZERO_RIAL };
  const { reserveStart } = settings;
  const effect = applyOrder(account, application, { plans, promotions, reserveStart, now });
  if (!effect.ok) return effect;
  const replaces = kind === 'change' ? runningAccount(account, now).service : undefined;
  const quote = quoteOf(offer, kind, months, facts, replaces && replacedBy(account, replaces, facts));
  if (!quote.ok) return quote;
  const { starts, from, until, traffic } = effect.value;
  return ok({ offer, quote: quote.value, replaces, effect: { starts, from, until, traffic } });
}

/**
 * Until when the figures of an order placed at `now` hold: some hours, but not into a year with another tax, which is that
 * of the invoice's day. A payment that is confirmed only then becomes credit.
 */
export function figuresHoldUntil(
  { orderHours, vatRates }: Pick<HouseSettings, 'orderHours' | 'vatRates'>,
  now: Instant,
): Instant {
  const until = now + orderHours * HOUR_MS;
  const { year } = jalaliDayAt(now);
  const newYear = jalaliDayStart({ year: year + 1, month: 1, day: 1 });
  return newYear < until && vatRateAt(newYear, vatRates) !== vatRateAt(now, vatRates) ? newYear : until;
}

function quoteOf(
  offer: Offer,
  kind: OrderKind,
  months: number,
  { settings, walletCredit, now: at }: QuoteFacts,
  replaced: Replaced | undefined,
): Result<Quote, QuoteError> {
  const terms = { at, vatRates: settings.vatRates, walletCredit };
  switch (offer.kind) {
    case 'static-ip':
      return quoteStaticIp(offer, months, terms);
    case 'extra':
    case 'timed':
      return quoteTraffic(offer, terms);
    default:
      return quoteService(offer, terms, kind === 'change' ? replaced : undefined);
  }
}
