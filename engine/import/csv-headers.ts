import { normalPersian } from '../values/persian-text.ts';

/** What a column of a file can tell. */
export type CsvField =
  | 'username'
  | 'password'
  | 'plan'
  | 'days'
  | 'volume'
  | 'per'
  | 'down'
  | 'up'
  | 'expiresAt'
  | 'daysLeft'
  | 'volumeLeft'
  | 'status'
  | 'staticIp'
  | 'route'
  | 'mac'
  | 'sessions'
  | 'credit'
  | 'kind'
  | 'name'
  | 'firstName'
  | 'lastName'
  | 'nationalId'
  | 'economicCode'
  | 'mobile'
  | 'phone'
  | 'email'
  | 'postalCode'
  | 'address'
  | 'education'
  | 'bornOn'
  | 'linePhone'
  | 'exchange'
  | 'county';

/** Names of columns in English and Persian; the README shows the first of each. */
const SYNONYMS: Readonly<Record<CsvField, readonly string[]>> = {
  username: [
    'username',
    'user',
    'user name',
    'login',
    'internet username',
    'نام کاربری',
    'نام کاربری اینترنت',
    'شناسه کاربری',
  ],
  password: ['password', 'pass', 'internet password', 'رمز', 'رمز عبور', 'کلمه عبور', 'کلمه عبور اینترنت'],
  plan: [
    'plan',
    'service',
    'group',
    'package',
    'tariff',
    'سرویس',
    'نام سرویس',
    'سرویس فعال',
    'گروه',
    'طرح',
    'تعرفه',
  ],
  days: ['days', 'term', 'plan days', 'مدت', 'مدت سرویس', 'تعداد روز', 'روز'],
  volume: ['volume', 'quota', 'traffic', 'plan volume', 'حجم', 'حجم سرویس', 'ترافیک', 'ترافیک سرویس'],
  per: ['per', 'period', 'دوره', 'دوره حجم'],
  down: ['down', 'speed', 'download', 'download speed', 'سرعت', 'سرعت دانلود', 'سرعت دریافت'],
  up: ['up', 'upload', 'upload speed', 'سرعت آپلود', 'سرعت ارسال'],
  expiresAt: [
    'expires',
    'expiresat',
    'expiration',
    'expiry',
    'expire date',
    'end',
    'end date',
    'تاریخ انقضا',
    'انقضا',
    'پایان سرویس',
    'تاریخ پایان',
    'تاریخ خاتمه',
  ],
  daysLeft: ['days left', 'remaining days', 'روز باقی مانده', 'روزهای باقیمانده', 'روز باقیمانده'],
  volumeLeft: [
    'volume left',
    'traffic left',
    'remaining volume',
    'remaining traffic',
    'remaining',
    'ترافیک باقی مانده',
    'ترافیک باقیمانده',
    'حجم باقی مانده',
    'حجم باقیمانده',
  ],
  status: ['status', 'state', 'وضعیت', 'وضعیت حساب کاربری', 'وضعیت حساب'],
  staticIp: [
    'static ip',
    'staticip',
    'ip',
    'framed-ip-address',
    'ip استاتیک',
    'آی پی',
    'آی پی ثابت',
    'ip ثابت',
  ],
  route: ['route', 'routed ip', 'framed-route', 'route ip', 'شبکه'],
  mac: ['mac', 'mac address', 'caller id', 'calling-station-id', 'مک', 'مک آدرس', 'آدرس مک'],
  sessions: [
    'sessions',
    'multi login',
    'simultaneous',
    'simultaneous-use',
    'کاربر همزمان',
    'تعداد همزمان',
    'اتصال همزمان',
  ],
  credit: ['credit', 'balance', 'wallet', 'deposit', 'اعتبار', 'اعتبار پنل', 'مانده', 'موجودی', 'کیف پول'],
  kind: ['kind', 'type', 'customer type', 'نوع', 'نوع مشترک'],
  name: ['name', 'full name', 'customer', 'نام و نام خانوادگی', 'نام مشترک', 'نام کامل', 'مشترک'],
  firstName: ['first name', 'firstname', 'نام'],
  lastName: ['last name', 'lastname', 'surname', 'family', 'نام خانوادگی', 'فامیلی'],
  nationalId: [
    'national id',
    'nationalid',
    'national code',
    'company id',
    'کد ملی',
    'شماره ملی',
    'شناسه ملی',
    'کدملی',
  ],
  economicCode: ['economic code', 'کد اقتصادی'],
  mobile: [
    'mobile',
    'cell',
    'cell phone',
    'mobile phone',
    'تلفن همراه',
    'موبایل',
    'شماره همراه',
    'شماره موبایل',
    'همراه',
  ],
  phone: ['contact phone', 'home phone', 'تلفن تماس', 'تلفن ثابت'],
  email: ['email', 'e-mail', 'mail', 'پست الکترونیک', 'ایمیل'],
  postalCode: ['postal code', 'postcode', 'zip', 'کد پستی', 'کدپستی'],
  address: ['address', 'آدرس', 'نشانی'],
  education: ['education', 'مدرک تحصیلی', 'تحصیلات'],
  bornOn: ['birth date', 'born', 'birthday', 'registration date', 'تاریخ تولد', 'تاریخ ثبت شرکت'],
  linePhone: ['phone', 'telephone', 'line', 'phone line', 'تلفن', 'شماره تلفن', 'خط تلفن', 'شماره خط'],
  exchange: ['exchange', 'telephone exchange', 'مرکز مخابراتی', 'مرکز', 'مخابرات'],
  county: ['county', 'city', 'شهرستان', 'شهر'],
};

const FIELDS: ReadonlyMap<string, CsvField> = new Map(
  (Object.entries(SYNONYMS) as [CsvField, readonly string[]][]).flatMap(([field, names]) =>
    names.map((name) => [keyOf(name), field] as const),
  ),
);

/** Columns that were understood, by place, and those that were not. */
export interface CsvHeader {
  readonly places: ReadonlyMap<number, CsvField>;
  readonly names: readonly string[];
  readonly unknown: readonly string[];
  /** Fields that two columns tell. */
  readonly twice: readonly string[];
}

/** Reads the first row of a file. */
export function readHeader(cells: readonly string[]): CsvHeader {
  const places = new Map<number, CsvField>();
  const unknown: string[] = [];
  const twice: string[] = [];
  const seen = new Set<CsvField>();
  cells.forEach((cell, place) => {
    const field = FIELDS.get(keyOf(cell));
    if (field === undefined) unknown.push(cell.trim());
    else if (seen.has(field)) twice.push(cell.trim());
    else {
      seen.add(field);
      places.set(place, field);
    }
  });
  return { places, names: cells.map((cell) => cell.trim()), unknown, twice };
}

/** One spelling for `Static-IP`, `static_ip`, «آي‌پي»: without blanks, half-spaces, signs and capital letters. */
function keyOf(name: string): string {
  return normalPersian(name.normalize('NFC'))
    .toLowerCase()
    .replace(/[آأإ]/gu, 'ا')
    .replace(/[^\p{L}\p{N}]/gu, '');
}
