import { z } from 'zod';
import type { AnyRoute } from '../route-spec.ts';

/** The body of every error answer (RFC 9457 §3.1), as `problem` writes it. */
export const problemAnswer = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().describe('What kind of problem it is.'),
    status: z.int().min(400).max(599).describe('The status of the answer.'),
    detail: z.string().optional().describe('What is wrong with this request.'),
    code: z
      .string()
      .optional()
      .describe('What stands against it, for programs, such as insufficient-credit.'),
    supportPhones: z.array(z.string()).optional().describe('Whom people may call about it.'),
    errors: z
      .array(
        z.object({
          path: z.string().describe('Where it is, such as lines[3].plan; empty for the whole.'),
          message: z.string(),
        }),
      )
      .optional()
      .describe('The faults of what was sent, the first thousand of them, with status 422.'),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457).' });

/** Problems that mean the same on every route, by status. */
export const COMMON_PROBLEMS: Readonly<Record<number, { readonly name: string; readonly what: string }>> = {
  400: { name: 'BadRequest', what: 'The body cannot be read, or a header that is needed is missing.' },
  401: { name: 'Unauthorised', what: 'The token is missing or wrong.' },
  403: { name: 'Forbidden', what: 'The token is right, and may not do this.' },
  404: { name: 'NotFound', what: 'There is no such thing.' },
  409: { name: 'Conflict', what: 'Something stands against it now.' },
  413: { name: 'TooLarge', what: 'The body is larger than this call reads: 64 KiB, or as much as it says.' },
  422: {
    name: 'Unprocessable',
    what: 'Values that were sent are not valid; every fault is told, of very many the first thousand.',
  },
  500: { name: 'InternalError', what: 'A fault of the program; it knows of it.' },
  503: { name: 'Unavailable', what: 'A database does not answer; ask again shortly.' },
};

/** The problems that a route may answer with: those that follow from what it reads, and those that it declares. */
export function problemsOf(spec: AnyRoute): Record<string, object> {
  const hasBody = spec.body !== undefined || spec.shownBody !== undefined;
  const key = spec.idempotencyKey !== undefined;
  const statuses = [
    ...(hasBody ? [400, 413] : []),
    ...(key ? [400, 409, 422] : []),
    ...(hasBody || spec.query !== undefined ? [422] : []),
    ...[401, 403, 500, 503],
  ];
  const answers: Record<string, object> = {};
  for (const status of statuses) answers[status] = { $ref: `#/components/responses/${nameOf(status)}` };
  for (const [status, what] of Object.entries(spec.problems ?? {})) answers[status] = problemResponse(what);
  return answers;
}

/** An answer with a problem as the document describes it. */
export function problemResponse(description: string) {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema } } };
}

function nameOf(status: number): string {
  return COMMON_PROBLEMS[status]!.name;
}
