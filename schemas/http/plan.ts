import { z } from 'zod';
import { boundedList } from './bounded.ts';
import { attributeText, integer, isoInstant, titleText, volumeOctets } from './fields.ts';

const MAX_KBPS = 1_000_000_000;
const MINUTES_OF_DAY = 1_440;

const kbps = integer(1, MAX_KBPS);
const speed = z.strictObject({ downKbps: kbps, upKbps: kbps });

const burstSpeed = z.strictObject({
  downKbps: kbps,
  upKbps: kbps,
  burst: z
    .strictObject({
      downKbps: kbps,
      upKbps: kbps,
      thresholdDownKbps: kbps,
      thresholdUpKbps: kbps,
      seconds: integer(1, 3_600),
    })
    .optional(),
});

const endAction = z.union(
  [z.literal('disconnect'), z.literal('captive'), speed],
  'must be "disconnect", "captive" or a speed { "downKbps", "upKbps" } above 0',
);

const planWindow = z
  .strictObject({
    weekdays: boundedList(integer(0, 6), 7, 'must be at most 7 days')
      .refine((days) => days.length > 0, 'must name at least one day')
      .refine((days) => new Set(days).size === days.length, 'must not name a day twice')
      .optional(),
    fromMinute: integer(0, MINUTES_OF_DAY - 1),
    toMinute: integer(1, MINUTES_OF_DAY),
    percent: integer(0, 1_000).optional(),
    speed: speed.optional(),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute < toMinute, {
    path: ['toMinute'],
    message: 'must be after fromMinute; a window over midnight is two windows',
  });

/** A plan in a provisioning document. */
export const planDeclaration = z
  .strictObject({
    name: titleText,
    effectiveFrom: isoInstant.optional(),
    days: integer(1, 3_660),
    quota: z
      .strictObject({
        octets: volumeOctets,
        charge: z.enum(['download', 'both'], 'must be "download" or "both"'),
        per: z.enum(['term', 'day', 'week', 'month'], 'must be "term", "day", "week" or "month"').optional(),
      })
      .optional(),
    speed: burstSpeed.optional(),
    tiers: boundedList(
      z.strictObject({ octets: volumeOctets, downKbps: kbps, upKbps: kbps }),
      16,
      'must be at most 16 tiers',
    ).optional(),
    exhausted: endAction.optional(),
    expired: endAction.optional(),
    windows: boundedList(planWindow, 64, 'must be at most 64 windows').optional(),
    classes: boundedList(
      z.strictObject({ name: attributeText, percent: integer(0, 1_000) }),
      16,
      'must be at most 16 classes',
    ).optional(),
    concurrentSessions: integer(1, 1_000).optional(),
    locksFirstMac: z.boolean('must be true or false').optional(),
    softLanding: z.boolean('must be true or false').optional(),
    pool: attributeText.min(1, 'must not be empty').optional(),
    interimSeconds: integer(1, 86_400).optional(),
  })
  .meta({ id: 'PlanDeclaration', description: 'A plan, as it is declared.' });
