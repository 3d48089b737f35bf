import { z } from 'zod';
import { boundedList } from './bounded.ts';
import { contractBody, customerFields } from './customer.ts';
import { usernameText } from './fields.ts';

const { phone, exchange, county } = contractBody.shape;

/** A customer in a provisioning document. */
export const customerDeclaration = z
  .strictObject({
    ...z.object(customerFields).partial().shape,
    nationalId: customerFields.nationalId,
    lines: boundedList(
      z.strictObject({ username: usernameText, phone, exchange, county }),
      1_000,
      'must be at most 1000 lines',
    )
      .optional()
      .describe('Lines that exist or are declared here: they become theirs.'),
  })
  .meta({ id: 'CustomerDeclaration', description: 'A customer, as it is declared.' });
