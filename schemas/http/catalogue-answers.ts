import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';
import { buyerRole, offerKind } from './offer.ts';

const term = z.object({ unit: z.enum(['hour', 'day', 'month']), count });

const common = {
  code: z.string(),
  name: z.string(),
  audience: z.object({
    seenBy: z.array(buyerRole),
    boughtBy: z.array(buyerRole),
    counties: z.array(z.string()).describe('None for everywhere.'),
    purchase: z.enum(['any', 'first', 'repeat']),
  }),
};
const service = {
  planName: z.string(),
  term,
  lineRental: count.describe('Rial of the whole term, untaxed.'),
  reserveStart: z
    .enum(['end', 'end-or-exhaustion'])
    .optional()
    .describe('When a service behind this one begins; absent for as the house does.'),
};
const bill = { pricePerMonth: count, monthLength: z.enum(['nominal', 'actual']) };

const offerAnswer = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('prepaid'), ...common, ...service, price: count }),
    z.object({ kind: z.literal('postpaid'), ...common, ...service, ...bill }),
    z.object({
      kind: z.literal('campaign'),
      ...common,
      ...service,
      ...bill,
      recharge: z.object({ octets: count, minuteOfDay: count }),
    }),
    z.object({
      kind: z.literal('extra'),
      ...common,
      price: count,
      octets: count,
      validity: z.enum(['service', 'used-up']),
    }),
    z.object({ kind: z.literal('timed'), ...common, price: count, octets: count, term }),
    z.object({ kind: z.literal('static-ip'), ...common, pricePerMonth: count }),
  ])
  .meta({ id: 'Offer', description: 'Something that can be ordered. Prices are Rial without tax.' });

const state = z.enum(['past', 'present', 'future']);

/** An offer in a buyer's list. */
export const listedOffer = z
  .object({
    offer: offerAnswer,
    until: utcInstant.nullable().describe('When it changes or is withdrawn.'),
    refusal: z
      .enum(['not-for-role', 'not-in-county', 'first-purchase-only', 'repeat-purchase-only'])
      .nullable()
      .describe('Why this buyer may see it and not buy it; null when it can be bought.'),
    promotion: z
      .object({ name: z.string(), extraPercent: count, until: utcInstant })
      .nullable()
      .describe('What is given on top of the volume now.'),
  })
  .meta({ id: 'ListedOffer', description: 'An offer as a buyer sees it.' });

/** All offers that a buyer sees. */
export const offersAnswer = z.object({ offers: z.array(listedOffer) }).describe('Offers by code.');

/** An offer with all its versions. */
export const offerHistoryAnswer = z
  .object({
    code: z.string(),
    versions: z
      .array(
        z.object({
          from: utcInstant,
          until: utcInstant.nullable(),
          state,
          offer: offerAnswer.nullable().describe('Null while it is not sold.'),
        }),
      )
      .describe('The oldest first.'),
  })
  .describe('What the offer was, is, and will be.');

/** All promotions. */
export const promotionsAnswer = z
  .object({
    promotions: z.array(
      z.object({
        name: z.string(),
        extraPercent: count,
        kinds: z.array(offerKind),
        from: utcInstant,
        until: utcInstant,
        state,
      }),
    ),
  })
  .describe('Promotions by name.');

const value = z.unknown().describe('As the body of PUT has it.');

/** All settings of the house as they hold now. */
export const settingsAnswer = z
  .object({
    settings: z.array(
      z.object({
        name: z.string(),
        value,
        from: utcInstant.nullable().describe("Null where the program's own value holds."),
        until: utcInstant.nullable().describe('When the next value begins to hold.'),
      }),
    ),
  })
  .describe('Every setting with the value that holds now.');

/** A setting with all its values. */
export const settingAnswer = z
  .object({
    name: z.string(),
    usual: z.unknown().describe('What holds before the first value.'),
    versions: z
      .array(
        z.object({
          from: utcInstant,
          until: utcInstant.nullable(),
          state,
          value,
          actor: z.string().describe('Who set it.'),
          setAt: utcInstant,
        }),
      )
      .describe('The oldest first.'),
  })
  .describe('What the setting was, is, and will be.');
