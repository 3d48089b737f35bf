import { z } from 'zod';

/** A JSON Schema (draft 2020-12), the dialect of OpenAPI 3.1. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What the document says in place of a schema that is a function and cannot be read from outside. */
const shown = z.registry<JsonSchema>();

/**
 * The same schema, which the document of the API shows as `json`: for what is checked by a function. A `describe` that
 * follows is shown, too.
 */
export function shownAs<S extends z.ZodType>(schema: S, json: JsonSchema): S {
  shown.add(schema, json);
  return schema;
}

/** What is shown in place of a schema, `undefined` when it speaks for itself. */
export function shownInstead(schema: z.core.$ZodType): JsonSchema | undefined {
  return shown.get(schema);
}
