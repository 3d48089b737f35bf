import { z } from 'zod';
import { NAS_VENDORS } from '../../engine/nas/nas.ts';
import { integer, ipAddress, ipBlock, orEmpty, plainName } from './fields.ts';

/** A short secret is found by trying: every packet carries an MD5 made with it (RFC 2865 §3 asks for a long one). */
const sharedSecret = z
  .string()
  .min(8, 'must be at least 8 characters long')
  .max(128, 'must be at most 128 characters long');

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
});
