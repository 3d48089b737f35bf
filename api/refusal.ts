import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { problem } from './problem.ts';

type Refusal = readonly [status: ContentfulStatusCode, detail: string];

/** What each refusal means, in a sentence; its name is the `code` of the answer and stays what it is. */
const REFUSALS = {
  'no-such-line': [404, 'There is no line of this username.'],
  'no-such-customer': [404, 'There is no customer of this number.'],
  'username-taken': [409, 'There is a line of this username.'],
  'no-such-offer': [404, 'Nothing of this code is sold to this buyer now.'],
  'no-such-order': [404, 'There is no order of this number.'],
  'no-such-payment': [404, 'There is no payment of this number.'],
  'no-such-gateway': [404, 'There is no payment gateway of this name, or it is not switched on.'],
  'no-such-deposit': [404, 'There is no bank deposit of this number.'],
  'no-such-agent': [409, 'The agent is not there, is suspended, or the customer is not his.'],
  'insufficient-deposit': [409, 'The deposit of the agent is too small.'],
  'uses-wallet-credit': [
    409,
    "The order takes credit of the customer's wallet; order it again as the agent.",
  ],
  'no-customer': [409, 'The line belongs to no customer whose wallet could pay for it.'],
  'not-for-role': [409, 'The offer may not be bought by this kind of buyer.'],
  'not-in-county': [409, 'The offer is not sold in the county of the line.'],
  'first-purchase-only': [409, 'The offer is for lines that never paid for a service.'],
  'repeat-purchase-only': [409, 'The offer is for lines that have paid for a service before.'],
  'offer-is-of-another-kind': [409, 'The offer is of another kind than the order.'],
  'reserve-is-taken': [409, 'A service waits behind the running one already; one may wait.'],
  'no-running-service': [409, 'The line has no running service.'],
  'no-static-ip': [409, 'The line has no static address.'],
  'address-is-taken': [409, 'The address of the line belongs to another line by now.'],
  'line-has-moved': [409, 'The line belongs to another customer than the order.'],
  'tax-has-changed': [409, 'The tax is not the one of the order any more; order it again.'],
  'plan-is-gone': [409, 'The plan of the offer is not there any more.'],
  'line-is-closed': [409, 'The line is closed.'],
  'line-is-paused': [409, 'The service of the line is paused; end the pause first.'],
  'service-has-changed': [409, 'The running service is not the one that was taken off; order it again.'],
  'value-has-fallen': [409, 'The running service is worth less than was taken off; order it again.'],
  'tax-of-year-unknown': [409, 'The tax of this year is not known; set vatRates.'],
  'order-is-over': [409, 'The order is applied, credited or cancelled.'],
  'order-is-out-of-date': [409, 'The figures of the order do not hold any more; order it again.'],
  'insufficient-credit': [409, 'The wallet has too little credit.'],
  'nothing-to-pay': [409, 'Nothing is to be paid at a bank; the wallet bears it.'],
  'more-than-owed': [409, 'The customer owes less than that.'],
  'return-path-not-allowed': [422, 'returnPath is no page of ours.'],
  'gateway-refused': [502, 'The gateway refused the payment; the attempt is listed with its reason.'],
  'gateway-does-not-answer': [
    502,
    'The gateway does not answer; nothing was charged, try again or elsewhere.',
  ],
  'not-offered': [409, 'The house gives no free charge.'],
  'already-applied': [409, 'The line had its free charge; the next one comes after a paid purchase.'],
  'nothing-ran-out': [409, 'Neither days nor traffic of the line ran out.'],
  'never-paid': [409, 'The line never had a paid service.'],
  'is-paused': [409, 'The line is paused already.'],
  'is-not-paused': [409, 'The line is not paused.'],
  'no-days-left': [409, 'All days that the house credits in a term are used.'],
  'is-postpaid': [409, 'A postpaid service is billed by the day and is not paused.'],
  'no-campaign': [409, 'The running service of the line is no campaign.'],
  'no-such-invoice': [404, 'There is no invoice of this series and number.'],
  'not-an-invoice': [409, 'A credit note is not taken back.'],
  'no-such-row': [409, 'The invoice has no such row.'],
  'already-taken-back': [409, 'That was taken back before.'],
  'nothing-to-take-back': [409, 'That would take back nothing.'],
  'value-was-taken-off': [409, 'What the service was still worth was taken off a later order already.'],
  'not-all-is-taken-back': [409, 'Rows of the invoice stay, so the service stays, too.'],
  'service-is-over': [409, 'The service is over, or was given up for another one.'],
  'nothing-to-end': [409, 'The invoice is of no service and no volume that could be ended.'],
  'key-is-taken': [409, 'This Idempotency-Key was used for something else before: take a new one.'],
  'no-such-bank-account': [409, 'This is none of the accounts to pay into.'],
  'date-in-future': [422, 'The day of the deposit is in the future.'],
  'told-already': [409, 'A deposit of this bank, trace number, day and amount was told before.'],
  'reference-is-taken': [409, 'A deposit of this bank, trace number and day has been approved before.'],
  'payments-are-missing': [
    409,
    'The file names payments that are not paid here; look at them without payout, or send despiteMissing.',
  ],
  'balance-too-large': [409, 'An account would hold more Rial than the books can.'],
  'other-payout': [409, 'A payout of this reference was posted before, with another amount.'],
  'reviewed-already': [409, 'The deposit was reviewed before.'],
  'receipt-not-a-picture': [422, 'The receipt must be a JPEG, PNG or WebP picture of at most 25 megapixels.'],
} as const satisfies Readonly<Record<string, Refusal>>;

/** Why something was not done. */
export type RefusalCode = keyof typeof REFUSALS;

/** Answers with the problem of a refusal; `supportPhones` where people have to be called. */
export function refused(c: Context, code: RefusalCode, supportPhones?: readonly string[]): Response {
  const [status, detail]: Refusal = REFUSALS[code];
  const title = status === 404 ? 'Not found' : 'Not possible';
  return problem(c, {
    ...{ status, title, detail, code },
    ...(supportPhones === undefined || supportPhones.length === 0 ? {} : { supportPhones }),
  });
}

/** What the document says of a status that refusals have: their codes. */
export function refusalsOf(...codes: readonly RefusalCode[]): string {
  return `Not possible now; code tells why: ${codes.join(', ')}.`;
}

/** Why the rules do not give what is ordered. */
export const NOT_GIVEN = [
  'reserve-is-taken',
  'no-running-service',
  'no-static-ip',
  'plan-is-gone',
  'line-is-closed',
  'line-is-paused',
  'offer-is-of-another-kind',
] as const satisfies readonly RefusalCode[];

/** The same of an order that is paid some time after it was placed. */
export const NOT_APPLIED = [
  ...NOT_GIVEN,
  'service-has-changed',
  'value-has-fallen',
  'address-is-taken',
  'line-has-moved',
  'tax-has-changed',
  'first-purchase-only',
] as const satisfies readonly RefusalCode[];
