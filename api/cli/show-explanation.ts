import type { ExplainAnswer, StatementAnswer } from '../explanation.ts';
import { type Column, formatInstant, formatTable, printable } from './format.ts';
import type { Show } from './show.ts';

const columns: readonly Column<StatementAnswer>[] = [
  { heading: '', cell: ({ decides }) => (decides ? '>' : ' ') },
  { heading: 'RULE', cell: ({ rule }) => rule },
  { heading: 'RESULT', cell: ({ outcome }) => outcome },
  { heading: 'FIGURES', cell: ({ text }) => text.en },
  { heading: 'FROM', cell: ({ source }) => source },
];

/** `explain`: the verdict, the rules in their order with `>` before the one that decided, and what was told. */
export const showExplanation: Show = (body) => {
  const { username, at, verdict, rules, told } = body as ExplainAnswer;
  const parts = [`${printable(username)} at ${formatInstant(at)}: ${printable(verdict.text.en)}`];
  if (rules.length > 0) parts.push(formatTable(columns, rules));
  if (told.length > 0) parts.push(told.map(({ text }) => printable(text.en)).join('\n'));
  return parts.join('\n\n');
};
