import { z } from 'zod';
import type { SettingDeclaration } from '../../engine/orders/catalogue-document.ts';
import type { SettingName } from '../../engine/orders/house-settings.ts';
import { readCardNumber, readSheba } from '../../engine/values/bank-number.ts';
import { boundedList } from './bounded.ts';
import { choice, distinct, listed } from './choice.ts';
import { attributeText, integer, isoInstant, soldOctets } from './fields.ts';

/** Jalali years that a rate may be of: the first of the tax, and far ahead. */
const YEARS = { first: 1387, last: 1500 } as const;
const DAYS_OF_YEAR = 366;

const minuteOfDay = integer(0, 1_439);
const year = integer(YEARS.first, YEARS.last);

const vatRate = z
  .strictObject({ fromYear: year, toYear: year, percent: integer(0, 100) })
  .refine(({ fromYear, toYear }) => fromYear <= toYear, {
    path: ['toYear'],
    message: 'must not be before fromYear',
  });

const freeCharge = z
  .strictObject({
    days: integer(0, DAYS_OF_YEAR),
    octets: soldOctets(0),
    onDaysOut: choice('days', 'both'),
    kind: choice('gift', 'loan'),
  })
  .refine(({ days, octets }) => days + octets > 0, 'must give something; null is for no free charge');

const depositAccount = z.strictObject({
  bank: attributeText,
  owner: attributeText,
  cardNumber: attributeText.refine(
    (text) => text === '' || readCardNumber(text).ok,
    'must be a card number of 16 digits with the right check digit',
  ),
  accountNumber: attributeText,
  sheba: attributeText.refine(
    (text) => text === '' || readSheba(text).ok,
    'must be a Sheba: IR and 24 digits with the right check digits',
  ),
});

/** What the value of each setting must be. */
export const settingValues = {
  vatRates: boundedList(vatRate, 100, 'must have at most 100 entries'),
  remainingRules: z.strictObject({
    basis: choice('days', 'traffic', 'smaller'),
    dayBase: choice('year-of-365', 'term-as-sold', 'actual'),
    base: choice('price', 'price-and-tax'),
  }),
  reserveStart: choice('end', 'end-or-exhaustion'),
  freeCharge: freeCharge.nullable(),
  reminders: z.strictObject({ daysBefore: distinct(integer(0, DAYS_OF_YEAR), 20), minuteOfDay }),
  pause: z.strictObject({ daysMax: integer(0, DAYS_OF_YEAR) }),
  documentGraceDays: integer(0, DAYS_OF_YEAR),
  staticIpGraceDays: integer(0, DAYS_OF_YEAR),
  changeTolerancePercent: integer(0, 100),
  orderHours: integer(1, 8_784),
  dailyMinute: minuteOfDay,
  seller: z.strictObject({
    name: attributeText,
    nationalId: attributeText,
    economicCode: attributeText,
    registrationNumber: attributeText,
    address: attributeText,
    postalCode: attributeText,
    phone: attributeText,
  }),
  depositAccounts: boundedList(depositAccount, 50, 'must have at most 50 entries'),
  supportPhones: distinct(attributeText.min(1, 'must not be empty'), 20),
} satisfies { readonly [Name in SettingName]: z.ZodType };

const NAMES = Object.keys(settingValues) as [SettingName, ...SettingName[]];

/** Name of a setting. */
export const settingName = z.enum(NAMES, `must be ${listed(NAMES)}`);

function settingOf<const Name extends SettingName>(name: Name) {
  const value: z.ZodType = settingValues[name];
  return z.strictObject({ name: z.literal(name), effectiveFrom: isoInstant.optional(), value });
}

const [first, ...others] = NAMES;

/** A value of a setting in a provisioning document; the value is of the setting that has the name. */
export const settingDeclaration = z.discriminatedUnion(
  'name',
  [settingOf(first), ...others.map((name) => settingOf(name))],
  { error: ({ code }) => (code === 'invalid_union' ? `must be ${listed(NAMES)}` : undefined) },
) as z.ZodType as z.ZodType<SettingDeclaration>;
