import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const id = z.int().min(1);
const jalaliDay = z.string().describe('Of the Jalali calendar, 1369/02/11.');

/** `next` of a page whose rows have numbers. */
const nextNumber = id.nullable().describe('Asks for the next page; null when this was the last.');

/** A customer. */
export const customerAnswer = z
  .object({
    id: id.describe('Also the number of the accounts wallet:N and receivable:N.'),
    kind: z.enum(['person', 'company']),
    name: z.string(),
    nationalId: z.string().describe('Empty when it is not known, like all texts here.'),
    economicCode: z.string(),
    mobile: z.string().describe('E.164.'),
    phone: z.string(),
    email: z.string(),
    postalCode: z.string(),
    address: z.string(),
    education: z.string(),
    bornOn: z.string().describe('ISO 8601 date of birth, or of registration; empty until it is set.'),
    bornOnJalali: z.string().describe('The same in the Jalali calendar.'),
    missingFields: z.array(z.string()).describe('What the profile is not complete without.'),
    revision: id.describe('To be sent with a change.'),
    createdAt: utcInstant,
    updatedAt: utcInstant,
  })
  .meta({ id: 'Customer', description: 'A person or a company.' });

/** What was stored, and what should be looked at again. */
export const storedCustomerAnswer = z
  .object({
    customer: customerAnswer,
    warnings: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .describe('Stored; warnings tell what should be looked at again.');

/** A page of customers. */
export const customersAnswer = z
  .object({ customers: z.array(customerAnswer), next: nextNumber })
  .describe('Customers by number.');

/** A line's contract. */
export const contractAnswer = z
  .object({
    username: z.string(),
    name: z.string(),
    customerId: id.nullable().describe('Null for a line that belongs to nobody.'),
    phone: z.string().describe('The telephone line that carries the internet.'),
    exchange: z.string(),
    county: z.string(),
    plan: z.string(),
    expiresAt: utcInstant.nullable(),
    status: z.enum(['active', 'suspended', 'closed']),
  })
  .meta({ id: 'LineContract', description: 'Whose a line is, and what is declared of it.' });

/** A customer with their lines and how their documents stand. */
export const customerDetailAnswer = z
  .object({
    customer: customerAnswer,
    lines: z.array(contractAnswer).describe('By username.'),
    documents: z
      .object({
        state: z.enum(['complete', 'in-grace', 'suspended']),
        deadline: utcInstant.nullable().describe('When lines are suspended unless all is approved.'),
        missing: z.array(z.string()).describe('Types of which an approved one is missing.'),
      })
      .meta({ id: 'DocumentStanding', description: 'Whether documents let lines be online.' }),
  })
  .describe('The customer with their lines.');

/** What keeps a line off, and how it stands. */
export const conditionAnswer = z
  .object({
    username: z.string(),
    standing: z.enum(['in-operation', 'in-collection-list']),
    suspensions: z
      .array(z.object({ cause: z.enum(['staff', 'documents', 'pause']), since: utcInstant }))
      .describe('The line is suspended as long as there is one.'),
  })
  .meta({ id: 'LineCondition', description: 'What keeps a line off, and how it stands.' });

/** A page of changes of a line's standing. */
export const standingHistoryAnswer = z
  .object({
    changes: z
      .array(
        z.object({
          id,
          day: jalaliDay,
          at: utcInstant,
          standing: z.enum(['in-operation', 'in-collection-list']),
          reason: z.enum(['expired', 'exhausted', 'staff', 'purchase', 'free-charge']),
          note: z.string(),
          actor: z.string(),
        }),
      )
      .describe('Newest last.'),
    next: nextNumber,
  })
  .describe('Changes of the standing by time.');

/** A document without its picture. */
export const documentAnswer = z
  .object({
    id,
    customerId: id,
    type: z.enum(['phone-bill', 'national-card', 'student-card', 'lease', 'other']),
    fileName: z.string(),
    mediaType: z.string(),
    octets: count.describe('Of the picture as it is stored.'),
    state: z.enum(['waiting', 'approved', 'rejected']),
    uploadedBy: z.string(),
    uploadedAt: utcInstant,
    reviewedBy: z.string().nullable(),
    reviewedAt: utcInstant.nullable(),
    note: z.string().describe('What the customer is told of the review.'),
  })
  .meta({ id: 'Document', description: 'A document of a customer, without its picture.' });

/** Documents of a customer. */
export const documentsAnswer = z.object({ documents: z.array(documentAnswer) }).describe('Oldest first.');

/** A page of documents that wait for review. */
export const waitingAnswer = z
  .object({ documents: z.array(documentAnswer), next: nextNumber })
  .describe('Longest waiting first.');

/** What a review came to. */
export const reviewAnswer = z
  .object({
    document: documentAnswer,
    resumedLines: z.array(z.string()).describe('Lines that are active again because of it.'),
  })
  .describe('The verdict is in force.');

/** A page of the audit trail. */
export const auditAnswer = z
  .object({
    entries: z
      .array(
        z.object({
          id,
          at: utcInstant,
          actor: z.string(),
          action: z.string(),
          subject: z.string(),
          reason: z.string(),
          before: z.record(z.string(), z.unknown()).nullable(),
          after: z.record(z.string(), z.unknown()).nullable(),
        }),
      )
      .describe('Newest first.'),
    next: nextNumber,
  })
  .describe('Who did what, and why.');
