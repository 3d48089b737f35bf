import { z } from 'zod';
import { count, nextPage, utcInstant } from './answer-fields.ts';
import type { Told } from './told.ts';

/** Octets by what became of them. */
export const usageFigures = {
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

/** A session as the API tells it. */
export type SessionAnswer = Told<typeof sessionAnswer>;

/** A page of sessions. */
export const sessionsAnswer = z
  .object({ sessions: z.array(sessionAnswer), next: nextPage })
  .describe('Sessions, newest first.');
