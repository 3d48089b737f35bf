import type { JsonSchema } from '../../schemas/http/shown-as.ts';

/** A piece of a type in words; one that names a shape is linked to it. */
export interface TypePart {
  readonly text: string;
  readonly shape?: string;
}

/** A field of a table: where it is, what it may be, and what it means. */
export interface FieldRow {
  /** `sessions[].nas`. */
  readonly path: string;
  readonly type: readonly TypePart[];
  readonly required: boolean;
  readonly meaning: string;
}

const SHAPES = '#/components/schemas/';

/** The fields of an object with those of the objects in it; shapes that have a name are not opened. */
export function fieldRows(schema: JsonSchema, before = ''): readonly FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const field = schemaOf(value);
    const path = `${before}${name}`;
    const row: FieldRow = {
      path,
      type: typeParts(field),
      required: schema.required?.includes(name) ?? false,
      meaning: field.description ?? '',
    };
    const { inner, suffix } = objectIn(field);
    return [row, ...(inner === undefined ? [] : fieldRows(inner, `${path}${suffix}.`))];
  });
}

/** What a value may be, in words. */
export function typeParts(schema: JsonSchema): readonly TypePart[] {
  const shape = shapeOf(schema);
  if (shape !== undefined) return [{ text: shape, shape }];
  if (schema.const !== undefined) return [{ text: JSON.stringify(schema.const) }];
  if (schema.enum !== undefined) return [{ text: schema.enum.map((each) => String(each)).join(' | ') }];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined)
    return joined(
      alternatives.map((each) => typeParts(schemaOf(each))),
      ' or ',
    );
  if (schema.type === 'array') return [{ text: 'list of ' }, ...typeParts(schemaOf(schema.items))];
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return [{ text: 'object of ' }, ...typeParts(schema.additionalProperties)];
  }
  return [{ text: plainType(schema) }];
}

/** The name of the shape that a schema refers to. */
export function shapeOf({ $ref }: JsonSchema): string | undefined {
  return $ref?.startsWith(SHAPES) ? $ref.slice(SHAPES.length) : undefined;
}

/** Whether it is the content of a file, in a form of several parts. */
export function isFile({ format, contentEncoding, contentMediaType }: JsonSchema): boolean {
  return format === 'binary' || contentEncoding !== undefined || contentMediaType !== undefined;
}

/** A schema of a place where JSON Schema also allows true, false or nothing. */
export function schemaOf(value: unknown): JsonSchema {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null ? (first as JsonSchema) : {};
}

function plainType(schema: JsonSchema): string {
  if (isFile(schema)) return 'file';
  const { type, format, minimum, maximum } = schema;
  const name = format ?? (Array.isArray(type) ? type.join(' or ') : (type ?? 'any'));
  if (name !== 'integer') return name;
  // The ends of what can be told exactly are the rule, and not worth a word.
  const least = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? '' : String(minimum);
  const most = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : String(maximum);
  if (least !== '' && most !== '') return `integer ${least} to ${most}`;
  if (least !== '') return `integer from ${least}`;
  return most === '' ? name : `integer to ${most}`;
}

/** The one object in a field that is itself, a list of it, or it or null. */
function objectIn(field: JsonSchema): { readonly inner?: JsonSchema; readonly suffix: string } {
  if (field.properties !== undefined) return { inner: field, suffix: '' };
  if (field.type === 'array') {
    const { inner, suffix } = objectIn(schemaOf(field.items));
    return inner === undefined ? { suffix } : { inner, suffix: `[]${suffix}` };
  }
  const objects = (field.anyOf ?? []).map((each) => objectIn(schemaOf(each)));
  return objects.find(({ inner }) => inner !== undefined) ?? { suffix: '' };
}

function joined(lists: readonly (readonly TypePart[])[], by: string): readonly TypePart[] {
  return lists.flatMap((parts, index) => (index === 0 ? parts : [{ text: by }, ...parts]));
}
