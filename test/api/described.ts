import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Hono } from 'hono';

/** What a test needs of an operation of the document. */
export interface Operation {
  readonly method: string;
  /** `/api/v1/lines/{username}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly 'x-callers': readonly string[];
  readonly security: readonly unknown[];
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
}

/** A JSON object. */
export type Json = { readonly [key: string]: unknown };

/** The document that an app serves. */
export async function documentOf(app: Hono): Promise<Json> {
  return (await (await app.request('/api/v1/openapi.json')).json()) as Json;
}

/** All operations of a document. */
export function operationsOf(document: Json): readonly Operation[] {
  return Object.entries(document.paths as Record<string, Json>).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => ({ method, path, ...(operation as object) }) as Operation,
    ),
  );
}

/** What a reference of the document stands for, the value itself when it is none. */
export function resolve(document: Json, value: Json): Json {
  if (typeof value.$ref !== 'string') return value;
  let found: unknown = document;
  for (const step of value.$ref.slice(2).split('/')) found = (found as Json | undefined)?.[step];
  if (found === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return found as Json;
}

/** Judges JSON Schemas as the document means them. */
export function schemaJudge(): Ajv2020 {
  const yes = (): boolean => true;
  const formats: Record<string, RegExp | ((text: string) => boolean)> = {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    date: /^\d{4}-\d\d-\d\d$/,
    ...{ ipv4: yes, ipv6: yes, email: yes, uuid: yes, uri: yes },
  };
  return new Ajv2020({ strict: false, allErrors: true, formats });
}

/**
 * The same app; whatever it answers below /api/v1 must be what its document says, and hold no field that the document
 * does not know. A request whose answer is not so rejects.
 */
export function asDescribed(app: Hono): Hono {
  const { fetch } = app;
  let checks: Promise<AnswerChecks> | undefined;
  app.fetch = async (request, ...more) => {
    const answer = await fetch(request, ...more);
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith('/api/v1/') || pathname === '/api/v1/openapi.json') return answer;
    checks ??= Promise.resolve(fetch(new Request('http://x/api/v1/openapi.json')))
      .then((document) => document.json())
      .then((document) => new AnswerChecks(document as Json));
    await (await checks).check(request.method, pathname, answer);
    return answer;
  };
  return app;
}

/** Compares answers with a document. */
class AnswerChecks {
  readonly #document: Json;
  readonly #operations: readonly { readonly pattern: RegExp; readonly operation: Operation }[];
  readonly #judge = schemaJudge();
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Json) {
    this.#document = closeObjects(document) as Json;
    // Paths without a parameter come first.
    this.#operations = operationsOf(this.#document)
      .map((operation) => ({
        pattern: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
        operation,
      }))
      .sort((left, right) => left.operation.path.split('{').length - right.operation.path.split('{').length);
  }

  async check(method: string, pathname: string, answer: Response): Promise<void> {
    const operation = this.#operations.find(
      (each) => each.operation.method === method.toLowerCase() && each.pattern.test(pathname),
    )?.operation;
    const where = `${method} ${pathname} ${answer.status}`;
    if (operation === undefined) {
      if (![401, 404, 413].includes(answer.status)) throw new Error(`${where} is not in the document`);
      return;
    }
    const declared = operation.responses[answer.status];
    if (declared === undefined) throw new Error(`${where} is no status of ${operation.operationId}`);
    const content = resolve(this.#document, declared).content as Record<string, Json> | undefined;
    const type = answer.headers.get('content-type')?.split(';')[0];
    if (content === undefined) {
      if ((await answer.clone().text()) !== '') throw new Error(`${where} has a body`);
      return;
    }
    const media = content[type ?? ''];
    if (media === undefined) throw new Error(`${where} is ${type}, not ${Object.keys(content).join()}`);
    if (media.schema === undefined) return;
    const validate = this.#validatorOf(`${operation.operationId} ${answer.status}`, media.schema as Json);
    if (validate(await answer.clone().json())) return;
    throw new Error(`${where} is not as described: ${this.#judge.errorsText(validate.errors)}`);
  }

  #validatorOf(name: string, schema: Json): ValidateFunction {
    const known = this.#validators.get(name);
    if (known !== undefined) return known;
    const validate = this.#judge.compile({ ...schema, components: this.#document.components });
    this.#validators.set(name, validate);
    return validate;
  }
}

/** Objects with named fields may have no others: a field that nobody has described is a fault of the answer. */
function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closeObjects(each)]));
  const isOpen = inner.type === 'object' && 'properties' in inner && !('additionalProperties' in inner);
  return isOpen ? { ...inner, additionalProperties: false } : inner;
}
