import type { ProvisioningDocument } from '../subscribers/provisioning.ts';
import { DEMO_SERVICES, type DemoService } from './demo-services.ts';

type Plans = NonNullable<ProvisioningDocument['plans']>;

const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;
const MONTH_DAYS = 30;
const INTERIM_SECONDS = 60;

/** Plans that the lines of the demo are on: small enough for their ends to be seen. */
export const DEMO_PLAN_NAMES = [
  'نقره‌ای ۲ مگ، ۶۴ مگابایت',
  'طلایی ۱۶ مگ، ۲ گیگابایت',
  'سبز ۸ مگ نامحدود',
] as const;

/** Plan of the services that are paid afterwards (product line P30). */
export const DEMO_CAMPAIGN_PLAN = '2048k-5g-monthly';

/** All plans of the demo: those of its lines, and those that are only sold. */
export function demoPlans(): Plans {
  const [silver, gold, green] = DEMO_PLAN_NAMES;
  return [
    {
      name: silver,
      days: MONTH_DAYS,
      quota: { octets: 64 * MEGABYTE, charge: 'download' },
      speed: { downKbps: 2048, upKbps: 512 },
      exhausted: { downKbps: 128, upKbps: 64 },
      interimSeconds: INTERIM_SECONDS,
    },
    {
      name: gold,
      days: MONTH_DAYS,
      quota: { octets: 2 * GIGABYTE, charge: 'both' },
      speed: { downKbps: 16_384, upKbps: 2048 },
      exhausted: 'disconnect',
      interimSeconds: INTERIM_SECONDS,
    },
    {
      name: green,
      days: 3 * MONTH_DAYS,
      speed: { downKbps: 8192, upKbps: 1024 },
      interimSeconds: INTERIM_SECONDS,
    },
    ...DEMO_SERVICES.map(planOf),
    {
      name: DEMO_CAMPAIGN_PLAN,
      days: 12 * MONTH_DAYS,
      quota: { octets: 5 * GIGABYTE, charge: 'both', per: 'month' },
      speed: { downKbps: 2048, upKbps: 512 },
    },
  ];
}

/** Upload is a quarter of the download. */
function planOf({ code, kbps, gigabytes, months }: DemoService): Plans[number] {
  return {
    name: code,
    days: months * MONTH_DAYS,
    speed: { downKbps: kbps, upKbps: kbps / 4 },
    ...(gigabytes !== undefined && { quota: { octets: gigabytes * GIGABYTE, charge: 'both' } }),
  };
}
