import type { Instant } from '../../engine/values/instant.ts';

/** The languages of pages and explanations. */
export type Language = 'fa' | 'en';

const MEGABYTE = 1024 * 1024;
const GIGABYTE = 1024 * MEGABYTE;
/** From here on speeds are told in Mb/s: plans are sold as "2048 kilobit". */
const MEGABIT_FROM_KBPS = 10_000;
const ZONE = 'Asia/Tehran';
const LOCALES: Readonly<Record<Language, string>> = {
  fa: 'fa-IR-u-ca-persian-nu-arabext',
  en: 'en-GB-u-ca-gregory-nu-latn',
};

const UNITS = {
  fa: { comma: '،', megabyte: 'مگابایت', gigabyte: 'گیگابایت', kilobit: 'کیلوبیت', megabit: 'مگابیت' },
  en: { comma: ',', megabyte: 'MB', gigabyte: 'GB', kilobit: 'kb/s', megabit: 'Mb/s' },
} as const;

/** A figure and its unit apart, so that a page may give them different sizes. */
export interface Measure {
  readonly value: string;
  readonly unit: string;
}

/** Figures and times in one language; digits, decimal sign and calendar come from `Intl`. */
export interface Format {
  /** MB with one decimal, from 1024 MB on GB with two; cut, so that no more is shown than there is. */
  octets(octets: number): Measure;
  /** Download and upload speed. */
  speed(downKbps: number, upKbps: number): Measure;
  count(value: number): string;
  /** Weekday, day, month and year in the language's own calendar, in Tehran. */
  date(instant: Instant): string;
  dayAndTime(instant: Instant): string;
  /** Day, month, year and time to the second, for what may lie long ago. */
  moment(instant: Instant): string;
  /** A minute of the day on the wall's clock, 0 to 1440. */
  minuteOfDay(minute: number): string;
  time(instant: Instant): string;
}

/** The figures of a language; digits, decimal sign and calendar come from `Intl`. */
export function createFormat(language: Language): Format {
  const words = UNITS[language];
  const locale = LOCALES[language];
  const fixed = (digits: number) => cutNumber(locale, digits, digits);
  const [one, two, upToTwo] = [fixed(1), fixed(2), cutNumber(locale, 0, 2)];
  const whole = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const date = dateIn(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const precise = new Intl.DateTimeFormat(locale, {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const longDay = dateIn(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  const twoDigits = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
  const day = dateIn(locale, { day: 'numeric', month: 'long' });
  return {
    octets: (octets) =>
      octets === 0
        ? { value: whole.format(0), unit: words.megabyte }
        : octets >= GIGABYTE
          ? { value: two.format(octets / GIGABYTE), unit: words.gigabyte }
          : { value: one.format(octets / MEGABYTE), unit: words.megabyte },
    speed(downKbps, upKbps) {
      const inMegabits = downKbps >= MEGABIT_FROM_KBPS;
      const figure = (kbps: number) => (inMegabits ? upToTwo.format(kbps / 1000) : whole.format(kbps));
      return {
        value: `${figure(downKbps)} / ${figure(upKbps)}`,
        unit: inMegabits ? words.megabit : words.kilobit,
      };
    },
    count: (value) => whole.format(value),
    date,
    dayAndTime: (instant) => `${day(instant)}${words.comma} ${time.format(instant)}`,
    moment: (instant) => `${longDay(instant)}${words.comma} ${precise.format(instant)}`,
    minuteOfDay: (minute) => `${twoDigits.format(Math.floor(minute / 60))}:${twoDigits.format(minute % 60)}`,
    time: (instant) => time.format(instant),
  };
}

function cutNumber(locale: string, least: number, most: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    useGrouping: false,
    roundingMode: 'trunc',
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
}

/** Parts in the order in which both languages say a date; `Intl` alone puts the Persian weekday last. */
function dateIn(locale: string, options: Intl.DateTimeFormatOptions): (instant: Instant) => string {
  const format = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return (['weekday', 'day', 'month', 'year'] as const).flatMap((type) => parts.get(type) ?? []).join(' ');
  };
}
