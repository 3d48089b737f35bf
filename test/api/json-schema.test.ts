import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeSchema } from '../../api/openapi/json-schema.ts';
import { integer, pageLimit, usernameText } from '../../schemas/http/fields.ts';
import { shownAs } from '../../schemas/http/shown-as.ts';

const schemaOf = (schema: z.ZodType) => describeSchema(schema).schema;

describe('a schema in the document', () => {
  it('is what must be sent, not what is read', () => {
    expect(schemaOf(z.string().regex(/^\d$/).transform(Number))).toEqual({
      type: 'string',
      pattern: '^\\d$',
    });
    expect(schemaOf(pageLimit)).toMatchObject({ type: 'integer', minimum: 1, maximum: 999, default: 100 });
  });

  it('tells what a function checks, when it is told so', () => {
    expect(schemaOf(integer(1, 9))).toEqual({ type: 'integer', minimum: 1, maximum: 9 });
    expect(schemaOf(integer(1, 9).optional())).toEqual({ type: 'integer', minimum: 1, maximum: 9 });
    const number = shownAs(z.string().transform(Number), { type: 'integer', description: 'Any.' });
    expect(schemaOf(number)).toEqual({ type: 'integer', description: 'Any.' });
    for (const described of [number.describe('This.'), number.optional().describe('This.')]) {
      expect(schemaOf(described)).toEqual({ type: 'integer', description: 'This.' });
    }
  });

  it('has patterns that match in every script, and none where the format says it', () => {
    const { pattern } = schemaOf(usernameText);
    expect(new RegExp(pattern!, 'u').test('سارا')).toBe(true);
    expect(new RegExp(pattern!, 'u').test('a\u0000')).toBe(false);
    expect(schemaOf(z.iso.datetime())).toEqual({ type: 'string', format: 'date-time' });
  });

  it('refers to shapes that have a name, in it, in lists and beside null', () => {
    const shape = z.object({ x: z.string() }).meta({ id: 'TestShape', description: 'A shape.' });
    const $ref = '#/components/schemas/TestShape';
    const { schema, named } = describeSchema(z.object({ a: shape, b: z.array(shape), c: shape.nullable() }));
    expect(schema.properties).toEqual({
      a: { $ref },
      b: { type: 'array', items: { $ref } },
      c: { anyOf: [{ $ref }, { type: 'null' }] },
    });
    expect(describeSchema(shape).schema).toEqual({ $ref });
    expect(named).toEqual({
      TestShape: {
        ...{ type: 'object', properties: { x: { type: 'string' } }, required: ['x'] },
        description: 'A shape.',
      },
    });
  });
});
