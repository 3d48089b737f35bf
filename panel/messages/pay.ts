import type { Language } from '../../api/words/format.ts';

const fa = {
  dir: 'rtl' as 'rtl' | 'ltr',
  locale: 'fa-IR-u-nu-arabext',
  otherLanguage: 'English',
  heading: 'پرداخت',
  toBank: 'در حال رفتن به صفحه‌ی بانک…',
  goNow: 'رفتن به صفحه‌ی بانک',
  amount: 'مبلغ',
  at: 'زمان',
  rial: 'ریال',
  number: 'شماره‌ی پرداخت',
  order: 'شماره‌ی سفارش',
  reference: 'شماره‌ی پیگیری بانک',
  card: 'کارت',
  states: {
    served: 'پرداخت شد و سفارش شما فعال است.',
    paid: 'پرداخت شد.',
    credited: 'پرداخت شد، ولی سفارش قابل اجرا نبود؛ مبلغ به اعتبار پنل شما افزوده شد.',
    waiting:
      'نتیجه هنوز از بانک نرسیده است. این صفحه خودش تازه می‌شود؛ اگر پرداخت کرده‌اید چیزی از دست نمی‌رود.',
    failed: 'پرداخت انجام نشد. اگر مبلغی از کارت شما کم شده باشد، بانک آن را تا ۷۲ ساعت برمی‌گرداند.',
    reversed: 'مبلغ به کارت شما برگشت.',
    suspicious: 'این پرداخت باید بررسی شود؛ لطفاً با پشتیبانی تماس بگیرید.',
  },
  unknown: 'چنین پرداختی نیست.',
  tooMany: 'درخواست‌های زیادی از این نشانی رسید. یک دقیقه‌ی دیگر دوباره تلاش کنید.',
};

/** What the pages around a payment say in a language. */
export type PayWords = typeof fa;

const en: PayWords = {
  dir: 'ltr',
  locale: 'en-GB',
  otherLanguage: 'فارسی',
  heading: 'Payment',
  toBank: 'Going to the bank’s page…',
  goNow: 'Go to the bank’s page',
  amount: 'Amount',
  at: 'Time',
  rial: 'Rial',
  number: 'Payment',
  order: 'Order',
  reference: 'Bank’s reference',
  card: 'Card',
  states: {
    served: 'Paid, and your order is active.',
    paid: 'Paid.',
    credited: 'Paid, but what was ordered could not be given; the amount is credit in your wallet.',
    waiting:
      'The bank has not told the result yet. This page renews itself; if you have paid, nothing is lost.',
    failed: 'Nothing was paid. If your card was charged, the bank gives it back within 72 hours.',
    reversed: 'The amount went back to your card.',
    suspicious: 'This payment has to be looked into; please call support.',
  },
  unknown: 'There is no such payment.',
  tooMany: 'Too many requests came from this address. Try again in a minute.',
};

/** The words by language. */
export const PAY_WORDS: Readonly<Record<Language, PayWords>> = { fa, en };
