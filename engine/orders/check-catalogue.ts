import type { Offer, OfferHistory } from '../catalog/offer.ts';
import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { termEnd } from '../catalog/term.ts';
import { isTooFine, type Report } from '../subscribers/check-plan.ts';
import { readInstant } from '../subscribers/read-instant.ts';
import type { Instant } from '../values/instant.ts';
import { isOctets } from '../values/octets.ts';
import { isRial } from '../values/rial.ts';
import type { CatalogueDocument, OfferDeclaration, PromotionDeclaration } from './catalogue-document.ts';
import type { Catalogue } from './catalogue-store.ts';
import { checkSetting } from './check-setting.ts';
import { placeOffer } from './declare-offer.ts';
import { promotionFault } from './declare-promotion.ts';

/** What a document is checked against. */
export interface CatalogueGround {
  readonly stored: Catalogue;
  /** Names of all plans that there are once the document is applied. */
  readonly planNames: ReadonlySet<string>;
  /** Those plans, absent when some of them are wrong themselves. */
  readonly plans: PlanLookup | undefined;
}

/** Reports everything that is wrong with what is declared, against itself and what is stored. */
export function checkCatalogue(
  { offers = [], promotions = [], settings = [] }: CatalogueDocument,
  ground: CatalogueGround,
  now: Instant,
  report: Report,
): void {
  const { stored } = ground;
  reportTwice(offers, ({ code }) => code, 'offers', 'code', report);
  reportTwice(promotions, ({ name }) => name, 'promotions', 'name', report);
  reportTwice(settings, ({ name }) => name, 'settings', 'name', report);
  for (const [index, offer] of offers.entries()) {
    const history = stored.offers.find(({ code }) => code === offer.code);
    checkOffer(offer, history, ground, `offers[${index}]`, now, report);
  }
  for (const [index, promotion] of promotions.entries()) {
    checkPromotion(promotion, stored, `promotions[${index}]`, now, report);
  }
  for (const [index, setting] of settings.entries()) {
    checkSetting(setting, stored.settings, `settings[${index}]`, now, report);
  }
}

function reportTwice<Entry>(
  entries: readonly Entry[],
  nameOf: (entry: Entry) => string,
  list: string,
  field: string,
  report: Report,
): void {
  const firsts = new Map<string, number>();
  entries.forEach((entry, index) => {
    const name = nameOf(entry);
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, index);
    else report(`${list}[${index}].${field}`, `is the same as ${list}[${first}].${field}`);
  });
}

function checkOffer(
  offer: OfferDeclaration,
  stored: OfferHistory | undefined,
  ground: CatalogueGround,
  path: string,
  now: Instant,
  report: Report,
): void {
  const kind = stored && kindOf(stored);
  if (kind !== undefined && kind !== offer.kind) {
    report(`${path}.kind`, `is ${kind}: the kind of an offer never changes`);
  }
  checkService(offer, ground, path, now, report);
  const amounts = reportAmounts(offer, path, report);
  if (offer.effectiveFrom !== undefined && readInstant(offer.effectiveFrom) === undefined) {
    report(`${path}.effectiveFrom`, noInstant(offer.effectiveFrom));
  } else if (amounts && placeOffer(offer, stored, now).kind === 'over') {
    report(`${path}.effectiveFrom`, `${offer.effectiveFrom} is over: what was sold then cannot change`);
  }
}

/** The kind of an offer that was sold at some time. */
function kindOf({ versions }: OfferHistory): Offer['kind'] | undefined {
  return versions.find(({ offer }) => offer !== undefined)?.offer?.kind;
}

/** True when all its amounts are such. */
function reportAmounts(offer: OfferDeclaration, path: string, report: Report): boolean {
  const amounts = {
    price: 'price' in offer ? offer.price : undefined,
    pricePerMonth: 'pricePerMonth' in offer ? offer.pricePerMonth : undefined,
    lineRental: 'lineRental' in offer ? offer.lineRental : undefined,
  };
  const wrong = Object.entries(amounts).filter(([, amount]) => amount !== undefined && !isRial(amount));
  for (const [field] of wrong) report(`${path}.${field}`, 'must be a whole number of Rial, 0 or more');
  const volumes = {
    octets: 'octets' in offer ? offer.octets : undefined,
    'recharge.octets': 'recharge' in offer ? offer.recharge.octets : undefined,
  };
  const odd = Object.entries(volumes).filter(([, volume]) => volume !== undefined && !isOctets(volume));
  for (const [field] of odd) report(`${path}.${field}`, 'must be a whole number of octets up to 2^53 - 1');
  return wrong.length === 0 && odd.length === 0;
}

function checkService(
  offer: OfferDeclaration,
  { planNames, plans }: CatalogueGround,
  path: string,
  now: Instant,
  report: Report,
): void {
  if ('plan' in offer && !planNames.has(offer.plan)) {
    report(`${path}.plan`, `there is no plan ${offer.plan}`);
  }
  if (!('term' in offer)) return;
  if (!Number.isSafeInteger(offer.term.count) || offer.term.count < 1) {
    report(`${path}.term.count`, 'must be a whole number from 1');
    return;
  }
  const plan = 'plan' in offer ? plans?.(offer.plan) : undefined;
  if (plan === undefined) return;
  const from = readInstant(offer.effectiveFrom) ?? now;
  if (isTooFine(planAt(plan, from), from, termEnd(from, offer.term))) {
    report(`${path}.term`, 'has more volumes of the plan than can be kept');
  }
}

function checkPromotion(
  promotion: PromotionDeclaration,
  stored: Catalogue,
  path: string,
  now: Instant,
  report: Report,
): void {
  let areInstants = true;
  for (const field of ['from', 'until'] as const) {
    const text = promotion[field];
    if (text === undefined || readInstant(text) !== undefined) continue;
    report(`${path}.${field}`, noInstant(text));
    areInstants = false;
  }
  if (!areInstants) return;
  const before = stored.promotions.find(({ name }) => name === promotion.name);
  const fault = promotionFault(promotion, before, now);
  if (fault !== undefined) report(fault.field === '' ? path : `${path}.${fault.field}`, fault.message);
}

function noInstant(text: string): string {
  return `${text} is no ISO 8601 time with a zone, such as 2026-12-31T23:59:00+03:30`;
}
