import type {
  LoginFigures,
  OrderFigures,
  SessionFigures,
  StatusFigures,
} from '../../engine/explain/statement.ts';
import type { Phrases, Words } from './words.ts';

const since = ({ since, actor, reason }: StatusFigures, show: Phrases): string => {
  if (since === null) return '';
  return ` از ${show.moment(since)} (ثبت‌کننده: ${named(actor)}، دلیل: ${named(reason)})`;
};

/** The program's own words for who and why; people's words stay as they were written. */
const OWN_WORDS: Readonly<Record<string, string>> = { provisioning: 'سند سرویس‌ها', declared: 'ثبت در سند' };

const named = (text: string): string => OWN_WORDS[text] ?? isolated(text);

/** A name in another script keeps its own direction (U+2068, U+2069). */
const isolated = (text: string): string => `\u2068${text}\u2069`;

const given = ({ mode, downKbps, upKbps }: SessionFigures, show: Phrases): string => {
  if (mode === 'captive') return 'تنها صفحه‌ی خرید';
  const speed = show.speed(downKbps, upKbps);
  return mode === 'slow' ? `سرعت کاهش‌یافته‌ی ${speed}` : `سرعت ${speed}`;
};

const session = (figures: SessionFigures, show: Phrases): string => {
  const { acctSessionId, nas, framedIp, since: begun } = figures;
  const id = acctSessionId === '' ? 'یک اتصال' : `اتصال ${isolated(acctSessionId)}`;
  const address = framedIp === '' ? '' : ` با نشانی ${isolated(framedIp)}`;
  return `${id} روی ${isolated(nas)}${address}، از ${show.moment(begun)}`;
};

const order = ({ kind, nas, reason, at, attempts }: OrderFigures, show: Phrases): string => {
  const what = kind === 'disconnect' ? 'قطع اتصال' : 'تغییر سرعت';
  const why = reason === '' ? '' : ` زیرا ${show.orderReason(reason)}`;
  const often = attempts > 1 ? ` (${show.count(attempts)} بار)` : '';
  return `${show.moment(at)}: به ${isolated(nas)} فرمان ${what} داده شد${often}${why}`;
};

const login = ({ at, nas, callingStationId, count }: LoginFigures, show: Phrases): string => {
  const from = callingStationId === '' ? '' : ` از ${isolated(callingStationId)}`;
  const often = count > 1 ? ` (${show.count(count)} بار)` : '';
  return `${show.moment(at)}: درخواست ورود${from} از راه ${isolated(nas)}${often}`;
};

