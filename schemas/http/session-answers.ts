import { z } from 'zod';
import { count, nextPage, utcInstant } from './answer-fields.ts';

const usageFigures = {
  inputOctets: count.describe('What the subscriber sent.'),
  outputOctets: count.describe('What the subscriber received.'),
  chargedOctets: count.describe('Those that weigh by the plan, at their weight.'),
  freeOctets: count,
  quarantinedOctets: count.describe('Implausible ones, which nobody pays.'),
  burnedOctets: count.describe('Taken from grants.'),
  overshotOctets: count.describe('Beyond the last grant.'),
};

/** A session as last written to the ledger. */
export const sessionAnswer = z
  .object({
    username: z.string(),
    sessionKey: z.string(),
    nas: z.string(),
    nasPort: z.string(),
    acctSessionId: z.string(),
    callingStationId: z.string(),
    framedIp: z.string(),
    state: z.enum(['reserved', 'live', 'suspect', 'closed']),
    startedAt: utcInstant,
    updatedAt: utcInstant.describe('Newest record; the end of a closed session.'),
    ...usageFigures,
    closeCause: z.string(),
  })
  .meta({ id: 'Session', description: 'A session as last written to the ledger.' });

/** A page of sessions. */
export const sessionsAnswer = z
  .object({ sessions: z.array(sessionAnswer), next: nextPage })
  .describe('Sessions, newest first.');

const figures = z.object(usageFigures);

/** What a line used within a range. */
export const usageAnswer = z
  .object({
    username: z.string(),
    from: utcInstant,
    to: utcInstant,
    totals: figures,
    sessions: z.array(
      figures.extend({
        sessionKey: z.string(),
        startedAt: utcInstant,
        lastAt: utcInstant.describe('Newest record within the range.'),
        nas: z.string(),
        framedIp: z.string(),
      }),
    ),
    days: z.array(figures.extend({ day: z.iso.date().describe('A day of Asia/Tehran, Gregorian.') })),
  })
  .meta({ id: 'Usage', description: 'Usage of a line within (from, to].' });
