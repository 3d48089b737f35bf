import type { ProvisioningDocument } from '../subscribers/provisioning.ts';
import { DEMO_PLAN_NAMES, demoPlans } from './demo-plans.ts';

/** Address that the simulated NAS speaks from; 127.0.0.1 stays free for a NAS of the reader's own. */
export const DEMO_NAS_ADDRESS = '127.0.0.2';

/** Name of the simulated NAS. */
export const DEMO_NAS_NAME = 'demo-bras';

/** Lines that the simulated NAS brings online. */
export const DEMO_ONLINE_LINES = 8;

const NAMES = [
  'زهرا احمدی',
  'محمد کریمی',
  'فاطمه رضایی',
  'علی موسوی',
  'مریم حسینی',
  'حسین جعفری',
  'نرگس محمدی',
  'رضا عباسی',
  'سارا قاسمی',
  'مهدی رحیمی',
  'لیلا صادقی',
  'امیر نوری',
  'شیرین یوسفی',
  'کاوه مرادی',
  'پریسا اکبری',
  'بهرام شریفی',
  'نسرین کاظمی',
  'داریوش فرهادی',
  'مینا سلطانی',
  'آرش تهرانی',
];

/**
 * Demo data: plans, a NAS on this machine for the reader and the simulated one, twenty lines.
 * @param secret shared secret of both NAS and internet password of all lines.
 * @param coaPort port on which the simulated NAS takes CoA and Disconnect.
 */
export function demoDocument(secret: string, coaPort: number): ProvisioningDocument {
  return {
    nas: [
      { name: 'bras1', address: '127.0.0.1', secret, vendor: 'mikrotik', coaPort: 3799 },
      { name: DEMO_NAS_NAME, address: DEMO_NAS_ADDRESS, secret, vendor: 'mikrotik', coaPort },
    ],
    plans: demoPlans(),
    lines: NAMES.map((name, index) => ({
      username: `demo${String(index + 1).padStart(2, '0')}`,
      password: secret,
      plan: DEMO_PLAN_NAMES[index % DEMO_PLAN_NAMES.length] ?? DEMO_PLAN_NAMES[0],
      name,
      staticIp: `100.64.0.${index + 1}`,
    })),
  };
}
