import type { Context } from 'hono';
import { fail, ok, type Result } from '../engine/values/result.ts';
import { problem } from './problem.ts';

/** The body as parsed JSON, or the 400 that answers a body which is none. */
export async function readJson(c: Context): Promise<Result<unknown, Response>> {
  const text = await c.req.text();
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    const detail = `The body is not JSON: ${(error as SyntaxError).message}`;
    return fail(problem(c, { status: 400, title: 'Not JSON', detail }));
  }
}
