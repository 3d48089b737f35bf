import type { z } from 'zod';
import { fail, ok, type Result } from '../engine/values/result.ts';
import { type Fault, faultsOf, plainMessage } from '../schemas/http/faults.ts';

/** A value read by its schema, or every fault of it in plain words; for what a handler reads itself, such as a form, too. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
): Result<z.output<S>, readonly Fault[]> {
  const parsed = schema.safeParse(value, { error: plainMessage });
  return parsed.success ? ok(parsed.data) : fail(faultsOf(parsed.error));
}
