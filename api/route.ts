import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { BlankEnv } from 'hono/types';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { AgentLedger } from '../engine/subscribers/agent-store.ts';
import type { KeyedRequestStore } from '../engine/subscribers/idempotency-store.ts';
import { fail, ok, type Result } from '../engine/values/result.ts';
import { principalOf } from './auth.ts';
import { type IdempotencyDeps, idempotent } from './idempotency.ts';
import { readJson } from './json-body.ts';
import { describeRoute } from './openapi/operation.ts';
import { type FieldError, notFound, problem, unprocessable } from './problem.ts';
import { isReached, refuseUnreached } from './reach.ts';
import { parseInput } from './read-input.ts';
import {
  type AnswerValue,
  type AnyRoute,
  type DeclaredAnswer,
  isFile,
  type ParamSchemas,
  type RouteInput,
  type RouteSpec,
  USUAL_BODY_OCTETS,
} from './route-spec.ts';

/** What routes remember calls by, and tell whose things are whose. */
interface RouteDeps extends IdempotencyDeps {
  readonly ledger: KeyedRequestStore & AgentLedger;
}

type Maybe<S> = S | undefined;
type Answers = Readonly<Record<number, DeclaredAnswer>>;

/** What a route does with what was sent: the value of its first answer, or an answer of its own. */
export type RouteHandler<
  P extends ParamSchemas,
  Q extends Maybe<z.ZodType>,
  B extends Maybe<z.ZodType>,
  A,
> = (
  input: RouteInput<P, Q, B>,
  c: Context,
) => Response | AnswerValue<A> | Promise<Response | AnswerValue<A>>;

/**
 * The routes of a resource. What one reads and answers is declared once: it is checked by that before its handler runs,
 * and described by that in the document. The validators of the OpenAPI package are not used: they stop at the first
 * part of a request that is wrong, and answer in words of their own.
 */
export class Resource extends OpenAPIHono<BlankEnv> {
  readonly #tag: string;
  readonly #deps: RouteDeps | undefined;

  /**
   * @param tag what the document calls the resource.
   * @param deps needed where a route has an `idempotencyKey`, or reaches for a thing of a customer.
   */
  constructor(tag: string, deps?: RouteDeps) {
    super();
    this.#tag = tag;
    this.#deps = deps;
  }

  /** Adds a route. */
  serve<
    const P extends ParamSchemas = Record<never, never>,
    Q extends Maybe<z.ZodType> = undefined,
    B extends Maybe<z.ZodType> = undefined,
    const A extends Answers = Answers,
  >(spec: RouteSpec<P, Q, B, A>, handler: RouteHandler<P, Q, B, A>): this {
    const { operation, named } = describeRoute(spec, this.#tag);
    this.openAPIRegistry.registerPath(operation);
    for (const [name, schema] of Object.entries(named)) {
      this.openAPIRegistry.registerComponent('schemas', name, schema as object);
    }
    const deps = this.#deps;
    if (spec.idempotencyKey !== undefined) refuseUnkeepable(spec, deps);
    refuseUnreached(spec, deps);
    const callers = spec.callers ?? ['staff'];
    const status = Number(Object.keys(spec.answers)[0]) as ContentfulStatusCode;
    const withinSize = sizeGate(spec);
    this.on(spec.method, [spec.path.replaceAll(/\{(\w+)\}/g, ':$1')], async (c) => {
      if (!callers.includes(principalOf(c).kind)) return forbidden(c);
      const tooLarge = await withinSize(c);
      if (tooLarge !== undefined) return tooLarge;
      const input = await readRequest(c, spec);
      if (!input.ok) return input.error;
      const isThere =
        deps === undefined || (await isReached(deps.ledger.agents, principalOf(c), spec, input.value));
      if (!isThere) return notFound(c, spec.problems?.[404]);
      const run = async () => {
        const answer = await handler(input.value as RouteInput<P, Q, B>, c);
        return answer instanceof Response ? answer : c.json(answer as object, status);
      };
      return spec.idempotencyKey === undefined ? run() : idempotent(c, deps!, spec.idempotencyKey, run);
    });
    return this;
  }
}

/** Everything that was sent, or the answer to what is wrong with it: 400, 422 with every fault, 404. */
async function readRequest(
  c: Context,
  spec: AnyRoute,
): Promise<Result<RouteInput<ParamSchemas, z.ZodType, z.ZodType>, Response>> {
  const faults: FieldError[] = [];
  const read = (schema: z.ZodType, value: unknown): unknown => {
    const parsed = parseInput(schema, value);
    if (parsed.ok) return parsed.value;
    for (const fault of parsed.error) faults.push(fault);
    return undefined;
  };
  const query = spec.query && read(spec.query, c.req.query());
  let body: unknown;
  if (readsJson(spec)) {
    const json = await readJson(c);
    if (!json.ok) return json;
    body = spec.body === undefined ? json.value : read(spec.body, json.value);
  }
  if (faults.length > 0) return fail(unprocessable(c, faults));
  const params: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(spec.params ?? {})) {
    const parsed = schema.safeParse(c.req.param(name));
    if (!parsed.success) return fail(notFound(c, spec.problems?.[404]));
    params[name] = parsed.data;
  }
  return ok({ params, query, body });
}

/** Answers 413 to a body that is larger than the route reads. */
function sizeGate({
  bodyOctetsMax = USUAL_BODY_OCTETS,
}: AnyRoute): (c: Context) => Promise<Response | undefined> {
  const detail = `A body of this call may have at most ${bodyOctetsMax / 1024} KiB.`;
  const onError = (c: Context) => problem(c, { status: 413, title: 'Body too large', detail });
  const gate = bodyLimit({ maxSize: bodyOctetsMax, onError });
  return async (c) => (await gate(c, async () => undefined)) as Response | undefined;
}

function readsJson({ body, shownBody, bodyType = 'application/json' }: AnyRoute): boolean {
  return bodyType === 'application/json' && (body !== undefined || shownBody !== undefined);
}

function forbidden(c: Context): Response {
  return problem(c, { status: 403, title: 'Not allowed', detail: 'This token may not do that.' });
}

/** A route with a key needs a store, and answers that are texts. */
function refuseUnkeepable({ path, answers }: AnyRoute, deps: IdempotencyDeps | undefined): void {
  if (deps === undefined) throw new Error(`${path} has no store`);
  if (Object.values(answers).some((answer) => answer !== null && isFile(answer))) {
    throw new Error(`${path} answers with a file, which is not kept`);
  }
}
