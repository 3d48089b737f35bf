import type { JsonSchema } from '../../schemas/http/shown-as.ts';
import { curlOf, type Shapes } from './curl.ts';
import { type FieldRow, fieldRows, schemaOf, type TypePart, typeParts } from './schema-text.ts';

/** A parameter with its place: path, query or header. */
export interface ParameterRow extends FieldRow {
  readonly place: string;
}

/** A body: what it is, and its fields, one table for each form that it may have. */
export interface BodyView {
  readonly type: string;
  /** Empty where the tables say it. */
  readonly parts: readonly TypePart[];
  readonly tables: readonly (readonly FieldRow[])[];
}

/** An answer of an operation. */
export interface AnswerView {
  readonly status: string;
  readonly what: string;
  readonly body: BodyView | undefined;
}

/** An operation as the page shows it. */
export interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly callers: readonly string[];
  readonly parameters: readonly ParameterRow[];
  readonly body: BodyView | undefined;
  readonly answers: readonly AnswerView[];
  readonly problems: readonly AnswerView[];
  readonly curl: string;
}

/** The page: operations by resource, and the shapes that they name. */
export interface DocsView {
  readonly about: string;
  readonly resources: readonly { readonly name: string; readonly operations: readonly OperationView[] }[];
  readonly shapes: readonly {
    readonly name: string;
    readonly meaning: string;
    readonly rows: readonly FieldRow[];
  }[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads an OpenAPI document as this program writes it. */
export function docsView(document: Json): DocsView {
  const { schemas = {} } = document.components as { schemas?: Shapes };
  const operations = Object.entries(document.paths as Record<string, Json>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const { tags } = operation as { tags: readonly [string] };
      return { tag: tags[0], view: operationView(document, method, path, operation as Json) };
    }),
  );
  return {
    about: String((document.info as Json).description),
    resources: [...Map.groupBy(operations, ({ tag }) => tag)].map(([name, group]) => ({
      name,
      operations: group.map(({ view }) => view),
    })),
    shapes: Object.entries(schemas)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, schema]) => ({ name, meaning: schema.description ?? '', rows: fieldRows(schema) })),
  };
}

function operationView(document: Json, method: string, path: string, operation: Json): OperationView {
  const { schemas = {} } = document.components as { schemas?: Shapes };
  const parameters = ((operation.parameters ?? []) as Json[]).map((each) => resolve(document, each));
  const body = contentOf(operation.requestBody as Json | undefined);
  const answers = Object.entries(operation.responses as Record<string, Json>).map(([status, answer]) => {
    const resolved = resolve(document, answer);
    return { status, what: String(resolved.description), body: bodyView(contentOf(resolved)) };
  });
  const needsKey = parameters.some((each) => each.in === 'header' && each.required === true);
  return {
    ...{ id: String(operation.operationId), method, path },
    summary: String(operation.summary),
    description: String(operation.description ?? ''),
    callers: operation['x-callers'] as readonly string[],
    parameters: parameters.map(parameterRow),
    body: bodyView(body),
    answers: answers.filter(({ status }) => status.startsWith('2')),
    problems: answers.filter(({ status }) => !status.startsWith('2')),
    curl: curlOf({ method, path, needsKey, ...(body && { body }) }, schemas),
  };
}

function parameterRow(parameter: Json): ParameterRow {
  return {
    path: String(parameter.name),
    place: String(parameter.in),
    type: typeParts(schemaOf(parameter.schema)),
    required: parameter.required === true,
    meaning: String(parameter.description ?? ''),
  };
}

/** The one media type of a body and its schema. */
function contentOf(holder: Json | undefined): { type: string; schema: JsonSchema } | undefined {
  const [first] = Object.entries((holder?.content ?? {}) as Record<string, Json>);
  return first && { type: first[0], schema: schemaOf(first[1].schema) };
}

function bodyView(content: ReturnType<typeof contentOf>): BodyView | undefined {
  if (content === undefined) return undefined;
  const { type, schema } = content;
  const forms = schema.anyOf === undefined ? [schema] : schema.anyOf.map(schemaOf);
  const tables = forms.map((form) => fieldRows(form)).filter((rows) => rows.length > 0);
  if (tables.length > 0) return { type, parts: [], tables };
  return { type, parts: Object.keys(schema).length === 0 ? [{ text: 'file' }] : typeParts(schema), tables };
}

function resolve(document: Json, value: Json): Json {
  if (typeof value.$ref !== 'string') return value;
  let found: unknown = document;
  for (const step of value.$ref.slice(2).split('/')) found = (found as Json)[step];
  return found as Json;
}
