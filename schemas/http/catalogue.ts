import { z } from 'zod';
import { attributeText, isoInstant, plainName } from './fields.ts';
import { buyerRole } from './offer.ts';
import { settingName, settingValues } from './setting.ts';

/** `GET /offers`: as whom somebody would buy, and for what line. */
export const offersQuery = z.strictObject({
  role: buyerRole.optional().describe('As whom somebody would buy; by default as who asks.'),
  county: attributeText.optional().describe("The line's county."),
  paidBefore: z
    .enum(['1', '0', 'true', 'false'], 'must be 1 or 0')
    .transform((text) => text === '1' || text === 'true')
    .optional()
    .describe('Whether a service was ever paid for on the line; 0 by default.'),
});

/** `{code}` of an offer. */
export const offerParams = { code: plainName };

/** `{name}` of a setting. */
export const settingParams = { name: settingName };

const effectiveFrom = isoInstant
  .optional()
  .describe('From when on it holds, now by default; only the first value may hold from the past on.');

/** `PUT /settings/{name}`; the value is judged by the setting's own schema. */
export const settingBody = z.strictObject({ value: z.unknown(), effectiveFrom });

/** What the document says of that body. */
export const shownSettingBody = z.strictObject({
  value: z.union(Object.values(settingValues)).describe('One shape for each setting.'),
  effectiveFrom,
});
