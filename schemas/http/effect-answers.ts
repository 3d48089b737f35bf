import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const effectKind = z.enum(['disconnect', 'change-speed']);

/** An order whose effect no report has shown yet. */
export const openEffect = z
  .object({
    sessionKey: z.string(),
    nas: z.string(),
    kind: effectKind,
    state: z
      .enum(['ordered', 'unproven'])
      .describe(
        'ordered: the NAS has not done it, or has not been asked yet; unproven: acknowledged, and reports must show it.',
      ),
    since: utcInstant.describe('When it was ordered last, or acknowledged.'),
    attempts: count.describe(
      'How often it was ordered; of an unproven one how often reports have refuted it.',
    ),
  })
  .meta({ id: 'OpenEffect', description: 'An order to a NAS that is open.' });

/** An order that has ended. */
export const effectAnswer = z
  .object({
    at: utcInstant,
    sessionKey: z.string(),
    nas: z.string(),
    kind: effectKind.describe('What came of it: a change that the NAS refused ends as a disconnect.'),
    reason: z.string().describe('Why it was ordered, such as volume-ended.'),
    result: z
      .enum(['ack', 'nak', 'timeout', 'no-nas', 'not-in-force'])
      .describe('not-in-force: reports refute what the NAS had acknowledged.'),
    errorCause: z.string().describe('Name of the Error-Cause (RFC 5176 §3.5), empty when the NAS gave none.'),
    attempts: count.describe('Transmissions; of a row that is not in force, reports that showed it.'),
    latencyMs: z.number().min(0),
  })
  .meta({ id: 'Effect', description: 'An order to a NAS that has ended.' });

/** Orders to NAS about a line. */
export const effectsAnswer = z
  .object({
    username: z.string(),
    open: z.array(openEffect).describe('Of sessions that run.'),
    effects: z.array(effectAnswer).describe('Newest first.'),
  })
  .describe('Open orders, and those that have ended.');
