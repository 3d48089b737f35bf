import { describe, expect, it } from 'vitest';
import { draftMessage, messageReason } from '../../../engine/messaging/draft-message.ts';
import { type MessageContent, type MessageLanguage, messageKey } from '../../../engine/messaging/message.ts';
import { smsParts } from '../../../engine/messaging/sms-parts.ts';
import { amountOf, dayText, volumeOf } from '../../../engine/messaging/word-figures.ts';
import { englishWords } from '../../../engine/messaging/words-en.ts';
import { persianWords } from '../../../engine/messaging/words-fa.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { CONTENTS, NOW } from './sample.ts';

const draft = (content: MessageContent, language: MessageLanguage, username = 'user1234') =>
  draftMessage({
    recipient: { customer: 1, username, mobile: '+989123456789' },
    ...{ content, language, subject: '17', sendAt: NOW, notAfter: NOW + HOUR_MS },
    senderName: ' ميزان\r\n نت ',
  });

it('says each reason in Persian', () => {
  expect(CONTENTS.map(persianWords)).toEqual([
    '۲ روز تا پایان سرویس شما (۱۴۰۴/۰۹/۰۲) مانده است.',
    'سرویس شما امروز ۱۴۰۴/۰۸/۳۰ پایان می‌یابد.',
    'سرویس شما از ۱۴۰۴/۰۸/۳۰ در لیست جمع‌آوری است. برای ماندن، سرویس بخرید.',
    '«سرویس یک ماهه ۵۰ گیگ» فعال شد و تا ۱۴۰۴/۰۹/۳۰ اعتبار دارد.',
    'پرداخت شما به مبلغ ۱٬۲۵۰٬۰۰۰ ریال ثبت شد. پیگیری: 140408301030',
    'مدرک «کارت ملی» پذیرفته نشد. تا ۱۴۰۴/۰۹/۰۷ مدرک درست بفرستید تا اینترنت قطع نشود.',
    'مدارک شما در مهلت یک‌هفته‌ای کامل نشد و اینترنت شما قطع شد. با تأیید مدارک وصل می‌شود.',
    'صورتحساب 1404-17 به مبلغ ۹۹۹ ریال صادر شد. مهلت پرداخت: ۱۴۰۴/۰۹/۱۰',
    '۱٫۵ گیگابایت شارژ رایگان تا ۱۴۰۴/۰۹/۰۱ فعال شد.',
    '۸۵٪ حجم شما مصرف شد و ۵۱۲ مگابایت مانده است.',
    'حجم شما تمام شد و سرعت کم شد. برای سرعت کامل، حجم بخرید.',
  ]);
});

it('says each reason in English', () => {
  expect(CONTENTS.map(englishWords).map((words) => words.slice(0, 44))).toEqual([
    'Your service ends in 2 days, on 1404/09/02.',
    'Your service ends today, 1404/08/30.',
    'Your service is in the collection list since',
    '"سرويس يك ماهه 50 گيگ" is active until 1404/',
    'Your payment of 1,250,000 Rial is booked. Re',
    'Your document "كارت ملی" was rejected. Send ',
    'Your documents were not completed within the',
    'Bill 1404-17 of 999 Rial was issued, due on ',
    '1.5 GB free charge is active until 1404/09/0',
    '85% of your volume is used, 512 MB left.',
    'Your volume is used up and your speed is red',
  ]);
});

it('has other words for a service without an end, one day, and a line that is closed', () => {
  const closed: MessageContent = { kind: 'volume-ended', params: { effect: 'stopped' } };
  const endless: MessageContent = { kind: 'purchase-applied', params: { item: 'حجم\n10', until: null } };
  const oneDay: MessageContent = { kind: 'service-ends-in-days', params: { days: 1, endsAt: NOW } };
  expect(persianWords(closed)).toContain('اینترنت بسته شد');
  expect(englishWords(closed)).toContain('your line is closed');
  expect(persianWords(endless)).toBe('«حجم ۱۰» فعال شد.');
  expect(englishWords(endless)).toBe('"حجم 10" is active.');
  expect(englishWords(oneDay)).toContain('in 1 day,');
});

describe.each(CONTENTS)('the draft of $kind', (content) => {
  it('is two parts at most, and no Arabic letter or line end of another system is in it (M02)', () => {
    for (const language of ['fa', 'en'] as const) {
      const { text, parts, senderName, username } = draft(content, language);
      expect(text.split('\n').slice(1)).toEqual([username, 'میزان نت']);
      expect(senderName).toBe('میزان نت');
      expect(parts).toBe(smsParts(text).parts);
      expect(parts).toBeLessThanOrEqual(language === 'fa' ? 2 : 3);
      expect(text).not.toMatch(/\r|undefined|NaN/);
    }
    expect(draft(content, 'fa').text).not.toMatch(/[يىك]/);
  });

  it('has a reason in both languages, and a key of its own', () => {
    expect(messageReason(content, 'fa')).toMatch(/^اعلام /);
    expect(messageReason(content, 'en')).toMatch(/^[A-Z8]/);
    const keys = CONTENTS.map((other) => messageKey(other, '17'));
    expect(keys.filter((key) => key === draft(content, 'fa').dedupeKey)).toHaveLength(1);
  });
});

it('names the reasons of the reminders as the list does (P62)', () => {
  expect(CONTENTS.slice(0, 2).map((content) => messageReason(content, 'fa'))).toEqual([
    'اعلام ۲ روز مانده به منقضی شدن سرویس',
    'اعلام انقضا شدن سرویس در روز انقضا',
  ]);
});

it('keeps reminders of different days of one service apart, and those of one day together (X07)', () => {
  const reminder = (days: number): MessageContent => ({
    kind: 'service-ends-in-days',
    params: { days, endsAt: NOW + days },
  });
  expect([2, 5, 2].map((days) => messageKey(reminder(days), 'order-9'))).toEqual([
    'service-ends-in-days-2:order-9',
    'service-ends-in-days-5:order-9',
    'service-ends-in-days-2:order-9',
  ]);
});

it('leaves out a line that a message is not about', () => {
  expect(draft(CONTENTS[4]!, 'fa', '').text.split('\n')).toHaveLength(2);
});

it('writes figures', () => {
  expect([0, 999, 1_000, 1_234_567].map((amount) => amountOf(amount, ','))).toEqual([
    '0',
    '999',
    '1,000',
    '1,234,567',
  ]);
  expect(dayText({ year: 1404, month: 1, day: 9 })).toBe('1404/01/09');
  const megabyte = 1024 ** 2;
  expect([0, megabyte - 1, 1023 * megabyte, 1024 * megabyte, 10.99 * 1024 * megabyte].map(volumeOf)).toEqual([
    { figure: '0', unit: 'MB' },
    { figure: '0', unit: 'MB' },
    { figure: '1023', unit: 'MB' },
    { figure: '1', unit: 'GB' },
    { figure: '10.9', unit: 'GB' },
  ]);
});
