import type { JsonSchema } from '../../schemas/http/shown-as.ts';
import { isFile, schemaOf, shapeOf } from './schema-text.ts';

/** Named schemas of the document. */
export type Shapes = Readonly<Record<string, JsonSchema>>;

/** What a call sends. */
export interface CallParts {
  readonly method: string;
  readonly path: string;
  readonly needsKey: boolean;
  readonly body?: { readonly type: string; readonly schema: JsonSchema };
}

/** Stands for a text of the caller's own. */
const TEXT = '…';

/** A call as it is typed in a shell, with `$MIZAN_URL` and `$MIZAN_TOKEN`; capitals stand for names of one's own. */
export function curlOf({ method, path, needsKey, body }: CallParts, shapes: Shapes): string {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
  const flag = method === 'get' ? '' : `-X ${method.toUpperCase()} `;
  return [
    `curl ${flag}"$MIZAN_URL${address}"`,
    '-H "Authorization: Bearer $MIZAN_TOKEN"',
    ...(needsKey ? ['-H "Idempotency-Key: $(uuidgen)"'] : []),
    ...(body === undefined ? [] : bodyFlags(body, shapes)),
  ].join(' \\\n  ');
}

function bodyFlags({ type, schema }: NonNullable<CallParts['body']>, shapes: Shapes): readonly string[] {
  if (type === 'application/json') {
    const text = JSON.stringify(sampleOf(schema, shapes), null, 2).replaceAll("'", "'\\''");
    return ["-H 'Content-Type: application/json'", `-d '${text}'`];
  }
  if (type !== 'multipart/form-data') return [`-H 'Content-Type: ${type}'`, '--data-binary @FILE'];
  return Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const part = schemaOf(field);
    return `-F '${name}=${isFile(part) ? '@FILE' : sampleOf(part, shapes)}'`;
  });
}

/** The least that a schema takes: what must be there, or all of an object of which nothing must. */
export function sampleOf(schema: JsonSchema, shapes: Shapes): unknown {
  const shape = shapeOf(schema);
  if (shape !== undefined) return sampleOf(shapes[shape] ?? {}, shapes);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const first = (schema.anyOf ?? schema.oneOf)?.[0];
  if (first !== undefined && schema.type === undefined) return sampleOf(schemaOf(first), shapes);
  switch (schema.type) {
    case 'array':
      return [sampleOf(schemaOf(schema.items), shapes)];
    case 'object':
      return sampleObject(schema, shapes);
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return true;
    default:
      return schema.format === 'date-time' ? '2026-11-21T07:30:00Z' : TEXT;
  }
}

function sampleObject({ properties = {}, required = [] }: JsonSchema, shapes: Shapes): unknown {
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, sampleOf(schemaOf(properties[name]), shapes)]));
}
