import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { MOST_FAULTS } from '../schemas/http/faults.ts';

/** One fault of a request: where it is, written like `lines[3].plan` ('' for the whole), and what is wrong. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** An error answer (RFC 9457 §3.1). Without a `type` of its own the status tells what kind of problem it is. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail?: string;
  /** What stands against it, for programs; it stays what it is. */
  readonly code?: string;
  /** Whom people may call about it (product lines A05 and A10). */
  readonly supportPhones?: readonly string[];
  readonly errors?: readonly FieldError[];
}

/** Answers with `application/problem+json` (RFC 9457 §3). */
export function problem(c: Context, { status, ...more }: Problem): Response {
  const { title, detail, code, supportPhones, errors } = more;
  const body = { type: 'about:blank', title, status, detail, code, supportPhones, errors };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

/** 404 for a thing that is not there; `detail` names it. */
export function notFound(c: Context, detail?: string): Response {
  return problem(c, { status: 404, title: 'Not found', detail });
}

/** 422 with the faults of what was sent, each with its path: the first thousand, and how many more are known. */
export function unprocessable(c: Context, errors: readonly FieldError[]): Response {
  const title = errors.length === 1 ? 'One value is not valid' : `${errors.length} values are not valid`;
  const more = errors.length - MOST_FAULTS;
  if (more <= 0) return problem(c, { status: 422, title, errors });
  const detail = `The first ${MOST_FAULTS} faults are told; there are at least ${more} more.`;
  return problem(c, {
    status: 422,
    title: 'Too many values are not valid',
    detail,
    errors: errors.slice(0, MOST_FAULTS),
  });
}
