import type { SettingAnswer, SettingsAnswer } from '../routes/settings.ts';
import { formatFields, formatInstant, formatTable, printable } from './format.ts';
import type { Show } from './show.ts';

const STATES = { past: 'Past', present: 'Holds now', future: 'To come' } as const;

/** `settings`. */
export const showSettings: Show = (body) =>
  formatTable(
    [
      { heading: 'SETTING', cell: ({ name }) => name },
      { heading: 'FROM', cell: ({ from }) => (from === null ? 'as usual' : formatInstant(from)) },
      { heading: 'NEXT ONE FROM', cell: ({ until }) => formatInstant(until) },
      { heading: 'VALUE', cell: ({ value }) => JSON.stringify(value) },
    ],
    (body as SettingsAnswer).settings,
  );

/** `setting show`: every value that a setting had, has and will have, and whose they are. */
export const showSetting: Show = (body) => {
  const { name, usual, versions } = body as SettingAnswer;
  const texts = versions.map(({ from, state, value, actor, setAt }) =>
    [
      `${STATES[state]}: from ${formatInstant(from)}`,
      formatFields([
        ['Value', JSON.stringify(value)],
        ['Set', `${formatInstant(setAt)} by ${actor}`],
      ]),
    ].join('\n'),
  );
  const first = `As usual before anything else: ${JSON.stringify(usual)}`;
  return [`Setting ${printable(name)}`, first, ...texts].join('\n\n');
};
