import { z } from 'zod';
import { distinct } from './choice.ts';
import { integer, isoInstant, printableText } from './fields.ts';
import { offerKind } from './offer.ts';

/** A promotion in a provisioning document. */
export const promotionDeclaration = z.strictObject({
  name: printableText(253).min(1, 'must not be empty'),
  extraPercent: integer(1, 1_000),
  kinds: distinct(offerKind, 6)
    .refine((kinds) => kinds.length > 0, 'must name at least one kind')
    .meta({ minItems: 1 }),
  from: isoInstant.optional(),
  until: isoInstant,
});
