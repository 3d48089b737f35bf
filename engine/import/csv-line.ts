import type { QuotaPeriod } from '../catalog/plan.ts';
import type { LineStatus } from '../policy/line-state.ts';
import type { CustomerDeclaration } from '../subscribers/customer.ts';
import type { PlanDeclaration } from '../subscribers/provisioning.ts';
import type { Instant } from '../values/instant.ts';
import { addJalaliDays, jalaliDayAt, jalaliDayStart } from '../values/jalali.ts';
import { asciiDigits, normalPersian, plainNumber } from '../values/persian-text.ts';
import type { CsvField } from './csv-headers.ts';
import { endOf, isoDay, readDate } from './dates.ts';
import type { ImportOptions } from './import-plan.ts';
import type { LineCandidate } from './line-candidate.ts';
import { isUnlimited, readCount, readMoney, readSpeed, readVolume } from './units.ts';

/** The cells of a row by what they tell; '' for none. */
export type CsvCells = (field: CsvField) => string;

const STATUSES: Readonly<Record<LineStatus, readonly string[]>> = {
  active: ['active', 'enabled', 'on', '1', 'فعال', 'بهره برداری'],
  suspended: ['suspended', 'disabled', 'locked', 'off', '0', 'غیرفعال', 'غیر فعال', 'مسدود', 'معلق', 'قفل'],
  closed: ['closed', 'deleted', 'بسته', 'جمع آوری شده', 'حذف شده'],
};
const PERIODS: Readonly<Record<QuotaPeriod, readonly string[]>> = {
  term: ['term', 'دوره', 'کل دوره'],
  day: ['day', 'daily', 'روز', 'روزانه'],
  week: ['week', 'weekly', 'هفته', 'هفتگی'],
  month: ['month', 'monthly', 'ماه', 'ماهانه', 'ماهیانه'],
};
/** 100 years: more is a figure of another column, and no calendar goes on for ever. */
const MOST_DAYS_LEFT = 36_525;
const COMPANIES = ['company', 'legal', 'شرکت', 'حقوقی'];
const PERSONS = ['person', 'natural', 'حقیقی', 'شخص', 'فرد'];

/** The line of a row with everything that is wrong in its cells. */
export function candidateOf(
  cells: CsvCells,
  options: ImportOptions,
  source: string,
  raw: Readonly<Record<string, string>>,
): LineCandidate {
  const faults: string[] = [];
  const read = <T>(field: CsvField, reader: (text: string) => T | undefined, what: string): T | undefined => {
    const text = cells(field).trim();
    if (text === '') return undefined;
    const value = reader(text);
    if (value === undefined) faults.push(`${text} is no ${what}`);
    return value;
  };
  const expiry = read('expiresAt', readDate, 'date');
  const daysLeft = read('daysLeft', readDays, 'number of days');
  if (daysLeft !== undefined && daysLeft > MOST_DAYS_LEFT) {
    faults.push(`${daysLeft} days left are more than 100 years`);
  }
  const sessions = read('sessions', readCount, 'number of sessions');
  const status = read('status', (text) => wordOf(text, STATUSES), 'status');
  const routes = cells('route')
    .split(/[;،]/u)
    .map((route) => route.trim());
  const volumeLeft = isUnlimited(cells('volumeLeft')) ? undefined : read('volumeLeft', readVolume, 'volume');
  return {
    source,
    raw,
    // Persian digits come with the spreadsheet: what a modem sends has none.
    username: asciiDigits(cells('username')).trim(),
    password: cells('password') === '' ? undefined : asciiDigits(cells('password')),
    plan: cells('plan').trim(),
    // Active is what a new line is; a file that is applied again must not bring back one that staff have suspended.
    status: status === 'active' ? undefined : status,
    expiresAt: expiry === undefined ? daysAfter(daysLeft, options.asOf) : endOf(expiry),
    staticIp: plainAddress(cells('staticIp')),
    framedRoutes: routes.filter((route) => route !== ''),
    macLock: cells('mac').trim(),
    concurrentSessions: sessions,
    remainingOctets: volumeLeft,
    credit: read('credit', (text) => readMoney(text, options.money), 'amount of money'),
    customer: customerOf(cells, read('bornOn', readDate, 'date')),
    contract: { phone: cells('linePhone'), exchange: cells('exchange'), county: cells('county') },
    faults,
  };
}

