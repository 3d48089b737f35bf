import { importAnswer, importBody, knownLinesAnswer, knownLinesBody } from '../../schemas/http/import.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { PeopleImport } from '../imported-people.ts';
import { linesOfOthers } from '../person-of-import.ts';
import { Resource } from '../route.ts';
import { LARGE_BODY_OCTETS } from '../route-spec.ts';

/** What an import needs beside `PUT /apply`: which lines are there, and a batch of customers with their lines at a time. */
export function importRoutes(deps: ApiDeps): Resource {
  const { people } = deps.ledger;
  return new Resource('Import')
    .serve(
      {
        ...{ method: 'post', path: '/import/known-lines', operationId: 'findKnownLines' },
        summary: 'Tell which of many usernames are those of lines, and which of those are of others',
        body: knownLinesBody,
        bodyOctetsMax: LARGE_BODY_OCTETS,
        answers: { 200: knownLinesAnswer },
      },
      async ({ body: { usernames, people: told } }) => {
        const known: string[] = [];
        for (const username of usernames) {
          if ((await people.customerLine(username)) !== undefined) known.push(username);
        }
        const ofOthers: string[] = [];
        for (const { usernames: own, ...person } of told) {
          ofOthers.push(...(await linesOfOthers(people, person, own)));
        }
        return { known, ofOthers };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/import/people', operationId: 'importPeople' },
        summary: 'Take over customers, contracts, credit and running services of another system',
        description:
          'The lines have been applied before. A customer is known by national id, or else by who the first of the lines belongs ' +
          'to, if that is somebody of the same name or the import has told of both before; a person without a national id needs ' +
          'a line. Who is known stays as they are, and of a line only what is empty is filled; so a call may be repeated. ' +
          'The running term of a line without services is written into the history of its services.',
        body: importBody,
        bodyOctetsMax: LARGE_BODY_OCTETS,
        answers: { 200: importAnswer },
      },
      async ({ body: { customers, lines } }, c) => {
        const taken = new PeopleImport(deps, principalOf(c).actor);
        for (const [index, person] of customers.entries()) {
          await taken.takePerson(person, `customers[${index}]`);
        }
        for (const [index, line] of lines.entries()) {
          await taken.takeLine(line, undefined, `lines[${index}]`);
        }
        await taken.takeServices();
        await deps.onApplied();
        return taken.outcome;
      },
    );
}
