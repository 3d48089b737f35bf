import { z } from 'zod';
import { attributeText, integer, titleText, volumeOctets } from './fields.ts';

const MAX_KBPS = 1_000_000_000;
const MINUTES_OF_DAY = 1_440;

const speed = z.strictObject({ downKbps: integer(1, MAX_KBPS), upKbps: integer(1, MAX_KBPS) });

const endAction = z.union(
  [z.literal('disconnect'), z.literal('captive'), speed],
  'must be "disconnect", "captive" or a speed { "downKbps", "upKbps" } above 0',
);

const weightWindow = z
  .strictObject({
    weekdays: z
      .array(integer(0, 6))
      .min(1, 'must name at least one day')
      .refine((days) => new Set(days).size === days.length, 'must not name a day twice')
      .optional(),
    fromMinute: integer(0, MINUTES_OF_DAY - 1),
    toMinute: integer(1, MINUTES_OF_DAY),
    percent: integer(0, 1_000),
  })
  .refine(({ fromMinute, toMinute }) => fromMinute < toMinute, {
    path: ['toMinute'],
    message: 'must be after fromMinute; a window over midnight is two windows',
  });

/** A plan in a provisioning document. */
export const planDeclaration = z.strictObject({
  name: titleText,
  days: integer(1, 3_660),
  quota: z
    .strictObject({
      octets: volumeOctets,
      charge: z.enum(['download', 'both'], 'must be "download" or "both"'),
    })
    .optional(),
  speed: speed.optional(),
  exhausted: endAction.optional(),
  expired: endAction.optional(),
  weights: z.array(weightWindow).optional(),
  pool: attributeText.min(1, 'must not be empty').optional(),
  interimSeconds: integer(1, 86_400).optional(),
});
