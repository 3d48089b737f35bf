import { z } from 'zod';
import { count, nextPage, utcInstant } from './answer-fields.ts';

const lineStatus = z.enum(['active', 'suspended', 'closed']);

/** An accounted session as the counters have it. Input is what the subscriber sent, output what was received. */
export const liveSessionAnswer = z
  .object({
    username: z.string(),
    nas: z.string(),
    acctSessionId: z.string(),
    trafficClass: z
      .string()
      .describe('Class of traffic that is counted here beside the session, "" for that.'),
    state: z.enum(['live', 'suspect', 'closed']),
    inputOctets: count,
    outputOctets: count,
    chargedOctets: count,
    framedIp: z.string(),
    callingStationId: z.string(),
    startedAt: utcInstant,
    updatedAt: utcInstant.describe('Newest record; the end of a closed session.'),
    mode: z.enum(['full', 'slow', 'captive']).describe('What the NAS was last told to give.'),
    downKbps: count.describe("0 for the NAS's own default."),
    upKbps: count,
    closeCause: z.string().describe('Empty while the session runs.'),
  })
  .meta({ id: 'LiveSession', description: 'A session as the counters have it.' });

/** A line as it stands in the counters at one instant. */
export const liveLineAnswer = z
  .object({
    username: z.string(),
    status: lineStatus,
    plan: z.string(),
    lockedTo: z.string().describe('The only device that may log in, empty for any.'),
    expiresAt: utcInstant.nullable().describe('Null when nothing was ever bought.'),
    reserve: z
      .object({ plan: z.string(), from: utcInstant, expiresAt: utcInstant })
      .nullable()
      .describe('The term that follows by itself, null without one.'),
    remainingOctets: count
      .nullable()
      .describe('Left at full speed in all grants valid now; null without a quota.'),
    grantedOctets: count.nullable().describe('Size of the grants valid now; null without a quota.'),
    consumedOctets: count.describe('Ever taken from the grants that the counters hold.'),
    sessions: z.array(liveSessionAnswer).describe('Newest first.'),
  })
  .meta({ id: 'LiveLine', description: 'A line as it stands now.' });

/** A line with the subscriber's name, for lists. */
export const namedLineAnswer = liveLineAnswer
  .extend({ name: z.string().describe("The subscriber's name, empty when none was given.") })
  .meta({ id: 'NamedLine', description: 'A line as it stands now, with a name.' });

/** A page of lines. */
export const linesAnswer = z
  .object({ lines: z.array(namedLineAnswer), next: nextPage })
  .describe('Lines by username.');

/** What came of an order to disconnect a line. */
export const kickAnswer = z
  .object({ username: z.string(), sessions: count.describe('Sessions that their NAS is told to end.') })
  .describe('The order is on its way.');

/** What came of an order to free a line from its device. */
export const releaseAnswer = z
  .object({ username: z.string(), released: z.boolean().describe('False when it was bound to none.') })
  .describe('The next device that logs in may be any.');
