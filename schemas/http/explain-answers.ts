import { z } from 'zod';
import { utcInstant } from './answer-fields.ts';

/** A text in both languages. */
export const bothLanguages = z.object({ fa: z.string(), en: z.string() });

/** A statement: data, and what it says in both languages. */
export const statementAnswer = z
  .object({
    key: z.string().describe('rule/outcome.'),
    rule: z.string(),
    outcome: z.string(),
    name: bothLanguages.describe('What the rule is called.'),
    figures: z
      .record(z.string(), z.unknown())
      .describe('Octets, epoch ms, kbit/s and percents as plain numbers.'),
    source: z.enum(['counters', 'ledger', 'history', 'plan']).describe('Where the figures are from.'),
    decides: z.boolean().describe('This one decided; what comes after it was not looked at.'),
    text: bothLanguages,
  })
  .meta({ id: 'Statement', description: 'A rule that was looked at, and what came of it.' });

/** Why a line had at an instant what it had. */
export const explainAnswerSchema = z
  .object({
    username: z.string(),
    at: utcInstant,
    verdict: statementAnswer,
    rules: z.array(statementAnswer).describe('In the order of the decision.'),
    told: z.array(statementAnswer).describe('What sessions and NAS were told; newest first.'),
  })
  .meta({ id: 'Explanation', description: 'Why a line has, or had, the service that it has.' });
