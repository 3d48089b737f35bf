/** What a replay cannot know, in every answer: who reads the figures must read these. */
export type Reservation = 'same-behaviour' | 'flow-after-cut' | 'not-replayed' | 'started-full';

/** The sentences of both languages. */
export const RESERVATIONS: Readonly<Record<Reservation, { readonly fa: string; readonly en: string }>> = {
  'same-behaviour': {
    fa: 'فرض شده است که همه همان‌گونه مصرف می‌کنند؛ در عمل، مصرف با سرعت کمتر تغییر می‌کند.',
    en: 'Everybody is taken to use what they used; in truth people use less when they are slowed, and more when not.',
  },
  'flow-after-cut': {
    fa: 'مصرف پس از قطع یا کاهش سرعت، همان‌گونه که بود شمرده شده است.',
    en: 'What flowed after a line would have been cut or slowed is counted as it flowed.',
  },
  'not-replayed': {
    fa: 'تعداد اتصال هم‌زمان، قفل دستگاه و فرود نرم بازپخش نمی‌شوند.',
    en: 'Logins, sessions at a time, device locks and the soft landing are not replayed.',
  },
  'started-full': {
    fa: 'دوره‌ی حجم تغییر کرده است؛ برای این خط‌ها مصرف پیش از آغاز بازه به حساب نیامده است.',
    en: 'The quota would have other periods: for those lines nothing before the range counts as burned.',
  },
};
