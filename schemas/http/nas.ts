import { z } from 'zod';
import {
  IDENTITY_ATTRIBUTES,
  RATE_UNITS,
  SPEED_CHANGES,
  SPEED_FORMS,
} from '../../engine/nas/driver-settings.ts';
import { NAS_VENDORS } from '../../engine/nas/nas.ts';
import { integer, ipAddress, ipBlock, orEmpty, plainName, printableText } from './fields.ts';

/** A short secret is found by trying: every packet carries an MD5 made with it (RFC 2865 §3 asks for a long one). */
const sharedSecret = z
  .string()
  .min(8, 'must be at least 8 characters long')
  .max(128, 'must be at most 128 characters long');

/** Whether it is a value of the attribute, only a dictionary knows; 1,024 octets are 2,050 characters with `0x`. */
const attributeValue = z.union([printableText(2_050), z.number()], 'must be a text in quotes or a number');

/** Attributes by name; a list is the attribute several times. */
const templateAttributes = z.record(
  z.string(),
  z.union(
    [attributeValue, z.array(attributeValue).min(1).max(32)],
    'must be a text, a number or a list of them',
  ),
);

/** CoA-Requests in their order. */
const requests = z.array(templateAttributes).min(1, 'must hold one request at least').max(8);

const serviceText = printableText(200).min(1, 'must not be empty');

/** What staff tell a driver. Which of these a vendor reads, and what texts may hold, is for `checkDriverSettings`. */
export const driverSettings = z.strictObject({
  speedBy: oneOf(SPEED_FORMS).optional(),
  rate: serviceText.optional(),
  rateDown: serviceText.optional(),
  rateUp: serviceText.optional(),
  rateUnit: oneOf(RATE_UNITS).optional(),
  profile: serviceText.optional(),
  profileDown: serviceText.optional(),
  profileUp: serviceText.optional(),
  service: serviceText.optional(),
  serviceParameter: serviceText.optional(),
  captive: serviceText.optional(),
  context: serviceText.optional(),
  creditCategory: serviceText.optional(),
  swapSpeeds: z.boolean().optional(),
  volumeCap: z.boolean().optional(),
  speedChange: oneOf(SPEED_CHANGES).optional(),
  provesSpeed: z.boolean().optional(),
  identifyBy: z.array(oneOf(IDENTITY_ATTRIBUTES)).min(1, 'must name one at least').max(8).optional(),
  classAttribute: serviceText.optional(),
  classes: z
    .record(serviceText, serviceText)
    .refine((classes) => Object.keys(classes).length <= 64, 'must be at most 64 classes')
    .optional(),
  accept: templateAttributes.optional(),
  captiveAccept: templateAttributes.optional(),
  change: requests.optional(),
  captiveEnter: requests.optional(),
  captiveLeave: requests.optional(),
});

function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, `must be one of ${words.join(', ')}`);
}

/** A NAS in a provisioning document. */
export const nasDeclaration = z
  .strictObject({
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
    driverSettings: driverSettings.optional(),
  })
  .meta({ id: 'NasDeclaration', description: 'A NAS, as it is declared.' });
