import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Clock } from '../engine/runtime/clock.ts';
import type {
  IdempotencyStore,
  KeyedRequest,
  KeyedRequestStore,
  StoredAnswer,
} from '../engine/subscribers/idempotency-store.ts';
import { principalOf } from './auth.ts';
import { problem } from './problem.ts';

/** What remembers the calls that bear a key. */
export interface IdempotencyDeps {
  readonly ledger: KeyedRequestStore;
  readonly clock: Clock;
}

/** A call is believed to have died with its process when it takes longer. */
const CLAIM_MS = 60_000;
const HEADER = 'idempotency-key';
/** A string of RFC 8941 §3.3.3 without escapes, or the same without its quotes. */
const KEY = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,100})"|([\x21\x23-\x5b\x5d-\x7e]{1,100}))$/;

/**
 * Carries a call out once per Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) and principal: the same call
 * again is answered as the first time, another one with the same key 422, and 409 while the first is in work. Answers
 * from 500 on are not kept: the call may be repeated. Without a key the call is carried out when the key is optional,
 * else answered 400.
 */
export async function idempotent(
  c: Context,
  { ledger: { idempotency }, clock }: IdempotencyDeps,
  need: 'optional' | 'required',
  run: () => Promise<Response>,
): Promise<Response> {
  const header = c.req.header(HEADER);
  if (header === undefined && need === 'optional') return run();
  const key = readKey(header);
  if (key === undefined) return badKey(c, header);
  const request = { actor: principalOf(c).actor, key, requestHash: await hashOf(c) };
  const now = clock.now();
  const claim = await idempotency.claim(request, now, now + CLAIM_MS);
  if (claim.kind === 'other-request') return otherRequest(c);
  if (claim.kind === 'in-work') return inWork(c, claim.until - now);
  if (claim.kind === 'answered') return answerAgain(c, claim.answer);
  return carryOut(idempotency, request, claim.attempt, run);
}

/**
 * The key of the call under which its effects are to be posted, so that they come once even when the call is carried out
 * again after a crash; `undefined` without one. It is unique among all principals.
 */
export function requestKeyOf(c: Context): string | undefined {
  const key = readKey(c.req.header(HEADER));
  return key === undefined ? undefined : `${principalOf(c).actor}:${key}`;
}

async function carryOut(
  store: IdempotencyStore,
  request: KeyedRequest,
  attempt: number,
  run: () => Promise<Response>,
): Promise<Response> {
  let answer: Response | undefined;
  try {
    answer = await run();
  } finally {
    if (answer === undefined || answer.status >= 500) await store.release(request, attempt);
  }
  if (answer.status < 500) {
    await store.finish(request, attempt, {
      status: answer.status,
      contentType: answer.headers.get('content-type') ?? '',
      body: await answer.clone().text(),
    });
  }
  return answer;
}

function readKey(header: string | undefined): string | undefined {
  const [, quoted, plain] = KEY.exec(header ?? '') ?? [];
  return quoted ?? plain;
}

async function hashOf(c: Context): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  const hash = createHash('sha256').update(`${c.req.method} ${pathname}${search}\n`);
  return hash.update(Buffer.from(await c.req.arrayBuffer())).digest('hex');
}

function answerAgain(c: Context, { status, contentType, body }: StoredAnswer): Response {
  const headers: Record<string, string> = contentType === '' ? {} : { 'content-type': contentType };
  if (body === '') return c.body(null, status as 204, headers);
  return c.body(body, status as ContentfulStatusCode, headers);
}

function badKey(c: Context, header: string | undefined): Response {
  const detail =
    header === undefined
      ? 'Send the header Idempotency-Key: a text of your own for this call, the same when you repeat it.'
      : 'The header Idempotency-Key must be 1 to 100 printable characters without spaces, quotes and backslashes.';
  return problem(c, { status: 400, title: 'No Idempotency-Key', detail });
}

function otherRequest(c: Context): Response {
  const detail = 'This Idempotency-Key was used with another request: take a new one.';
  return problem(c, { status: 422, title: 'The key belongs to another request', detail });
}

function inWork(c: Context, leftMs: number): Response {
  c.header('retry-after', String(Math.max(1, Math.min(5, Math.ceil(leftMs / 1_000)))));
  const detail = 'The same request is being carried out: ask again shortly.';
  return problem(c, { status: 409, title: 'In work', detail });
}
