import type { z } from 'zod';
import type { PrincipalKind } from '../engine/subscribers/principal.ts';
import type { ThingKind } from '../engine/subscribers/scope.ts';
import type { Told } from '../schemas/http/told.ts';

/** An answer that is no JSON. */
export interface FileAnswer {
  /** Media type. */
  readonly type: string;
  /** A sentence: what it is. */
  readonly what: string;
}

/** The body of an answer: JSON by its schema, another media type, or none. */
export type DeclaredAnswer = z.ZodType | FileAnswer | null;

/** Schemas of what `{name}` stands for in a path. */
export type ParamSchemas = Readonly<Record<string, z.ZodType>>;

/** Octets of the largest body of a route that does not say it. */
export const USUAL_BODY_OCTETS = 64 * 1024;

/** Octets of the largest body of all: a document of about 50,000 lines, or a picture. */
export const LARGE_BODY_OCTETS = 8 * 1024 * 1024;

/** What a route is, for whoever calls it and for the program that runs it. */
export interface RouteSpec<
  P extends ParamSchemas = ParamSchemas,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  A extends Readonly<Record<number, DeclaredAnswer>> = Readonly<Record<number, DeclaredAnswer>>,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below /api/v1, as OpenAPI writes it: `/lines/{username}`. */
  readonly path: string;
  /** A verb and a thing, such as `listLines`; no two routes have the same. */
  readonly operationId: string;
  /** One line that says what it does. */
  readonly summary: string;
  /** What else a caller must know. */
  readonly description?: string;
  /** One for each `{name}` of the path. What cannot be one is answered 404 with `problems[404]`. */
  readonly params?: P;
  /** A strict object of the query string's texts; without one the query string is not looked at. */
  readonly query?: Q;
  /** What a JSON body must be. */
  readonly body?: B;
  /** What the document says of the body in place of `body`; alone, the handler judges the body itself. */
  readonly shownBody?: z.ZodType;
  /** Media type of the body. One that is not JSON (the default) is read by the handler. */
  readonly bodyType?: string;
  /** Octets of the largest body that is read; `USUAL_BODY_OCTETS` without it. */
  readonly bodyOctetsMax?: number;
  /** Answers of success by status. A value that the handler returns is told with the lowest of them. */
  readonly answers: A;
  /** What errors mean on this route, by status: those of its own, and common ones whose meaning is special here. */
  readonly problems?: Readonly<Record<number, string>>;
  /** Who may call it; staff alone by default. Others are answered 403. */
  readonly callers?: readonly PrincipalKind[];
  /** Needed where agents may call. */
  readonly reach?: Reach;
  /** Whether a call may, or must, bear an Idempotency-Key: for what creates or moves money. */
  readonly idempotencyKey?: 'optional' | 'required';
}

/**
 * How far an agent reaches by a route. `all`: nothing here belongs to anybody. `listed`: the handler tells only what
 * `scopeOf(principal)` holds. Otherwise the thing that must be within the agent's scope, by where its name or number
 * stands; what is not is answered 404, as if it were not there. Of a query it may be absent, for a list.
 */
export type Reach =
  | 'all'
  | 'listed'
  | {
      readonly of: Exclude<ThingKind, 'invoice'>;
      readonly in?: 'params' | 'query' | 'body';
      readonly name: string;
    }
  /** By the params `series` and `number`. */
  | { readonly of: 'invoice' };

/** Any route, when only its description matters. */
export type AnyRoute = RouteSpec;

/** What was sent, read by the route's schemas. */
export interface RouteInput<
  P extends ParamSchemas,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
> {
  readonly params: { readonly [Name in keyof P]: z.output<P[Name]> };
  readonly query: Q extends z.ZodType ? z.output<Q> : undefined;
  /** The parsed JSON itself where the route has no `body`. */
  readonly body: B extends z.ZodType ? z.output<B> : unknown;
}

/** What a handler may return in place of a `Response`: the value of the answer with the lowest status. */
export type AnswerValue<A> = A extends { readonly 200: infer S }
  ? ValueOf<S>
  : A extends { readonly 201: infer S }
    ? ValueOf<S>
    : A extends { readonly 202: infer S }
      ? ValueOf<S>
      : never;

type ValueOf<S> = S extends z.ZodType ? Told<S> : never;

/** Whether an answer is another media type than JSON. */
export function isFile(answer: z.ZodType | FileAnswer): answer is FileAnswer {
  return 'what' in answer;
}
