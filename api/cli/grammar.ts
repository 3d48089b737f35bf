import type { Call } from './client.ts';
import type { Show } from './show.ts';

/** What a successful answer means: it is the outcome, or the same call has to be made again, or all is not well. */
export type Meaning = 'done' | 'again' | 'bad';

/** Every option that some command takes, as `parseArgs` reads it. */
export const OPTIONS = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  open: { type: 'boolean' },
  user: { type: 'string' },
  session: { type: 'string' },
  limit: { type: 'string' },
  at: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  kept: { type: 'string' },
  role: { type: 'string' },
  by: { type: 'string' },
  apply: { type: 'boolean' },
  map: { type: 'string' },
  encoding: { type: 'string' },
} as const;

/** Name of an option. */
export type OptionName = keyof typeof OPTIONS;
/** Options that were given. */
export type Options = { readonly [Name in OptionName]?: string | boolean };

/** A command: its words, what it is given, the options it knows and what it asks of the server. */
export interface Grammar {
  readonly words: readonly string[];
  readonly operand?: string;
  readonly options: readonly OptionName[];
  readonly show: Show;
  request(operand: string, options: Options): Call;
  /** Without it every answer is the outcome. */
  meaning?(body: unknown): Meaning;
}

/** The fields that have a text as a query string, '' without any. */
export function query(fields: Readonly<Record<string, string | boolean | undefined>>): string {
  const given = Object.entries(fields).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
