import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const speed = z.object({ downKbps: count, upKbps: count });
const endAction = z.union([z.literal('disconnect'), z.literal('captive'), speed]);
const burst = speed.extend({ thresholdDownKbps: count, thresholdUpKbps: count, seconds: count });

/** A version of a plan; null where the plan has no such thing. */
export const planVersionAnswer = z
  .object({
    from: utcInstant.describe('The first version was in force before it, too.'),
    until: utcInstant.nullable().describe('When the next version comes into force.'),
    state: z.enum(['past', 'present', 'future']),
    days: count.describe('Length of a term.'),
    quota: z
      .object({
        octets: count,
        charge: z.enum(['download', 'both']),
        per: z.enum(['term', 'day', 'week', 'month']),
      })
      .nullable(),
    speed: speed.extend({ burst: burst.optional() }).nullable().describe("Null is the NAS's own default."),
    tiers: z.array(speed.extend({ octets: count })).describe('Slower speeds that follow the quota.'),
    exhausted: endAction.describe('When the volume has ended.'),
    expired: endAction.describe('When the term has ended.'),
    windows: z.array(
      z.object({
        weekdays: z.array(z.int().min(0).max(6)).describe('Saturday is 0.'),
        fromMinute: count,
        toMinute: count,
        percent: count.describe('How much octets weigh: 0 is free, 100 is normal.'),
        speed: speed.nullable(),
      }),
    ),
    classes: z.array(z.object({ name: z.string(), percent: count })),
    concurrentSessions: count,
    locksFirstMac: z.boolean(),
    softLanding: z.boolean(),
    pool: z.string().nullable(),
    interimSeconds: count,
  })
  .meta({ id: 'PlanVersion', description: 'A version of a plan.' });

/** A plan with the version in force now. */
export const planSummary = z
  .object({
    name: z.string(),
    versions: count.describe('How many versions it has in all.'),
    present: planVersionAnswer,
  })
  .meta({ id: 'PlanSummary', description: 'A plan with the version in force.' });

/** All plans. */
export const plansAnswer = z.object({ plans: z.array(planSummary) }).describe('Plans by name.');

/** A plan with all its versions. */
export const planAnswer = z
  .object({ name: z.string(), versions: z.array(planVersionAnswer).describe('The oldest first.') })
  .describe('What the plan was, is, and will be.');
