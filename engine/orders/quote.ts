import type { ServiceOffer, StaticIpOffer, TrafficOffer } from '../catalog/offer.ts';
import { type VatRate, vatRateAt } from '../catalog/vat.ts';
import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { addRial, multiplyRial, type Rial, rial, subtractRial, ZERO_RIAL } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';
import {
  type PaidService,
  type RemainingRules,
  type RemainingValue,
  remainingValue,
} from './remaining-value.ts';

/**
 * A line of a quote with the figures that explain it. Price, tax and line rental are to be paid; remaining value and
 * wallet credit are taken off. A line of nothing is left out, but for the price and the tax.
 */
export type QuoteLine =
  | {
      readonly what: 'price';
      readonly amount: Rial;
      readonly name: string;
      readonly each: Rial;
      readonly count: number;
    }
  | { readonly what: 'vat'; readonly amount: Rial; readonly percent: number; readonly of: Rial }
  | { readonly what: 'line-rental'; readonly amount: Rial }
  | {
      readonly what: 'remaining-value';
      readonly amount: Rial;
      readonly name: string;
      readonly value: RemainingValue;
    }
  | { readonly what: 'wallet-credit'; readonly amount: Rial; readonly before: Rial };

/** What an order costs «پیش فاکتور». Never are both `payable` and `creditAfter` more than 0 (product line X01). */
export interface Quote {
  readonly lines: readonly QuoteLine[];
  readonly price: Rial;
  readonly vat: Rial;
  readonly lineRental: Rial;
  readonly remainingValue: Rial;
  /** Taken from the wallet «اعتبار پنل شما». */
  readonly creditUsed: Rial;
  /** «مبلغ قابل پرداخت», to be paid at the bank. */
  readonly payable: Rial;
  /** What the remaining value is more than everything costs: put into the wallet (product line P53). */
  readonly surplus: Rial;
  /** Of the wallet, once the order is done. */
  readonly creditAfter: Rial;
}

/** Why nothing can be quoted: nobody has said what the tax of the year is. */
export type QuoteError = 'tax-of-year-unknown';

/** What every quote depends on. */
export interface QuoteTerms {
  /** Date of the invoice, which is the tax point (product line T01). */
  readonly at: Instant;
  /** The house's own rates; see `vatRateAt`. */
  readonly vatRates: readonly VatRate[];
  readonly walletCredit: Rial;
}

/** A service that the new one replaces, and how its remaining value is found. */
export interface Replaced {
  readonly service: PaidService;
  readonly rules: RemainingRules;
}

/**
 * A service, bought or in the place of another (product lines P46 and P50 to P53). The tax is on the full new price,
 * whatever is taken off. A postpaid service costs its line rental now; its months are billed later.
 */
export function quoteService(
  offer: ServiceOffer,
  terms: QuoteTerms,
  replaced?: Replaced,
): Result<Quote, QuoteError> {
  const price = offer.kind === 'prepaid' ? offer.price : ZERO_RIAL;
  const goods = { name: offer.name, each: price, count: 1, lineRental: offer.lineRental };
  return quoteGoods(goods, terms, replaced);
}

/** Extra or timed traffic (product lines P48 and P49). */
export function quoteTraffic(offer: TrafficOffer, terms: QuoteTerms): Result<Quote, QuoteError> {
  return quoteGoods({ name: offer.name, each: offer.price, count: 1, lineRental: ZERO_RIAL }, terms);
}

/** A static IP for so many months (product line P56). */
export function quoteStaticIp(
  offer: StaticIpOffer,
  months: number,
  terms: QuoteTerms,
): Result<Quote, QuoteError> {
  const goods = { name: offer.name, each: offer.pricePerMonth, count: months, lineRental: ZERO_RIAL };
  return quoteGoods(goods, terms);
}

interface Goods {
  readonly name: string;
  readonly each: Rial;
  readonly count: number;
  readonly lineRental: Rial;
}

function quoteGoods(
  { name, each, count, lineRental }: Goods,
  { at, vatRates, walletCredit }: QuoteTerms,
  replaced?: Replaced,
): Result<Quote, QuoteError> {
  const percent = vatRateAt(at, vatRates);
  if (percent === undefined) return fail('tax-of-year-unknown');
  const price = multiplyRial(each, count);
  const vat = truncShare(price, percent, 100);
  const value = replaced && remainingValue(replaced.service, replaced.rules, at);
  const settled = settle(addRial(price, vat, lineRental), value?.amount ?? ZERO_RIAL, walletCredit);
  const lines: QuoteLine[] = [
    { what: 'price', amount: price, name, each, count },
    { what: 'vat', amount: vat, percent, of: price },
  ];
  if (lineRental > 0) lines.push({ what: 'line-rental', amount: lineRental });
  if (value !== undefined) {
    lines.push({ what: 'remaining-value', amount: value.amount, name: replaced!.service.name, value });
  }
  if (settled.creditUsed > 0) {
    lines.push({ what: 'wallet-credit', amount: settled.creditUsed, before: walletCredit });
  }
  return ok({ lines, price, vat, lineRental, remainingValue: value?.amount ?? ZERO_RIAL, ...settled });
}

/** First the remaining value pays, then the wallet, then the bank; what the remaining value has too much is kept. */
function settle(
  total: Rial,
  remaining: Rial,
  credit: Rial,
): Pick<Quote, 'creditUsed' | 'payable' | 'surplus' | 'creditAfter'> {
  const due = subtractRial(total, rial(Math.min(total, remaining)));
  const surplus = subtractRial(remaining, rial(Math.min(total, remaining)));
  const creditUsed = rial(Math.min(due, credit));
  return {
    creditUsed,
    payable: subtractRial(due, creditUsed),
    surplus,
    creditAfter: addRial(subtractRial(credit, creditUsed), surplus),
  };
}
