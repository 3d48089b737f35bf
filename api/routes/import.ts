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
  const inTurn = takingTurns();
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
        await inTurn(() => taken.takeAll(customers, lines));
        await deps.onApplied();
        return taken.outcome;
      },
    );
}

/** One work after another: two imports that meet would both make, and credit, a person who is new. */
function takingTurns(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const own = last.then(work);
    // Who comes next waits for a failure too, which is told to whose work it was.
    last = own.catch(() => undefined);
    return own;
  };
}
