import { z } from 'zod';
import { NAS_VENDORS } from '../../engine/nas/nas.ts';
import { integer, ipAddress, ipBlock, orEmpty, plainName, printableText } from './fields.ts';

/** A short secret is found by trying: every packet carries an MD5 made with it (RFC 2865 §3 asks for a long one). */
const sharedSecret = z
  .string()
  .min(8, 'must be at least 8 characters long')
  .max(128, 'must be at most 128 characters long');

/** Whether it is a value of the attribute, only a dictionary knows; 1,024 octets are 2,050 characters with `0x`. */
const attributeValue = z.union([printableText(2_050), z.number()], 'must be a text in quotes or a number');

/** A NAS in a provisioning document. */
export const nasDeclaration = z.strictObject({
  name: plainName,
  address: ipBlock,
  secret: sharedSecret,
  secretNext: orEmpty(sharedSecret).optional(),
  vendor: z.enum(NAS_VENDORS, `must be one of ${NAS_VENDORS.join(', ')}`).optional(),
  coaPort: integer(1, 65_535).optional(),
  coaAddress: orEmpty(ipAddress).optional(),
  swapDirections: z.boolean().optional(),
  requireMessageAuthenticator: z.boolean().optional(),
  allowMacAuthentication: z.boolean().optional(),
  acceptAttributes: z.record(z.string(), attributeValue).optional(),
});