/** A plan that a row describes beside its line, with what is wrong in it; `undefined` when it describes none. */
export function planOfRow(
  cells: CsvCells,
  name: string,
  options: ImportOptions,
): { readonly plan: PlanDeclaration; readonly faults: readonly string[] } | undefined {
  const described = (['days', 'volume', 'down', 'up'] as const).some((field) => cells(field).trim() !== '');
  if (!described) return undefined;
  const faults: string[] = [];
  const read = <T>(field: CsvField, reader: (text: string) => T | undefined, what: string): T | undefined => {
    const text = cells(field).trim();
    const value = text === '' || isUnlimited(text) ? undefined : reader(text);
    if (value === undefined && text !== '' && !isUnlimited(text)) faults.push(`${text} is no ${what}`);
    return value;
  };
  const octets = read('volume', readVolume, 'volume');
  const per = read('per', (text) => wordOf(text, PERIODS), 'period') ?? 'term';
  const down = read('down', readSpeed, 'speed');
  const up = read('up', readSpeed, 'speed') ?? down;
  const days = read('days', readDays, 'number of days') ?? options.termDays;
  const plan: PlanDeclaration = {
    name,
    days,
    ...(octets !== undefined && octets > 0 && { quota: { octets, charge: options.charge, per } }),
    ...(down !== undefined && up !== undefined && { speed: { downKbps: down, upKbps: up } }),
  };
  if (days < 1) faults.push('a plan has at least one day');
  return { plan, faults };
}

function customerOf(cells: CsvCells, born: ReturnType<typeof readDate>): CustomerDeclaration {
  const name = cells('name').trim() || `${cells('firstName').trim()} ${cells('lastName').trim()}`.trim();
  const nationalId = plainNumber(cells('nationalId'));
  return {
    kind: kindOf(cells('kind'), nationalId),
    name,
    nationalId,
    economicCode: cells('economicCode'),
    mobile: cells('mobile'),
    phone: cells('phone'),
    email: cells('email'),
    postalCode: cells('postalCode'),
    address: cells('address'),
    education: cells('education'),
    bornOn: born === undefined ? '' : isoDay(born),
  };
}

/** Eleven digits are a company's where the file does not tell (product lines V01, V02). */
function kindOf(text: string, nationalId: string): CustomerDeclaration['kind'] {
  const word = normalPersian(text).trim().toLowerCase();
  if (COMPANIES.includes(word)) return 'company';
  if (PERSONS.includes(word)) return 'person';
  return /^\d{11}$/.test(nationalId) ? 'company' : 'person';
}

function readDays(text: string): number | undefined {
  return readCount(text.replace(/\s*(days?|روز|روزه)$/iu, ''));
}

/** So many days of Tehran later, to the end of that day (product line P36). */
function daysAfter(days: number | undefined, asOf: Instant): Instant | undefined {
  return days && days <= MOST_DAYS_LEFT
    ? jalaliDayStart(addJalaliDays(jalaliDayAt(asOf), days + 1))
    : undefined;
}

function plainAddress(text: string): string | undefined {
  const address = plainNumber(text);
  return address === '' || address === '0.0.0.0' ? undefined : address;
}

function wordOf<W extends string>(
  text: string,
  words: Readonly<Record<W, readonly string[]>>,
): W | undefined {
  const word = normalPersian(text).trim().toLowerCase();
  return (Object.keys(words) as W[]).find((key) => words[key].includes(word));
}
