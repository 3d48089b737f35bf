import type { Context } from 'hono';
import type { z } from 'zod';
import { fail, ok, type Result } from '../engine/values/result.ts';
import { type Fault, faultsOf, plainMessage } from '../schemas/http/faults.ts';
import { unprocessable } from './problem.ts';

/** A value read by its schema, or every fault of it in plain words. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
): Result<z.output<S>, readonly Fault[]> {
  const parsed = schema.safeParse(value, { error: plainMessage });
  return parsed.success ? ok(parsed.data) : fail(faultsOf(parsed.error));
}

/** The same for a handler that reads a part of the request itself, such as a form: the value, or the 422. */
export function readInput<S extends z.ZodType>(
  c: Context,
  schema: S,
  value: unknown,
): Result<z.output<S>, Response> {
  const read = parseInput(schema, value);
  return read.ok ? read : fail(unprocessable(c, read.error));
}
