import type { OfferHistoryAnswer, OffersAnswer } from '../routes/offers.ts';
import { formatFields, formatInstant, formatOctets, formatTable, printable } from './format.ts';
import type { Show } from './show.ts';

type Listed = OffersAnswer['offers'][number];
type Offer = Listed['offer'];

const REFUSALS: Readonly<Record<NonNullable<Listed['refusal']>, string>> = {
  'not-for-role': 'not for this role',
  'not-in-county': 'not in this county',
  'first-purchase-only': 'first purchase only',
  'repeat-purchase-only': 'repeat purchase only',
};

const STATES = { past: 'Past', present: 'Sold now', future: 'To come' } as const;

const rial = new Intl.NumberFormat('en');

/** `offer list`. */
export const showOffers: Show = (body) => {
  const { offers } = body as OffersAnswer;
  if (offers.length === 0) return 'Nothing is sold to such a buyer; declare offers with mizan apply.';
  return formatTable(
    [
      { heading: 'CODE', cell: ({ offer }) => offer.code },
      { heading: 'KIND', cell: ({ offer }) => offer.kind },
      { heading: 'RIAL', align: 'right', cell: ({ offer }) => rial.format(priceOf(offer)) },
      { heading: 'FOR', cell: ({ offer }) => whatFor(offer) },
      { heading: 'ON TOP', cell: ({ promotion }) => (promotion ? `+${promotion.extraPercent} %` : '') },
      { heading: 'UNTIL', cell: ({ until }) => formatInstant(until) },
      { heading: 'NOT SOLD', cell: ({ refusal }) => (refusal === null ? '' : REFUSALS[refusal]) },
      { heading: 'NAME', cell: ({ offer }) => offer.name },
    ],
    offers,
  );
};

/** `offer show`: what was, is and will be sold under a code. */
export const showOffer: Show = (body) => {
  const { code, versions } = body as OfferHistoryAnswer;
  const texts = versions.map(({ from, until, state, offer }) => {
    const end = until === null ? '' : ` until ${formatInstant(until)}`;
    const head = `${STATES[state]}: from ${formatInstant(from)}${end}`;
    return offer === null ? `${head}\nNot sold.` : `${head}\n${formatFields(fieldsOf(offer))}`;
  });
  return [`Offer ${printable(code)}`, ...texts].join('\n\n');
};

function fieldsOf(offer: Offer): readonly (readonly [name: string, value: string])[] {
  const { seenBy, boughtBy, counties, purchase } = offer.audience;
  return [
    ['Name', offer.name],
    ['Kind', offer.kind],
    [isMonthly(offer) ? 'Price a month' : 'Price', `${rial.format(priceOf(offer))} Rial without tax`],
    ...('lineRental' in offer && offer.lineRental > 0
      ? [['Line rental', `${rial.format(offer.lineRental)} Rial`] as const]
      : []),
    ...('planName' in offer ? [['Plan', offer.planName] as const] : []),
    ['For', whatFor(offer)],
    ['Seen by', seenBy.join(', ') || 'nobody'],
    ['Bought by', boughtBy.join(', ') || 'nobody'],
    ['Counties', counties.join(', ') || 'all'],
    ['Purchases', purchase === 'any' ? 'all' : `${purchase} only`],
  ];
}

function isMonthly(offer: Offer): boolean {
  return 'pricePerMonth' in offer;
}

function priceOf(offer: Offer): number {
  return 'pricePerMonth' in offer ? offer.pricePerMonth : offer.price;
}

/** Volume and time, as far as the offer has them. */
function whatFor(offer: Offer): string {
  const parts = [
    'octets' in offer ? formatOctets(offer.octets) : '',
    'term' in offer ? termWords(offer.term) : '',
    'validity' in offer && offer.validity === 'service' ? 'within the service' : '',
    'recharge' in offer ? `${formatOctets(offer.recharge.octets)} a month` : '',
    offer.kind === 'static-ip' ? 'a month' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function termWords({ unit, count }: Extract<Offer, { readonly kind: 'timed' }>['term']): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
