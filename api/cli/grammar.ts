import type { Call } from './client.ts';
import type { Paid } from './sandbox-payer.ts';
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
  offer: { type: 'string' },
  kind: { type: 'string' },
  months: { type: 'string' },
  gateway: { type: 'string' },
  amount: { type: 'string' },
  payout: { type: 'string' },
  'despite-missing': { type: 'boolean' },
  into: { type: 'string' },
  reference: { type: 'string' },
  name: { type: 'string' },
  approve: { type: 'boolean' },
  customer: { type: 'string' },
  order: { type: 'string' },
  language: { type: 'string' },
  out: { type: 'string' },
  reason: { type: 'string' },
  end: { type: 'boolean' },
  page: { type: 'string' },
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
  /** Options that it cannot do without. */
  readonly needs?: readonly OptionName[];
  /** A second operand: a file, whose text `wrap` makes the body of. */
  readonly file?: string;
  readonly show: Show;
  request(operand: string, options: Options): Call;
  wrap?(text: string, options: Options): object;
  /** With `--approve`: what is done with the answer, and the call whose answer is shown in its place. */
  approve?(body: unknown): Promise<Paid>;
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
