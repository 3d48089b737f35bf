/** A service of the sample catalogue (product line P47): its offer and its plan share the code. */
export interface DemoService {
  readonly code: string;
  readonly name: string;
  readonly kbps: number;
  /** `undefined` for unlimited ones. */
  readonly gigabytes: number | undefined;
  readonly months: 1 | 3;
  /** Rial, without tax. */
  readonly price: number;
}

/** Speed, volume, months and price of each, in the sample's order. */
const LIST: readonly (readonly [
  kbps: number,
  gigabytes: number | undefined,
  months: 1 | 3,
  price: number,
])[] = [
  [128, 3, 1, 89_000],
  [256, 3, 1, 109_000],
  [2048, 5, 1, 215_000],
  [1024, 3, 1, 164_000],
  [1024, 5, 1, 180_000],
  [2048, 100, 1, 890_000],
  [512, 3, 1, 134_000],
  [512, 5, 1, 150_000],
  [2048, 3, 1, 199_000],
  [256, 5, 1, 125_000],
  [128, 5, 1, 105_000],
  [1024, undefined, 1, 790_000],
  [64, 3, 1, 74_000],
  [2048, 8, 1, 239_000],
  [1024, 8, 1, 204_000],
  [2048, undefined, 1, 1_190_000],
  [2048, 50, 1, 540_000],
  [256, 9, 3, 312_000],
  [1024, 9, 3, 465_000],
];

/** The two that the sample calls standard «استاندارد پیش پرداخت». */
const STANDARD = new Set(['128k-3g', '2048k-5g']);

const digits = new Intl.NumberFormat('fa', { useGrouping: false });

/** The services of product line P47, all with made-up prices. */
export const DEMO_SERVICES: readonly DemoService[] = LIST.map(([kbps, gigabytes, months, price]) => {
  const volume = gigabytes === undefined ? 'unlimited' : `${gigabytes}g`;
  const code = `${kbps}k-${volume}${months === 3 ? '-3months' : ''}`;
  const name = [
    `${digits.format(kbps)} کیلوبیت`,
    months === 3 ? 'سه ماهه' : 'یک ماهه',
    gigabytes === undefined ? 'نامحدود' : `${digits.format(gigabytes)} گیگابایت`,
    ...(STANDARD.has(code) ? ['استاندارد پیش پرداخت'] : []),
  ].join('، ');
  return { code, name, kbps, gigabytes, months, price };
});