/** The words of explanations in Persian. */
export const fa: Words = {
  because: {
    'unknown-user': 'نام کاربری شناخته نشد',
    'wrong-password': 'کلمه‌ی عبور نادرست بود',
    'no-password': 'کلمه‌ی عبور فرستاده نشد',
    'method-unsupported': 'روش احراز هویت پشتیبانی نمی‌شود',
    'line-suspended': 'خط در حال بهره‌برداری نیست',
    'no-service': 'خط سرویسی ندارد',
    'service-ended': 'زمان سرویس به پایان رسیده است',
    'volume-ended': 'حجم با سرعت کامل به پایان رسیده است',
    'mac-locked': 'خط به دستگاه دیگری قفل شده است',
    'too-many-sessions': 'همه‌ی اتصال‌های مجاز خط از جای دیگری باز هستند',
    'no-address': 'در استخر نشانی آزادی نیست',
  },
  orderReasons: {
    'volume-ending': 'حجم اندکی باقی مانده بود.',
    'volume-ended': 'حجم به پایان رسید.',
    'service-ended': 'زمان سرویس به پایان رسید.',
    'line-suspended': 'خط از بهره‌برداری بیرون آمد.',
    'line-removed': 'خط حذف شد.',
    'service-restored': 'حجم یا زمان سرویس دوباره برقرار شد.',
    'plan-changed': 'سرویس تغییر کرد.',
    'window-opened': 'بازه‌ی زمانی ویژه‌ی سرویس آغاز شد.',
    'window-closed': 'بازه‌ی زمانی ویژه‌ی سرویس پایان یافت.',
    'tier-ended': 'حجم یکی از پله‌های سرویس به پایان رسید.',
    'grant-expired': 'اعتبار یکی از حجم‌ها به سر آمد.',
    'reserve-started': 'سرویس رزرو آغاز شد.',
    'not-in-force': 'فرمان پیشین اثر نکرد.',
    'taken-over': 'ورود دیگری جای آن را گرفت.',
    'address-taken': 'نشانی در اختیار خط دیگری است',
    kicked: 'کارکنان آن را قطع کردند.',
  },
  grantKinds: { service: 'سرویس', extra: 'حجم اضافی', timed: 'حجم زمان‌دار', gift: 'هدیه' },
  rules: {
    verdict: 'نتیجه',
    history: 'سابقه',
    status: 'وضعیت',
    term: 'زمان سرویس',
    reserve: 'سرویس رزرو',
    plan: 'سرویس',
    window: 'بازه‌ی زمانی',
    volume: 'حجم',
    grant: 'ریز حجم',
    'mac-lock': 'قفل دستگاه',
    'simultaneous-use': 'اتصال هم‌زمان',
    session: 'اتصال',
    order: 'فرمان',
    login: 'ورود',
  },
  defaultSpeed: 'پیش‌فرض دستگاه دسترسی',
  speed: isolated,
  end: (action, speed) =>
    ({
      disconnect: 'قطع سرویس',
      captive: 'تنها صفحه‌ی خرید',
      slow: `سرعت کاهش‌یافته‌ی ${speed}`,
    })[action],
  sentences: {
    'verdict/full-speed': ({ downKbps, upKbps }, show) => `سرعت کامل است: ${show.speed(downKbps, upKbps)}.`,
    'verdict/landing': ({ downKbps, upKbps }, show) =>
      `سرعت اکنون به ${show.speed(downKbps, upKbps)} کاهش یافته است، زیرا حجم اندکی باقی مانده است.`,
    'verdict/slowed': ({ downKbps, upKbps, because }, show) =>
      `سرعت به ${show.speed(downKbps, upKbps)} کاهش یافته است، زیرا ${show.because(because)}.`,
    'verdict/captive': ({ because }, show) => `تنها صفحه‌ی خرید در دسترس است، زیرا ${show.because(because)}.`,
    'verdict/no-service': ({ because }, show) => `سرویس برقرار نیست، زیرا ${show.because(because)}.`,
    'verdict/login-refused': ({ because, at }, show) =>
      `درخواست ورود ${show.moment(at)} پذیرفته نشد، زیرا ${show.because(because)}.`,
    'verdict/no-line': () => 'خطی با این نام کاربری وجود نداشت.',
    'history/incomplete': ({ keptSince }, show) =>
      `ریز گزارش‌ها از ${show.moment(keptSince)} نگه‌داری شده است؛ دقت پیش از آن به اندازه‌ی روز کامل است.`,
    'status/active': (figures, show) => `در حال بهره‌برداری${since(figures, show)}.`,
    'status/suspended': (figures, show) => `معلق${since(figures, show)}.`,
    'status/closed': (figures, show) => `بسته${since(figures, show)}.`,
    'term/running': ({ plan, until }, show) => `سرویس ${isolated(plan)} تا ${show.moment(until)} برقرار است.`,
    'term/reserve-running': ({ plan, from, until }, show) =>
      `سرویس رزرو ${isolated(plan)} از ${show.moment(from)} آغاز شد و تا ${show.moment(until)} برقرار است.`,
    'term/ended': (figures, show) =>
      `سرویس ${isolated(figures.plan)} در ${show.moment(figures.until)} پایان یافت؛ پس از آن: ${show.end(figures)}.`,
    'term/none': () => 'تاکنون سرویسی خریداری نشده است.',
    'term/plan-unknown': ({ plan }) => `سرویس ${isolated(plan)} شناخته نیست؛ پس خط سرویسی ندارد.`,
    'reserve/waiting': ({ plan, from, until }, show) =>
      `سرویس ${isolated(plan)} از ${show.moment(from)} تا ${show.moment(until)} رزرو شده است.`,
    'plan/in-force': ({ plan, from, downKbps, upKbps }, show) =>
      `تعریف ${isolated(plan)} از ${show.moment(from)}: سرعت ${show.speed(downKbps, upKbps)}.`,
    'window/none': () => 'هیچ بازه‌ی زمانی ویژه‌ای برقرار نیست.',
    'window/free': ({ fromMinute, toMinute }, show) =>
      `از ساعت ${show.minuteOfDay(fromMinute)} تا ${show.minuteOfDay(toMinute)} از حجم کم نمی‌شود.`,
    'window/weighs': ({ percent, fromMinute, toMinute }, show) =>
      `از ساعت ${show.minuteOfDay(fromMinute)} تا ${show.minuteOfDay(toMinute)} مصرف با ضریب ${show.count(percent)} درصد حساب می‌شود.`,
    'window/speed': ({ fromMinute, toMinute, downKbps, upKbps }, show) =>
      `از ساعت ${show.minuteOfDay(fromMinute)} تا ${show.minuteOfDay(toMinute)} سرعت ${show.speed(downKbps, upKbps)} است.`,
    'volume/unlimited': () => 'حجم سرویس نامحدود است.',
    'volume/free-window': ({ leftOctets, grantedOctets }, show) =>
      `در بازه‌ی رایگان به حجم نیازی نیست؛ ${show.volume(leftOctets)} از ${show.volume(grantedOctets)} باقی مانده است.`,
    'volume/left': ({ leftOctets, grantedOctets }, show) =>
      `${show.volume(leftOctets)} از ${show.volume(grantedOctets)} با سرعت کامل باقی مانده است.`,
    'volume/tier': ({ tier, leftOctets, grantedOctets, downKbps, upKbps }, show) =>
      `${show.volume(grantedOctets)} حجم با سرعت کامل مصرف شده است؛ پله‌ی ${show.count(tier)} با سرعت ` +
      `${show.speed(downKbps, upKbps)} هنوز ${show.volume(leftOctets)} دارد.`,
    'volume/ended': (figures, show) =>
      `از ${show.volume(figures.grantedOctets)} حجم، ${show.volume(figures.leftOctets)} باقی مانده است؛ ` +
      `پس از آن: ${show.end(figures)}.`,
    'grant/left': ({ id, kind, octets, leftOctets, until }, show) =>
      `${isolated(id)} (${show.grantKind(kind)}): ${show.volume(leftOctets)} از ${show.volume(octets)} باقی مانده است` +
      `${until === null ? '' : `، تا ${show.moment(until)}`}.`,
    'grant/used-up': ({ id, kind, octets, until }, show) =>
      `${isolated(id)} (${show.grantKind(kind)}): همه‌ی ${show.volume(octets)} مصرف شده است` +
      `${until === null ? '' : `، تا ${show.moment(until)}`}.`,
    'grant/waiting': ({ id, kind, octets, from }, show) =>
      `${isolated(id)} (${show.grantKind(kind)}): ${show.volume(octets)} از ${show.moment(from)}.`,
    'mac-lock/none': () => 'ورود از هر دستگاهی مجاز است.',
    'mac-lock/same': ({ lock }) => `خط به دستگاه ${isolated(lock)} قفل است و همان دستگاه درخواست داده است.`,
    'mac-lock/other': ({ lock, station }) =>
      `خط به دستگاه ${isolated(lock)} قفل است، اما ${station === '' ? 'دستگاهی بی‌نشانی' : `دستگاه ${isolated(station)}`} درخواست داده است.`,
    'mac-lock/unasked': ({ lock }) => `خط به دستگاه ${isolated(lock)} قفل است.`,
    'simultaneous-use/room': ({ open, allowed }, show) =>
      `${show.count(open)} اتصال از ${show.count(allowed)} اتصال مجاز باز است.`,
    'simultaneous-use/full': ({ open, allowed }, show) =>
      `${show.count(open)} اتصال از ${show.count(allowed)} اتصال مجاز باز است؛ تنها ورودی پذیرفته می‌شود که جای یکی از آن‌ها را بگیرد.`,
    'simultaneous-use/refused': ({ open, allowed }, show) =>
      `${show.count(open)} اتصال از ${show.count(allowed)} اتصال مجاز باز است و این ورود نمی‌تواند جای هیچ‌یک را بگیرد.`,
    'session/as-wanted': (figures, show) =>
      `${session(figures, show)}: ${given(figures, show)} دارد، چنان‌که باید.`,
    'session/landing': (figures, show) =>
      `${session(figures, show)}: ${given(figures, show)} دارد تا بیش از حجم باقی‌مانده مصرف نکند.`,
    'session/other': (figures, show) =>
      `${session(figures, show)}: ${given(figures, show)} گرفته است، که با آنچه اکنون مجاز است یکی نیست.`,
    'session/silent': (figures, show) =>
      `${session(figures, show)}: ${given(figures, show)} دارد؛ دستگاه دسترسی از آن خبری نمی‌دهد.`,
    'session/reserved': (figures, show) =>
      `${session(figures, show)}: با ${given(figures, show)} پذیرفته شده و هنوز گزارشی از آن نرسیده است.`,
    'session/none': () => 'هیچ اتصالی باز نیست.',
    'order/waiting': (figures, show) => `${ended(order(figures, show))} هنوز اثری دیده نشده است.`,
    'order/acknowledged': (figures, show) => `${ended(order(figures, show))} انجام شد.`,
    'order/refused': (figures, show) =>
      `${ended(order(figures, show))} پذیرفته نشد${figures.errorCause === 0 ? '' : ` (کد خطا ${show.count(figures.errorCause)})`}.`,
    'order/unanswered': (figures, show) => `${ended(order(figures, show))} پاسخی نیامد.`,
    'order/no-nas': (figures, show) => `${ended(order(figures, show))} این دستگاه دیگر شناخته نیست.`,
    'order/not-in-force': (figures, show) =>
      `${ended(order(figures, show))} دستگاه آن را پذیرفت، اما گزارش‌ها نشان داد که اثر نکرده است.`,
    'login/accepted': (figures, show) => `${login(figures, show)}؛ پذیرفته شد.`,
    'login/refused': (figures, show) =>
      `${login(figures, show)}؛ پذیرفته نشد، زیرا ${show.because(figures.because)}.`,
  },
};

/** A sentence is over, whether or not its last words ended it. */
function ended(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
