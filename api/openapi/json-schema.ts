import { z } from 'zod';
import { type JsonSchema, shownInstead } from '../../schemas/http/shown-as.ts';

/** JSON Schemas by the name under which the document has them. */
export type NamedSchemas = Readonly<Record<string, JsonSchema>>;

/** A schema, and the ones that it refers to by `#/components/schemas/NAME`. */
export interface DescribedSchema {
  readonly schema: JsonSchema;
  readonly named: NamedSchemas;
}

/**
 * What a value must be before it is read: the input of schemas with transforms. A schema with `.meta({ id })` becomes a
 * named one. zod writes it, not the OpenAPI package: that one drops the flags of patterns, which then match nothing.
 */
export function describeSchema(schema: z.ZodType): DescribedSchema {
  // Inside of an object, so that a named schema is a reference at the top, too.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => correct(zodSchema, jsonSchema),
  });
  const { it, named } = moveReferences({ it: properties!.it, named: $defs });
  return { schema: it as JsonSchema, named: named as NamedSchemas };
}

function correct(schema: z.core.$ZodType, json: JsonSchema): void {
  const instead = shownInstead(schema);
  if (instead !== undefined) {
    const { description = instead.description } = json;
    for (const key of Object.keys(json)) delete json[key];
    Object.assign(json, instead, description !== undefined && { description });
  }
  // The format says it; the pattern is longer than everything else of a table.
  if (json.format === 'date-time') delete json.pattern;
  delete json.id;
}

function moveReferences<T>(json: T): T {
  return JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
