import type { OpenAPIHono } from '@hono/zod-openapi';
import type { BlankEnv } from 'hono/types';
import { describeSchema } from './json-schema.ts';
import { COMMON_PROBLEMS, problemAnswer, problemResponse } from './problems.ts';

/** The document of an API (OpenAPI 3.1). */
export type ApiDocument = ReturnType<OpenAPIHono<BlankEnv>['getOpenAPI31Document']>;

const ABOUT = `Instants are ISO 8601, in UTC where the API tells them. Octets and Rial are whole numbers, exact up to
2^53 - 1; input is what a subscriber sent, output what was received. Every error is application/problem+json (RFC 9457),
and a 422 tells every fault of what was sent. Fields of answers stay as they are; more may join.`;

/**
 * Everything that the routes of the app have declared.
 * @throws Error when two routes give one name to different shapes, for that would silently be the last one's.
 */
export function describeApi(app: OpenAPIHono<BlankEnv>): ApiDocument {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  for (const need of ['optional', 'required']) {
    registry.registerComponent('parameters', `${need}Key`, keyParameter(need === 'required'));
  }
  for (const [name, schema] of Object.entries(describeSchema(problemAnswer).named)) {
    registry.registerComponent('schemas', name, schema as object);
  }
  for (const { name, what } of Object.values(COMMON_PROBLEMS)) {
    registry.registerComponent('responses', name, problemResponse(what));
  }
  refuseTwoMeanings(registry);
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Mizan', version: '1', description: ABOUT.replaceAll('\n', ' ') },
  });
}

function refuseTwoMeanings({ definitions }: OpenAPIHono<BlankEnv>['openAPIRegistry']): void {
  const known = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.type !== 'component') continue;
    const { name, component } = definition;
    const text = JSON.stringify(component);
    if ((known.get(name) ?? text) !== text) throw new Error(`the API calls two different shapes ${name}`);
    known.set(name, text);
  }
}

function keyParameter(required: boolean) {
  return {
    ...{ name: 'Idempotency-Key', in: 'header' as const, required },
    description:
      'A text of your own for this call (draft-ietf-httpapi-idempotency-key-header), the same when you repeat it: the call ' +
      'is carried out once, and answered the second time as the first time. Kept for 24 hours at least.',
    schema: { type: 'string' as const, minLength: 1, maxLength: 102 },
  };
}
