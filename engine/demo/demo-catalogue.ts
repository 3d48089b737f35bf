import type { ProvisioningDocument } from '../subscribers/provisioning.ts';
import { DEMO_CAMPAIGN_PLAN, DEMO_PLAN_NAMES } from './demo-plans.ts';
import { DEMO_SERVICES } from './demo-services.ts';

type Offers = NonNullable<ProvisioningDocument['offers']>;
type Settings = NonNullable<ProvisioningDocument['settings']>;
type Catalogue = Required<Pick<ProvisioningDocument, 'offers' | 'promotions' | 'settings'>>;

const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;

/** 1 Farvardin 1405: from then on all of it is sold, so that declaring it again changes nothing. */
const EFFECTIVE_FROM = '2026-03-21T00:00:00+03:30';

/** 1 Farvardin 1406. */
const NEW_YEAR = '2027-03-21T00:00:00+03:30';

const oneMonth = { unit: 'month', count: 1 } as const;
const oneYear = { unit: 'month', count: 12 } as const;

/** What a demo house sells and how: the list of product line P47, prices and house are made up. */
export function demoCatalogue(): Catalogue {
  const offers: Offers = [...demoLineOffers(), ...serviceOffers(), ...billedOffers(), ...trafficOffers()];
  return {
    offers: offers.map((offer) => ({ ...offer, effectiveFrom: EFFECTIVE_FROM })),
    promotions: [
      {
        name: 'طرح حجم ریزان، ۱۰٪ حجم اضافی',
        extraPercent: 10,
        kinds: ['extra', 'timed'],
        from: EFFECTIVE_FROM,
        until: NEW_YEAR,
      },
    ],
    settings: demoSettings().map((setting) => ({ ...setting, effectiveFrom: EFFECTIVE_FROM })),
  };
}

/** What the lines of the demo are on. */
function demoLineOffers(): Offers {
  const [silver, gold, green] = DEMO_PLAN_NAMES;
  const term = { unit: 'day', count: 30 } as const;
  return [
    { kind: 'prepaid', code: 'silver', name: silver, plan: silver, term, price: 95_000 },
    { kind: 'prepaid', code: 'gold', name: gold, plan: gold, term, price: 590_000 },
    {
      ...{ kind: 'prepaid', code: 'green', name: green, plan: green, price: 2_400_000 },
      term: { unit: 'day', count: 90 },
    },
  ];
}

function serviceOffers(): Offers {
  return DEMO_SERVICES.map(({ code, name, months, price }) => ({
    ...{ kind: 'prepaid', code, name, plan: code, price },
    term: { unit: 'month', count: months },
  }));
}

/** Services that are paid after each month, which staff and agents sell (product lines P30 and P33). */
function billedOffers(): Offers {
  const audience = { seenBy: ['agent', 'staff'], boughtBy: ['agent', 'staff'] } as const;
  const billed = { plan: DEMO_CAMPAIGN_PLAN, term: oneYear, pricePerMonth: 215_000, audience };
  return [
    { kind: 'postpaid', code: 'campaign-2m-5g', name: 'کمپین ۲ مگ ماهیانه ۵ گیگ، پس پرداخت', ...billed },
    {
      ...{ kind: 'campaign', code: 'spring-2m-5g', ...billed },
      name: 'جشنواره بهار تا بهار ۲ مگ ماهیانه ۵ گیگ یکساله، ماهی ۵ گیگ رایگان، پس پرداخت',
      recharge: { octets: 5 * GIGABYTE },
    },
  ];
}

function trafficOffers(): Offers {
  const extra = { kind: 'extra', validity: 'used-up' } as const;
  const timed = { kind: 'timed' } as const;
  return [
    {
      ...{ ...extra, code: 'extra-1g', name: '۱ گیگ ترافیک عمومی پیش پرداخت' },
      ...{ octets: GIGABYTE, price: 35_000 },
    },
    {
      ...{ ...extra, code: 'extra-5g', name: '۵ گیگ ترافیک عمومی پیش پرداخت' },
      ...{ octets: 5 * GIGABYTE, price: 150_000 },
    },
    {
      ...{ ...extra, code: 'extra-20g', name: '۲۰ گیگ ترافیک عمومی پیش پرداخت' },
      ...{ octets: 20 * GIGABYTE, price: 520_000 },
    },
    {
      ...{ ...extra, code: 'service-2g', name: '۲ گیگ ترافیک مازاد، تا پایان سرویس', validity: 'service' },
      ...{ octets: 2 * GIGABYTE, price: 45_000 },
    },
    {
      ...{ ...timed, code: 'timed-10g', name: '۱۰ گیگ ترافیک زماندار، ۲۴ ساعته' },
      ...{ octets: 10 * GIGABYTE, price: 60_000, term: { unit: 'hour', count: 24 } },
    },
    {
      ...{ ...timed, code: 'timed-30g', name: '۳۰ گیگ ترافیک زماندار، سه روزه' },
      ...{ octets: 30 * GIGABYTE, price: 140_000, term: { unit: 'day', count: 3 } },
    },
    { kind: 'static-ip', code: 'static-ip', name: 'آی‌پی ثابت', pricePerMonth: 50_000 },
    {
      ...{
        kind: 'prepaid',
        code: 'welcome-2048k-8g',
        name: '۲۰۴۸ کیلوبیت، یک ماهه، ۸ گیگابایت، ویژه اولین خرید',
      },
      ...{ plan: '2048k-8g', term: oneMonth, price: 189_000, audience: { purchase: 'first' } },
    },
  ];
}

function demoSettings(): Settings {
  return [
    // An assumption: 10 % as in 1404. Nobody here has verified the rate of 1405, without which nothing can be quoted.
    { name: 'vatRates', value: [{ fromYear: 1405, toYear: 1405, percent: 10 }] },
    {
      name: 'freeCharge',
      value: { days: 2, octets: 100 * MEGABYTE, onDaysOut: 'days', kind: 'gift' },
    },
    {
      name: 'seller',
      value: {
        name: 'شرکت نمونه ارتباطات میزان',
        nationalId: '14000000003',
        economicCode: '411111111111',
        registrationNumber: '100001',
        address: 'تهران، خیابان نمونه، پلاک ۱',
        postalCode: '1111111111',
        phone: '02100000000',
      },
    },
    {
      name: 'depositAccounts',
      value: [
        {
          bank: 'بانک نمونه',
          owner: 'شرکت نمونه ارتباطات میزان',
          cardNumber: '6037990000000006',
          accountNumber: '0100000000001',
          sheba: 'IR380170000000100000000001',
        },
      ],
    },
    { name: 'supportPhones', value: ['02100000000'] },
  ];
}
