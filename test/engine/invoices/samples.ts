import type { PrepaidOffer } from '../../../engine/catalog/offer.ts';
import { type Invoice, issueInvoice } from '../../../engine/invoices/invoice.ts';
import {
  creditNoteOf,
  type InvoiceCircumstances,
  invoiceOfBills,
  invoiceOfQuote,
} from '../../../engine/invoices/issue.ts';
import type { Bill } from '../../../engine/orders/postpaid-bills.ts';
import { type QuoteTerms, quoteService, type Replaced } from '../../../engine/orders/quote.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliMonthLength, jalaliWallTime } from '../../../engine/values/jalali.ts';
import type { Result } from '../../../engine/values/result.ts';
import { rial, ZERO_RIAL } from '../../../engine/values/rial.ts';

/** The day of product line P52. */
export const ISSUED_AT = jalaliWallTime({ year: 1394, month: 11, day: 25 }, 15 * 60);

const FIRST_OF_SERIES = { series: '1394', number: 1024 };

/** A person's line; nothing is paid yet. */
export const CIRCUMSTANCES: InvoiceCircumstances = {
  issuedAt: ISSUED_AT,
  seller: {
    kind: 'company',
    name: 'شرکت ارتباطات میزان‌گستر',
    identity: '10380284790',
    economicCode: '411111111111',
    postalCode: '1458889694',
    address: 'تهران، خیابان آزادی، کوچه‌ی لاله، پلاک ۱۲، طبقه‌ی ۳',
    phone: '021-66001234',
  },
  buyer: {
    kind: 'person',
    name: 'سارا رضایی‌نژاد',
    identity: '0499370899',
    economicCode: '',
    postalCode: '9187613456',
    address: 'مشهد، بلوار وکیل‌آباد، کوچه‌ی ۴۰، پلاک ۷',
    phone: '+989123456789',
  },
  line: { username: 'sara.rezaei@mizan', phone: '05138401234' },
  paid: [],
};

const COMPANY: InvoiceCircumstances['buyer'] = {
  kind: 'company',
  name: 'شرکت مهندسی Pars Data Co. (سهامی خاص)',
  identity: '14003556781',
  economicCode: '411399876543',
  postalCode: '1991613711',
  address: 'تهران، میدان ونک، برج نگار، طبقه‌ی ۱۸، واحد 1802',
  phone: '021-88770011',
};

const TERMS: QuoteTerms = { at: ISSUED_AT, vatRates: [], walletCredit: ZERO_RIAL };

/** The service of product line P51: 2,000,000 Rial, 352 days of 365 left. */
export const FIROUZEH: Replaced = {
  service: {
    name: 'فیروزه - اینترنت 2048 ماهیانه 5 گیگ',
    price: rial(2_000_000),
    vat: rial(180_000),
    from: daysLater(ISSUED_AT, -13),
    until: daysLater(ISSUED_AT, 352),
    pausedDays: 0,
    daysSold: 365,
    traffic: undefined,
  },
  rules: { basis: 'days', dayBase: 'year-of-365', base: 'price' },
};

/** What was asked for; a failure is a bug of the test. */
export function done<T>(result: Result<T, string>): T {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** A service of a year. */
export function yearly(name: string, price: number, lineRental = 0): PrepaidOffer {
  return {
    ...{ kind: 'prepaid', code: 'yearly', name, planName: 'yearly', price: rial(price) },
    audience: { seenBy: ['subscriber'], boughtBy: ['subscriber'], counties: [], purchase: 'any' },
    term: { unit: 'day', count: 365 },
    lineRental: rial(lineRental),
  };
}

/** Order 469627 of product line P52, paid at a gateway. */
export function order469627(): Invoice {
  const offer = yearly('زمرد - اینترنت 2048 یکساله 40 گیگ در ماه', 8_000_000);
  const quote = done(quoteService(offer, TERMS, FIROUZEH));
  const paid = [
    { by: 'gateway', gateway: 'بانک ملت', reference: '139411251500417', amount: quote.payable },
  ] as const;
  const draft = invoiceOfQuote(quote, { ...CIRCUMSTANCES, paid, orderId: '469627' });
  return issueInvoice(draft, FIRST_OF_SERIES);
}

/** The change of product line P53: nothing is paid, the surplus becomes credit. */
export function surplusOrder(): Invoice {
  const name = 'عقیق- اینترنت یکساله 1024 با 40 گیگ حجم سالیانه + 10 گیگ هدیه';
  const quote = done(quoteService(yearly(name, 1_400_000), TERMS, FIROUZEH));
  return issueInvoice(invoiceOfQuote(quote, CIRCUMSTANCES), { ...FIRST_OF_SERIES, number: 1025 });
}

function bill(name: string, year: number, month: number, amount: number): Bill {
  const days = jalaliMonthLength(year, month);
  const first = { year, month, day: 1 };
  return { name, firstDay: first, lastDay: { ...first, day: days }, days, amount: rial(amount) };
}

function billed(bills: readonly Bill[], number: number): Invoice {
  const circumstances = { ...CIRCUMSTANCES, buyer: COMPANY, billId: `B-${number}` };
  return issueInvoice(done(invoiceOfBills(bills, [], circumstances)), { ...FIRST_OF_SERIES, number });
}

/** A company's bill, not paid yet, with Latin words and an address among the Persian. */
export function companyBill(): Invoice {
  const bills = [
    bill('پهنای باند اختصاصی 100 Mb/s (Metro Ethernet)', 1393, 12, 125_400_000),
    bill('IP ثابت 85.9.70.25 تا 85.9.70.28', 1393, 12, 200_000),
    bill('پشتیبانی سه‌ماهه (SLA) — سطح طلایی', 1393, 12, 18_750_999),
  ];
  return billed(bills, 1026);
}

/** A bill of so many rows. */
export function longBill(rows = 60): Invoice {
  const bills = Array.from({ length: rows }, (_, index) =>
    bill(
      `سرویس سازمانی شعبه‌ی ${index + 1} - اینترنت 2048`,
      1393,
      (index % 12) + 1,
      1_234_567 + index * 98_765,
    ),
  );
  return billed(bills, 1027);
}

/** Takes all of order 469627 back. */
export function wholeCreditNote(): Invoice {
  const takenBack = { issuedAt: ISSUED_AT + DAY_MS, takenBack: 'all', earlier: [] } as const;
  const note = creditNoteOf(order469627(), { ...takenBack, to: { by: 'wallet' } });
  return issueInvoice(done(note), { ...FIRST_OF_SERIES, number: 1028 });
}

/** Every kind of invoice. */
export const SAMPLES: Readonly<Record<string, () => Invoice>> = {
  order469627,
  surplus: surplusOrder,
  company: companyBill,
  credit: wholeCreditNote,
  long: longBill,
};
