import { z } from 'zod';
import {
  IDENTITY_ATTRIBUTES,
  RATE_UNITS,
  SPEED_CHANGES,
  SPEED_FORMS,
} from '../../engine/nas/driver-settings.ts';
import { NAS_VENDORS } from '../../engine/nas/nas.ts';
import { boundedList, boundedRecord } from './bounded.ts';
import { integer, ipAddress, ipBlock, orEmpty, plainName, printableText } from './fields.ts';

/** A short secret is found by trying: every packet carries an MD5 made with it (RFC 2865 §3 asks for a long one). */
const sharedSecret = z
  .string()
  .min(8, 'must be at least 8 characters long')
  .max(128, 'must be at most 128 characters long');

/** Whether it is a value of the attribute, only a dictionary knows; 1,024 octets are 2,050 characters with `0x`. */
const attributeValue = z.union([printableText(2_050), z.number()], 'must be a text in quotes or a number');

/** Most attributes that are declared in one place: the 4,096 octets of a packet (RFC 2865 §3) hold no more of usual lengths. */
const MOST_ATTRIBUTES = 256;
const TOO_MANY_ATTRIBUTES = `must be at most ${MOST_ATTRIBUTES} attributes`;

/** Attributes by name; a list is the attribute several times. */
const templateAttributes = boundedRecord(
  z.string(),
  z.union(
    [attributeValue, boundedList(attributeValue, 32, 'must be at most 32 values').refine(isFilled)],
    'must be a text, a number or a list of them',
  ),
  MOST_ATTRIBUTES,
  TOO_MANY_ATTRIBUTES,
);

/** CoA-Requests in their order. */
const requests = boundedList(templateAttributes, 8, 'must be at most 8 requests').refine(
  isFilled,
  'must hold one request at least',
);

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
  identifyBy: boundedList(oneOf(IDENTITY_ATTRIBUTES), 8, 'must be at most 8 names')
    .refine(isFilled, 'must name one at least')
    .optional(),
  classAttribute: serviceText.optional(),
  classes: boundedRecord(serviceText, serviceText, 64, 'must be at most 64 classes').optional(),
  accept: templateAttributes.optional(),
  captiveAccept: templateAttributes.optional(),
  change: requests.optional(),
  captiveEnter: requests.optional(),
  captiveLeave: requests.optional(),
});

function isFilled(list: readonly unknown[]): boolean {
  return list.length > 0;
}

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
    acceptAttributes: boundedRecord(
      z.string(),
      attributeValue,
      MOST_ATTRIBUTES,
      TOO_MANY_ATTRIBUTES,
    ).optional(),
    driverSettings: driverSettings.optional(),
  })
  .meta({ id: 'NasDeclaration', description: 'A NAS, as it is declared.' });
