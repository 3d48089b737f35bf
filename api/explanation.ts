import { explainLine } from '../engine/explain/explain-line.ts';
import { readFacts } from '../engine/explain/read-facts.ts';
import type { Explanation, Statement } from '../engine/explain/statement.ts';
import type { Instant } from '../engine/values/instant.ts';
import type { explainAnswerSchema, statementAnswer } from '../schemas/http/explain-answers.ts';
import type { Told } from '../schemas/http/told.ts';
import type { ApiDeps } from './deps.ts';
import { toIso } from './iso-time.ts';
import { SPEAKERS } from './words/explain-words.ts';

/** A statement as the API tells it: data, and what it says in both languages. */
export type StatementAnswer = Told<typeof statementAnswer>;

/** Why a line had at an instant what it had. */
export type ExplainAnswer = Told<typeof explainAnswerSchema>;

/** What the explanation of a line is read from. */
export type ExplainDeps = Pick<ApiDeps, 'ledger' | 'usage' | 'counters' | 'clock'>;

/** Explains a line as of `at`, or as of now; `undefined` when nobody has ever heard of the username. */
export async function explain(
  { ledger, usage, counters, clock }: ExplainDeps,
  username: string,
  at?: Instant,
): Promise<Explanation | undefined> {
  const now = clock.now();
  const [{ state }, { plans, nas }] = await Promise.all([counters.load(username), counters.reference()]);
  const histories = new Map(plans.map((plan) => [plan.name, plan]));
  const boots = new Map(nas.map(({ name, learned }) => [name, learned.boot]));
  const facts = await readFacts(
    {
      ...{ username, at: at ?? now, now, live: state },
      plans: (name) => histories.get(name),
      bootOf: (name) => boots.get(name) ?? 0,
    },
    ledger,
    usage,
  );
  const isKnown = facts.state !== undefined || facts.status !== undefined || (await ledger.line(username));
  return isKnown ? explainLine(facts) : undefined;
}

/** The explanation as the API tells it. */
export function explainAnswer({ username, at, verdict, rules, told }: Explanation): ExplainAnswer {
  return {
    username,
    at: toIso(at),
    verdict: answerOf(verdict),
    rules: rules.map(answerOf),
    told: told.map(answerOf),
  };
}

function answerOf(statement: Statement): StatementAnswer {
  const { key, figures, source, decides } = statement;
  const [rule = '', outcome = ''] = key.split('/');
  const text = { fa: SPEAKERS.fa.sentence(statement), en: SPEAKERS.en.sentence(statement) };
  const name = { fa: SPEAKERS.fa.rule(statement), en: SPEAKERS.en.rule(statement) };
  return { key, rule, outcome, name, figures: { ...figures }, source, decides, text };
}
