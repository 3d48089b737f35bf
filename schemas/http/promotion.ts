import { z } from 'zod';
import { distinct } from './choice.ts';
import { integer, isoInstant, printableText } from './fields.ts';
import { offerKind } from './offer.ts';

/** A promotion in a provisioning document. */
export const promotionDeclaration = z.strictObject({
  name: printableText(253).min(1, 'must not be empty'),
  extraPercent: integer(1, 1_000),
  kinds: distinct(offerKind, 6).min(1, 'must name at least one kind'),
  from: isoInstant.optional(),
  until: isoInstant,
});
