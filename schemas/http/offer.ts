import { z } from 'zod';
import { choice, distinct, listed } from './choice.ts';
import { attributeText, integer, isoInstant, plainName, printableText, soldOctets } from './fields.ts';

/** 100 billion Toman, so that months of it are still an exact number. */
const MAX_PRICE = 1_000_000_000_000;
/** Ten years. */
const TERM_MAX = { hour: 87_840, day: 3_660, month: 120 } as const;
const LAST_MINUTE = 1_439;

const KINDS = ['prepaid', 'postpaid', 'campaign', 'extra', 'timed', 'static-ip'] as const;

/** A kind of offer. */
export const offerKind = choice(...KINDS);

/** As whom somebody buys. */
export const buyerRole = choice('subscriber', 'agent', 'reseller', 'staff');

const amount = integer(0, MAX_PRICE);
const title = printableText(253).min(1, 'must not be empty');

const term = z
  .strictObject({ unit: choice('hour', 'day', 'month'), count: integer(1, TERM_MAX.hour) })
  .refine(({ unit, count }) => count <= TERM_MAX[unit], {
    path: ['count'],
    message: 'must be at most ten years',
  });

const audience = z.strictObject({
  seenBy: distinct(buyerRole, 4).optional(),
  boughtBy: distinct(buyerRole, 4).optional(),
  counties: distinct(attributeText.min(1, 'must not be empty'), 500).optional(),
  purchase: choice('any', 'first', 'repeat').optional(),
});

const common = {
  code: plainName,
  name: title,
  audience: audience.optional(),
  effectiveFrom: isoInstant.optional(),
  withdrawn: z.boolean('must be true or false').optional(),
};
const service = {
  plan: attributeText.min(1, 'must not be empty'),
  term,
  lineRental: amount.optional(),
  reserveStart: choice('end', 'end-or-exhaustion').optional(),
};
const bill = { pricePerMonth: amount, monthLength: choice('nominal', 'actual').optional() };

const recharge = z.strictObject({
  octets: soldOctets(1),
  minuteOfDay: integer(0, LAST_MINUTE).optional(),
});

/** An offer in a provisioning document. */
export const offerDeclaration = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('prepaid'), ...common, ...service, price: amount }),
    z.strictObject({ kind: z.literal('postpaid'), ...common, ...service, ...bill }),
    z.strictObject({ kind: z.literal('campaign'), ...common, ...service, ...bill, recharge }),
    z.strictObject({
      kind: z.literal('extra'),
      ...common,
      price: amount,
      octets: soldOctets(1),
      validity: choice('service', 'used-up'),
    }),
    z.strictObject({ kind: z.literal('timed'), ...common, price: amount, octets: soldOctets(1), term }),
    z.strictObject({ kind: z.literal('static-ip'), ...common, pricePerMonth: amount }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? `must be ${listed(KINDS)}` : undefined) },
);
