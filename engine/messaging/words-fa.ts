import type { Instant } from '../values/instant.ts';
import { jalaliDayAt } from '../values/jalali.ts';
import { normalPersian } from '../values/persian-text.ts';
import type { MessageContent } from './message.ts';
import { amountOf, dayText, volumeOf } from './word-figures.ts';

/** The message in Persian, without name of line or sender; figures in Persian digits, days of the Jalali calendar. */
export function persianWords(content: MessageContent): string {
  switch (content.kind) {
    case 'service-ends-in-days':
      return `${persianFigures(content.params.days)} روز تا پایان سرویس شما (${day(content.params.endsAt)}) مانده است.`;
    case 'service-ends-today':
      return `سرویس شما امروز ${day(content.params.endsAt)} پایان می‌یابد.`;
    case 'collection-list':
      return `سرویس شما از ${day(content.params.since)} در لیست جمع‌آوری است. برای ماندن، سرویس بخرید.`;
    case 'purchase-applied': {
      const { item, until } = content.params;
      return `«${persianName(item)}» فعال شد${until === null ? '' : ` و تا ${day(until)} اعتبار دارد`}.`;
    }
    case 'payment-credited': {
      const { amount, reference } = content.params;
      return `پرداخت شما به مبلغ ${rialText(amount)} ثبت شد. پیگیری: ${reference}`;
    }
    case 'document-rejected': {
      const { document, deadline } = content.params;
      return `مدرک «${persianName(document)}» پذیرفته نشد. تا ${day(deadline)} مدرک درست بفرستید تا اینترنت قطع نشود.`;
    }
    case 'document-suspended':
      return 'مدارک شما در مهلت یک‌هفته‌ای کامل نشد و اینترنت شما قطع شد. با تأیید مدارک وصل می‌شود.';
    case 'bill-issued': {
      const { number, amount, dueAt } = content.params;
      return `صورتحساب ${number} به مبلغ ${rialText(amount)} صادر شد. مهلت پرداخت: ${day(dueAt)}`;
    }
    case 'free-charge':
      return `${volumeText(content.params.octets)} شارژ رایگان تا ${day(content.params.until)} فعال شد.`;
    case 'volume-85':
      return `۸۵٪ حجم شما مصرف شد و ${volumeText(content.params.left)} مانده است.`;
    case 'volume-ended':
      return content.params.effect === 'slowed'
        ? 'حجم شما تمام شد و سرعت کم شد. برای سرعت کامل، حجم بخرید.'
        : 'حجم شما تمام شد و اینترنت بسته شد. برای ادامه، حجم بخرید.';
  }
}

/** The reason of a message as its list shows it «دلیل ارسال پیامک» (product lines P61, P62). */
export function persianReason(content: MessageContent): string {
  switch (content.kind) {
    case 'service-ends-in-days':
      return `اعلام ${persianFigures(content.params.days)} روز مانده به منقضی شدن سرویس`;
    case 'service-ends-today':
      return 'اعلام انقضا شدن سرویس در روز انقضا';
    case 'collection-list':
      return 'اعلام ورود به لیست جمع‌آوری';
    case 'purchase-applied':
      return 'اعلام فعال شدن خرید';
    case 'payment-credited':
      return 'اعلام ثبت پرداخت';
    case 'document-rejected':
      return 'اعلام رد مدرک';
    case 'document-suspended':
      return 'اعلام قطع به دلیل نقص مدارک';
    case 'bill-issued':
      return 'اعلام صدور صورتحساب';
    case 'free-charge':
      return 'اعلام شارژ رایگان';
    case 'volume-85':
      return 'اعلام مصرف ۸۵٪ حجم';
    case 'volume-ended':
      return 'اعلام پایان حجم';
  }
}

/** Text with 0 to 9 as Persian digits. */
function persianFigures(figures: string | number): string {
  return String(figures).replace(/[0-9]/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
}

/** A name that people typed: one keyboard's letters and digits as another's, on one line. */
function persianName(name: string): string {
  return persianFigures(normalPersian(name)).replace(/\s+/gu, ' ').trim();
}

function day(at: Instant): string {
  return persianFigures(dayText(jalaliDayAt(at)));
}

function rialText(amount: number): string {
  return `${persianFigures(amountOf(amount, '٬'))} ریال`;
}

function volumeText(octets: number): string {
  const { figure, unit } = volumeOf(octets);
  const units = { GB: 'گیگابایت', MB: 'مگابایت' } as const;
  return `${persianFigures(figure.replace('.', '٫'))} ${units[unit]}`;
}
