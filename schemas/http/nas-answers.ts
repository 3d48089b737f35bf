import { z } from 'zod';
import { NAS_VENDORS } from '../../engine/nas/nas.ts';
import { count, utcInstant } from './answer-fields.ts';
import { driverSettings } from './nas.ts';

/** A NAS without its secrets, and what it has taught us. */
export const nasAnswer = z
  .object({
    name: z.string(),
    address: z.string(),
    vendor: z.enum(NAS_VENDORS),
    coaPort: z.int().min(1).max(65_535),
    coaAddress: z.string().describe('Empty where orders go to the address that its packets come from.'),
    swapDirections: z.boolean(),
    requireMessageAuthenticator: z.boolean(),
    allowMacAuthentication: z.boolean(),
    acceptAttributes: z.record(z.string(), z.union([z.string(), z.number()])),
    driverSettings: driverSettings,
    messageAuthenticatorSince: utcInstant.nullable().describe('When it first sent one; null for never.'),
    gigawordsSince: utcInstant.nullable().describe('When it first sent them; null for never.'),
    boot: count.describe('How often it was seen to start.'),
    bootedAt: utcInstant.nullable(),
  })
  .meta({ id: 'Nas', description: 'A NAS, without its secrets.' });

/** Every NAS. */
export const nasListAnswer = z.object({ nas: z.array(nasAnswer) }).describe('Every NAS by name.');
