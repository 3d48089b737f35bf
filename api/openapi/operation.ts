import type { RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { AnyRoute, DeclaredAnswer } from '../route-spec.ts';
import { isFile } from '../route-spec.ts';
import { describeSchema, type NamedSchemas } from './json-schema.ts';
import { problemsOf } from './problems.ts';

/** A route as the document has it, and the schemas that it refers to. */
export interface DescribedRoute {
  readonly operation: RouteConfig;
  readonly named: NamedSchemas;
}

/** What an answer is called that says nothing of itself. */
const DONE: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Accepted, and still in work.',
  204: 'Done; there is nothing to tell.',
};

/** Describes a route under the name of its resource. */
export function describeRoute(spec: AnyRoute, tag: string): DescribedRoute {
  const named: Record<string, NamedSchemas[string]> = {};
  const jsonOf = (schema: z.ZodType) => {
    const described = describeSchema(schema);
    Object.assign(named, described.named);
    return described.schema;
  };
  const operation: RouteConfig = {
    method: spec.method,
    path: spec.path,
    operationId: spec.operationId,
    tags: [tag],
    summary: spec.summary,
    ...(spec.description && { description: spec.description }),
    security: [{ bearer: [] }],
    'x-callers': [...(spec.callers ?? ['staff'])],
    ...(spec.reach !== undefined && { 'x-reach': spec.reach }),
    parameters: parametersOf(spec, jsonOf),
    ...bodyOf(spec, jsonOf),
    responses: { ...answersOf(spec, jsonOf), ...problemsOf(spec) },
  };
  return { operation, named };
}

type JsonOf = (schema: z.ZodType) => NamedSchemas[string];
type Parameters = NonNullable<RouteConfig['parameters']>;

function parametersOf(spec: AnyRoute, jsonOf: JsonOf): Parameters {
  const inPath = Object.entries(spec.params ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'path' as const, required: true },
    ...splitDescription(jsonOf(schema)),
  }));
  const { properties = {}, required = [] } = spec.query === undefined ? {} : jsonOf(spec.query);
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query' as const, required: required.includes(name) },
    ...splitDescription(schema as NamedSchemas[string]),
  }));
  const inHeader =
    spec.idempotencyKey === undefined ? [] : [{ $ref: `#/components/parameters/${spec.idempotencyKey}Key` }];
  return [...inPath, ...inQuery, ...inHeader] as Parameters;
}

function splitDescription({ description, ...schema }: NamedSchemas[string]) {
  return { ...(description !== undefined && { description }), schema };
}

function bodyOf(spec: AnyRoute, jsonOf: JsonOf): Pick<RouteConfig, 'requestBody'> {
  const schema = spec.shownBody ?? spec.body;
  if (schema === undefined) return {};
  const type = spec.bodyType ?? 'application/json';
  return { requestBody: { required: true, content: { [type]: { schema: jsonOf(schema) } } } } as Pick<
    RouteConfig,
    'requestBody'
  >;
}

function answersOf(spec: AnyRoute, jsonOf: JsonOf): RouteConfig['responses'] {
  const answers: [string, DeclaredAnswer][] = Object.entries(spec.answers);
  return Object.fromEntries(
    answers.map(([status, answer]) => {
      if (answer === null) return [status, { description: DONE[status] ?? 'Done.' }];
      if (isFile(answer)) return [status, { description: answer.what, content: { [answer.type]: {} } }];
      const content = { 'application/json': { schema: jsonOf(answer) } };
      return [status, { description: answer.description ?? DONE[status] ?? 'Done.', content }];
    }),
  ) as RouteConfig['responses'];
}
