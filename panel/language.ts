import type { Language } from '../api/words/format.ts';
import { en } from './messages/en.ts';
import { fa, type Messages } from './messages/fa.ts';

/** Texts of a language. */
export const MESSAGES: Readonly<Record<Language, Messages>> = { fa, en };

/** The language asked for by `?lang=`; Persian unless it is English. */
export function languageOf(text: string | undefined): Language {
  return text === 'en' ? 'en' : 'fa';
}
