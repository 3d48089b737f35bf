import { z } from 'zod';
import { count, nextPage, utcInstant } from './answer-fields.ts';

/** A pool of ours in figures: addresses each. */
export const poolAnswer = z
  .object({
    name: z.string(),
    ranges: z.array(z.string()),
    size: count,
    used: count.describe('Leased to sessions now.'),
    free: count.describe(
      'Neither leased nor static addresses of lines; a little less while lines with static ones are online.',
    ),
    sticky: count.describe('Free ones that are remembered for the line that had them last.'),
    reserved: count.describe('Static addresses of lines.'),
  })
  .meta({ id: 'Pool', description: 'A pool of addresses, in figures.' });

/** All pools. */
export const poolsAnswer = z.object({ pools: z.array(poolAnswer) }).describe('Every pool of ours.');

const leaseAnswer = z
  .object({
    address: z.string(),
    username: z.string(),
    sessionKey: z.string(),
    since: utcInstant.nullable(),
  })
  .meta({ id: 'Lease', description: 'An address, and the session that has it.' });

/** A page of leases. */
export const leasesAnswer = z
  .object({ pool: poolAnswer, leases: z.array(leaseAnswer), next: nextPage })
  .describe('A pool, and who has which of its addresses.');
