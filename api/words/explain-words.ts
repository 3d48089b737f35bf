import type { EndFigures, Statement } from '../../engine/explain/statement.ts';
import { en } from './en.ts';
import { fa } from './fa.ts';
import { createFormat, type Language } from './format.ts';
import type { Phrases, Words } from './words.ts';

/** Says statements in one language; figures are formatted last. */
export interface Speaker {
  sentence(statement: Statement): string;
  /** What the statement's rule is called. */
  rule(statement: Statement): string;
}

/** The speakers of all languages. */
export const SPEAKERS: Readonly<Record<Language, Speaker>> = {
  fa: createSpeaker('fa', fa),
  en: createSpeaker('en', en),
};

function createSpeaker(language: Language, words: Words): Speaker {
  const show = phrasesOf(language, words);
  return {
    sentence: ({ key, figures }) =>
      (words.sentences[key] as (figures: unknown, show: Phrases) => string)(figures, show),
    rule: ({ key }) => words.rules[key.slice(0, key.indexOf('/')) as keyof Words['rules']],
  };
}

function phrasesOf(language: Language, words: Words): Phrases {
  const { octets, speed, count, moment, minuteOfDay } = createFormat(language);
  const joined = ({ value, unit }: ReturnType<typeof octets>) => `${value} ${unit}`;
  const speedOf = (downKbps: number, upKbps: number) =>
    downKbps === 0 ? words.defaultSpeed : words.speed(joined(speed(downKbps, upKbps)));
  return {
    ...{ count, moment, minuteOfDay },
    volume: (value) => joined(octets(value)),
    speed: speedOf,
    because: (reason) => words.because[reason],
    orderReason: (reason) => (reason === '' ? '' : words.orderReasons[reason]),
    grantKind: (kind) => words.grantKinds[kind],
    end: ({ action, downKbps, upKbps }: EndFigures) => words.end(action, speedOf(downKbps, upKbps)),
  };
}
