import { z } from 'zod';
import { count } from './answer-fields.ts';
import { boundedList } from './bounded.ts';
import { customerBody } from './customer.ts';
import { rialAmount, usernameText } from './fields.ts';

/** Most customers, and most lines beside them, in one call. */
const IMPORT_BATCH = 1_000;

const contractLine = z.strictObject({
  username: usernameText,
  phone: z.string().optional().describe('The telephone line that carries the internet.'),
  exchange: z.string().optional(),
  county: z.string().optional(),
});

/** `POST /import/people`: customers of another system with their lines, which exist already, and what is known of lines. */
export const importBody = z.strictObject({
  customers: boundedList(
    z.strictObject({
      ...customerBody.omit({ reason: true }).shape,
      openingCredit: rialAmount(0)
        .default(0)
        .describe('Rial that the other system owed them; it is put into their wallet once.'),
      lines: boundedList(contractLine, IMPORT_BATCH, `must be at most ${IMPORT_BATCH} lines`).default([]),
    }),
    IMPORT_BATCH,
    `must be at most ${IMPORT_BATCH} customers`,
  ).default([]),
  lines: boundedList(contractLine, IMPORT_BATCH, `must be at most ${IMPORT_BATCH} lines`)
    .default([])
    .describe('Lines of nobody who is known.'),
});

const usernames = boundedList(usernameText, IMPORT_BATCH, `must be at most ${IMPORT_BATCH} usernames`);

/** `POST /import/known-lines`: which of these lines are there, and which of these people's are somebody else's. */
export const knownLinesBody = z.strictObject({
  usernames: usernames.default([]),
  people: boundedList(
    z.strictObject({ name: customerBody.shape.name, nationalId: customerBody.shape.nationalId, usernames }),
    IMPORT_BATCH,
    `must be at most ${IMPORT_BATCH} people`,
  )
    .default([])
    .describe('With their usernames, as they would be imported.'),
});

/** The lines that are there, and those of others, in the order asked. */
export const knownLinesAnswer = z
  .object({
    known: z.array(z.string()),
    ofOthers: z
      .array(z.string())
      .describe('Usernames of `people` whose lines belong to somebody of another name or national id.'),
  })
  .meta({ id: 'KnownLines' });

/** What became of an import of people. */
export const importAnswer = z
  .object({
    customers: count.describe('Customers that are new.'),
    known: count.describe('Customers that were there: they stay as they are.'),
    contracts: count.describe('Lines that were given to a customer, or of whom something new is known.'),
    credits: count.describe('Opening credits that were posted.'),
    services: count.describe('Running terms that were written into the history of services.'),
    faults: z
      .array(z.object({ path: z.string().describe('customers[3].name'), message: z.string() }))
      .describe('What was not done, and why; all the rest was.'),
  })
  .meta({ id: 'ImportedPeople' });
