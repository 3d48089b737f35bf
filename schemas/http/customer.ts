import { z } from 'zod';
import { PAGE_BEFORE, pageLimit, usernameText } from './fields.ts';
import { shownAs } from './shown-as.ts';

/** A number that the ledger gives, as a text of an address. */
export const storedNumber = shownAs(
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be a number that an answer gave')
    .transform(Number),
  { type: 'integer', minimum: 1 },
);

/** Longest text of a field; what fits into which is told by the checks of people. */
const TEXT_MAX = 1_000;

const text = z.string().max(TEXT_MAX, `must have at most ${TEXT_MAX} characters`);

/** Why something is done, for the trail. */
export const reason = text.default('').describe('Why, for the audit trail.');

/** Fields of a customer, as they are typed. */
export const customerFields = {
  kind: z.enum(['person', 'company'], 'must be "person" or "company"'),
  name: text,
  nationalId: text.describe('National id of a person or company, or the code of a foreigner.'),
  economicCode: text,
  mobile: text,
  phone: text.describe('A landline, with its trunk zero or without.'),
  email: text,
  postalCode: text.describe('Ten digits.'),
  address: text,
  education: text,
  bornOn: text.describe(
    '1369/02/11 or 1990-05-01: of birth, or of registration of a company; it is set once.',
  ),
};

/** `POST /customers`; a field that is absent is empty. Persian and Arabic digits and letters are read as one. */
export const customerBody = z.strictObject({
  kind: customerFields.kind.default('person'),
  name: customerFields.name,
  nationalId: customerFields.nationalId.default(''),
  economicCode: customerFields.economicCode.default(''),
  mobile: customerFields.mobile.default(''),
  phone: customerFields.phone.default(''),
  email: customerFields.email.default(''),
  postalCode: customerFields.postalCode.default(''),
  address: customerFields.address.default(''),
  education: customerFields.education.default(''),
  bornOn: customerFields.bornOn.default(''),
  reason,
});

/** `PATCH /customers/{id}`: what is absent stays. */
export const customerChangeBody = z.strictObject({
  revision: z.int().min(1).describe('Of the customer that was looked at.'),
  reason,
  ...z.object(customerFields).partial().shape,
});

/** `GET /customers`: all that is given must fit. */
export const customersQuery = z.strictObject({
  name: text.optional().describe('A part of the name, in any spelling.'),
  mobile: text.optional(),
  nationalId: text.optional(),
  username: usernameText.optional().describe('Of a line of theirs.'),
  phone: text.optional().describe('Of a line of theirs, or their own.'),
  limit: pageLimit,
  after: storedNumber.optional().describe(PAGE_BEFORE),
});

/** `PATCH /lines/{username}/contract`: what is absent stays. */
export const contractBody = z.strictObject({
  customerId: z.int().min(1).nullable().optional().describe('Null takes the line from its customer.'),
  phone: text.optional().describe('The telephone line that carries the internet.'),
  exchange: text.optional(),
  county: text.optional(),
  reason,
});

/** `POST /lines/{username}/suspend` and `resume`. */
export const suspensionBody = z.strictObject({ reason });

/** `PUT /lines/{username}/standing`. */
export const standingBody = z.strictObject({
  standing: z.enum(['in-operation', 'in-collection-list'], 'must be "in-operation" or "in-collection-list"'),
  note: text.default('').describe('Shown in the history.'),
});

/** `GET /lines/{username}/standing-history`: a page of changes by time. */
export const standingQuery = z.strictObject({
  limit: pageLimit,
  after: storedNumber.optional().describe(PAGE_BEFORE),
});

/** `GET /audit`: a page of the trail, newest first. */
export const auditQuery = z.strictObject({
  subject: text.optional().describe('customer:17, line:USERNAME, order:10001.'),
  actor: text.optional(),
  limit: pageLimit,
  before: storedNumber.optional().describe(PAGE_BEFORE),
});
