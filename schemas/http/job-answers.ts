import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const perStore = z.number().nullable().describe('Null where this store does not hold it.');

/** What a reconciliation has found. */
export const reconcileAnswer = z
  .object({
    startedAt: utcInstant,
    finishedAt: utcInstant,
    lines: count.describe('Lines that were looked at: judged + busy.'),
    judged: count,
    busy: count.describe('Lines that changed whenever they were looked at: no judgement.'),
    unreconciledOctets: count.describe('Sum over all differences; 0 when all three stores agree.'),
    differingLines: count,
    differences: z
      .array(
        z.object({
          username: z.string(),
          lineId: z.int(),
          sessionKey: z.string().optional(),
          grantId: z.string().optional(),
          figure: z.string(),
          counters: perStore,
          ledger: perStore,
          history: perStore,
          octets: count.describe('By how much they differ.'),
        }),
      )
      .describe('The first differences, at most 100.'),
  })
  .meta({ id: 'Reconciliation', description: 'What comparing the three stores has found.' });

/** Whether a reconciliation runs. */
export const reconcileState = z
  .object({ running: z.boolean(), last: reconcileAnswer.nullable() })
  .describe('Whether a comparison runs, and what the last one found.');

/** What is answered while a run goes on. */
export const stillRunning = z
  .object({ running: z.literal(true) })
  .describe('It takes longer than a call may: ask the same again.');

/** How far provisioning went: what is new or has changed. */
export const applyAnswer = z
  .object({
    ...{ nas: count, plans: count, lines: count, grants: count },
    pools: count.optional(),
    customers: count.optional(),
    offers: count.optional(),
    promotions: count.optional(),
    settings: count.optional(),
  })
  .describe('The packet path has it; how many of each are new or have changed.');

/** Where the program's time is now. */
export const clockAnswer = z.object({ now: utcInstant }).describe('The new time.');
