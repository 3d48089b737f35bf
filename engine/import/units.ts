import { normalPersian } from '../values/persian-text.ts';

const KIB = 1_024;

/** Volumes by unit: 1 GB is 1024 MB (product line P42). Decimal and binary names mean the same here. */
const VOLUME_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  بایت: 1,
  k: KIB,
  kb: KIB,
  kib: KIB,
  کیلوبایت: KIB,
  m: KIB ** 2,
  mb: KIB ** 2,
  mib: KIB ** 2,
  meg: KIB ** 2,
  مگ: KIB ** 2,
  مگابایت: KIB ** 2,
  g: KIB ** 3,
  gb: KIB ** 3,
  gib: KIB ** 3,
  gig: KIB ** 3,
  گیگ: KIB ** 3,
  گیگابایت: KIB ** 3,
  t: KIB ** 4,
  tb: KIB ** 4,
  tib: KIB ** 4,
  ترابایت: KIB ** 4,
};

/** Speeds in kilobits by unit. A megabit is 1024 of them: what is sold as «2 مگ» is the plan of 2048k (P47). */
const SPEED_UNITS: Readonly<Record<string, number>> = {
  k: 1,
  kb: 1,
  kbps: 1,
  kbit: 1,
  کیلوبیت: 1,
  m: KIB,
  mb: KIB,
  mbps: KIB,
  mbit: KIB,
  meg: KIB,
  مگ: KIB,
  مگابیت: KIB,
  g: KIB ** 2,
  gb: KIB ** 2,
  gbps: KIB ** 2,
  گیگابیت: KIB ** 2,
};

const MONEY_UNITS: Readonly<Record<string, number>> = {
  rial: 1,
  rials: 1,
  irr: 1,
  ریال: 1,
  toman: 10,
  tomans: 10,
  irt: 10,
  تومان: 10,
};

const UNLIMITED = new Set(['unlimited', 'no limit', '∞', '-1', 'نامحدود', 'بدون محدودیت']);

/** True for a text that says that there is no limit. */
export function isUnlimited(text: string): boolean {
  return UNLIMITED.has(normalPersian(text).trim().toLowerCase());
}

/**
 * Octets of a volume such as `5 GB`, `512`, `۵٫۵ گیگ`; without a unit it is in megabytes, as such columns are. Rounded
 * down; `undefined` for a text that is none.
 */
export function readVolume(text: string): number | undefined {
  return measured(text, VOLUME_UNITS, KIB ** 2);
}

/** Kilobits per second of a speed such as `2 Mb/s`, `2048`, `۲ مگ`; above 0, `undefined` for a text that is none. */
export function readSpeed(text: string): number | undefined {
  const kbps = measured(text.replace(/\/s(ec)?$|ps$/i, ''), SPEED_UNITS, 1);
  return kbps === undefined || kbps < 1 ? undefined : kbps;
}

/** Rial of an amount such as `25,000`, `۲۵۰۰ تومان`, `-300`. @param unit what an amount without one is in. */
export function readMoney(text: string, unit: 'rial' | 'toman'): number | undefined {
  const negative = /^\s*[-−]|^\s*\(.*\)\s*$/u.test(text);
  const rial = measured(text.replace(/[-−()]/gu, ''), MONEY_UNITS, unit === 'toman' ? 10 : 1);
  return rial === undefined ? undefined : negative ? 0 - rial : rial;
}

/** A whole number from 0, with Persian digits and separators of thousands. */
export function readCount(text: string): number | undefined {
  return measured(text, {}, 1, /^\d+$/);
}

function measured(
  text: string,
  units: Readonly<Record<string, number>>,
  usual: number,
  form: RegExp = /^\d+(\.\d+)?$/,
): number | undefined {
  const plain = normalPersian(text).trim().toLowerCase().replace(/٫/gu, '.');
  const [, figure = '', unit = ''] = /^([\d.,٬\s]*\d)\s*([^\d\s.,]*)$/u.exec(plain) ?? [];
  const digits = plainDigits(figure);
  const factor = unit === '' ? usual : Object.hasOwn(units, unit) ? units[unit]! : undefined;
  if (!form.test(digits) || factor === undefined) return undefined;
  const value = Math.floor(Number(digits) * factor);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Commas that stand before three digits each separate thousands; another single one is the decimal point. */
function plainDigits(figure: string): string {
  const joined = figure.replace(/[٬\s]/gu, '');
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(joined)) return joined.replaceAll(',', '');
  return joined.replace(',', '.');
}
