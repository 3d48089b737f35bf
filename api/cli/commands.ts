import { parseArgs } from 'node:util';
import type { VerifyAnswer } from '../routes/ledger.ts';
import type { ReconcileAnswer, ReconcileRunning } from '../routes/reconcile.ts';
import type { WhatIfAnswer, WhatIfRunning } from '../routes/what-if.ts';
import { AGENT_GRAMMARS } from './agent-commands.ts';
import {
  leadsElsewhere,
  operandFault,
  operandsOf,
  optionFault,
  plainOperand,
  plainOptions,
} from './check-words.ts';
import type { Call } from './client.ts';
import { type Grammar, type Meaning, OPTIONS, type Options, query } from './grammar.ts';
import { HOUSE_GRAMMARS } from './house-commands.ts';
import { readImport } from './import/read-import.ts';
import type { ImportCommand } from './import/run-import.ts';
import { INVOICE_GRAMMARS } from './invoice-commands.ts';
import { ORDER_GRAMMARS } from './order-commands.ts';
import { PEOPLE_GRAMMARS } from './people-commands.ts';
import type { Paid } from './sandbox-payer.ts';
import { SERVICE_GRAMMARS } from './service-commands.ts';
import {
  type Show,
  showApplied,
  showKick,
  showLine,
  showNas,
  showReconciliation,
  showRelease,
  showSessions,
  showUsage,
} from './show.ts';
import { showEffects } from './show-effects.ts';
import { showExplanation } from './show-explanation.ts';
import { showAccount, showVerification } from './show-ledger.ts';
import { showPlan, showPlans } from './show-plan.ts';
import { showPool, showPools } from './show-pools.ts';
import { showWhatIf } from './show-what-if.ts';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string }
  | ImportCommand
  | CallCommand;

/** A call of the server, and what is made of its answer. */
export interface CallCommand {
  readonly kind: 'call';
  readonly call: Call;
  readonly json: boolean;
  /** File to send as the body, '-' for standard input. */
  readonly bodyFile?: string;
  /** Makes the body of the file's text. */
  readonly wrap?: (text: string) => string;
  /** What is done with the answer before another call's is shown. */
  readonly approve?: (body: unknown) => Promise<Paid>;
  readonly show: Show;
  meaning(body: unknown): Meaning;
}

const GRAMMARS: readonly Grammar[] = [
  ...HOUSE_GRAMMARS,
  ...ORDER_GRAMMARS,
  ...PEOPLE_GRAMMARS,
  ...SERVICE_GRAMMARS,
  ...INVOICE_GRAMMARS,
  ...AGENT_GRAMMARS,
  {
    words: ['apply'],
    operand: 'FILE.json',
    options: [],
    show: showApplied,
    request: () => ({ method: 'PUT', path: '/apply' }),
  },
  {
    words: ['line', 'show'],
    operand: 'USERNAME',
    options: [],
    show: showLine,
    request: (username) => ({ method: 'GET', path: `/lines/${encodeURIComponent(username)}` }),
  },
  {
    words: ['explain'],
    operand: 'USERNAME',
    options: ['at'],
    show: showExplanation,
    request: (username, { at }) => ({
      method: 'GET',
      path: `/lines/${encodeURIComponent(username)}/explain${query({ at })}`,
    }),
  },
  {
    words: ['sessions'],
    options: ['open', 'user', 'limit'],
    show: showSessions,
    request: (_, { open, user, limit }) => ({
      method: 'GET',
      path: `/sessions${query({ open: open ? '1' : undefined, username: user, limit })}`,
    }),
  },
  {
    words: ['effects'],
    operand: 'USERNAME',
    options: ['session', 'limit'],
    show: showEffects,
    request: (username, { session, limit }) => ({
      method: 'GET',
      path: `/lines/${encodeURIComponent(username)}/effects${query({ session, limit })}`,
    }),
  },
  {
    words: ['usage'],
    operand: 'USERNAME',
    options: ['from', 'to'],
    show: showUsage,
    request: (username, { from, to }) => ({
      method: 'GET',
      path: `/usage/${encodeURIComponent(username)}${query({ from, to })}`,
    }),
  },
  {
    words: ['pool', 'list'],
    options: [],
    show: showPools,
    request: () => ({ method: 'GET', path: '/pools' }),
  },
  {
    words: ['pool', 'show'],
    operand: 'NAME',
    options: ['limit'],
    show: showPool,
    request: (name, { limit }) => ({
      method: 'GET',
      path: `/pools/${encodeURIComponent(name)}${query({ limit })}`,
    }),
  },
  { words: ['nas', 'list'], options: [], show: showNas, request: () => ({ method: 'GET', path: '/nas' }) },
  {
    words: ['plan', 'list'],
    options: [],
    show: showPlans,
    request: () => ({ method: 'GET', path: '/plans' }),
  },
  {
    words: ['plan', 'show'],
    operand: 'NAME',
    options: [],
    show: showPlan,
    request: (name) => ({ method: 'GET', path: `/plans/${encodeURIComponent(name)}` }),
  },
  {
    words: ['release-mac'],
    operand: 'USERNAME',
    options: [],
    show: showRelease,
    request: (username) => ({ method: 'POST', path: `/lines/${encodeURIComponent(username)}/release-mac` }),
  },
  {
    words: ['kick'],
    operand: 'USERNAME',
    options: [],
    show: showKick,
    request: (username) => ({ method: 'POST', path: `/lines/${encodeURIComponent(username)}/kick` }),
  },
  {
    words: ['ledger', 'verify'],
    options: ['kept'],
    show: showVerification,
    request: (_, { kept }) => ({ method: 'GET', path: `/ledger/verify${query({ kept })}` }),
    meaning: (body) => {
      const answer = body as VerifyAnswer;
      if ('running' in answer) return 'again';
      return answer.faults === 0 ? 'done' : 'bad';
    },
  },
  {
    words: ['ledger', 'account'],
    operand: 'CODE',
    options: ['limit'],
    show: showAccount,
    request: (code, { limit }) => ({
      method: 'GET',
      path: `/ledger/accounts/${encodeURIComponent(code)}${query({ limit })}`,
    }),
  },
  {
    words: ['what-if'],
    operand: 'PLAN.json',
    options: ['from', 'to'],
    show: showWhatIf,
    request: (_, { from, to }) => ({ method: 'POST', path: `/what-if${query({ from, to })}` }),
    meaning: (body) => ('running' in (body as WhatIfAnswer | WhatIfRunning) ? 'again' : 'done'),
  },
  {
    words: ['reconcile'],
    options: [],
    show: showReconciliation,
    request: () => ({ method: 'POST', path: '/reconcile' }),
    meaning: (body) => {
      const answer = body as ReconcileAnswer | ReconcileRunning;
      if ('running' in answer) return 'again';
      return answer.unreconciledOctets === 0 ? 'done' : 'bad';
    },
  },
];

/** Reads the words after `mizan`. */
export function readCommand(words: readonly string[]): Command {
  let parsed: { values: Options; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return { kind: 'wrong', message: (error as Error).message.replaceAll('\n', ' ') };
  }
  const { values, positionals } = parsed;
  if (values.help || positionals[0] === 'help') return { kind: 'help' };
  if (positionals.length === 0) return { kind: 'wrong', message: 'which command?' };
  if (positionals[0] === 'import') return readImport(positionals.slice(1), values);
  const grammar = GRAMMARS.find(({ words: own }) => own.every((word, index) => positionals[index] === word));
  if (grammar === undefined)
    return { kind: 'wrong', message: `there is no command "${positionals.join(' ')}"` };
  return useGrammar(grammar, positionals.slice(grammar.words.length), values);
}

function useGrammar(grammar: Grammar, operands: readonly string[], given: Options): Command {
  const name = grammar.words.join(' ');
  const fault = optionFault(grammar, given) ?? operandFault(grammar, operands);
  if (fault !== undefined) return { kind: 'wrong', message: `${name} ${fault}` };
  const [first = '', file = first] = operands;
  const options = plainOptions(given);
  const call = grammar.request(plainOperand(grammar, first), options);
  if (leadsElsewhere(call.path)) {
    return { kind: 'wrong', message: `${name}: "${first}" can be no ${grammar.operand}` };
  }
  const { wrap } = grammar;
  return {
    ...{ kind: 'call', call, json: options.json === true, show: grammar.show },
    meaning: grammar.meaning ?? (() => 'done'),
    ...(operandsOf(grammar).at(-1)?.includes('.') ? { bodyFile: file } : {}),
    ...(wrap === undefined ? {} : { wrap: (text: string) => JSON.stringify(wrap(text, options)) }),
    ...(options.approve === true && grammar.approve !== undefined ? { approve: grammar.approve } : {}),
  };
}
