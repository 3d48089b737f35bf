import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { setPrincipal } from '../../api/auth.ts';
import { requestKeyOf } from '../../api/idempotency.ts';
import { Resource } from '../../api/route.ts';
import { openWorld, type World } from './world.ts';

let world: World;
/** What was carried out: the key for the ledger and the sum. */
let done: (readonly [string | undefined, number])[];
/** What the next call waits for, or answers with. */
let next: () => Promise<Response | undefined>;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  done = [];
  next = async () => undefined;
  world.clock.moveTo(world.clock.now() + 1);
});

const giftAnswer = z.object({ number: z.int(), sum: z.int() });

function giftRoutes(idempotencyKey: 'required' | 'optional', path: string): Resource {
  return new Resource('Gifts', world.deps).serve(
    {
      ...{ method: 'post', path, operationId: 'give', summary: 'Give a sum' },
      body: z.strictObject({ sum: z.int('must be a whole number') }),
      answers: { 201: giftAnswer },
      callers: ['staff', 'agent'],
      reach: 'all',
      idempotencyKey,
    },
    async ({ body: { sum } }, c) => {
      done.push([requestKeyOf(c), sum]);
      return (await next()) ?? { number: done.length, sum };
    },
  );
}

function app(actor = 'staff'): Hono {
  return new Hono()
    .use(async (c, goOn) => {
      setPrincipal(c, { kind: 'staff', actor });
      await goOn();
    })
    .route('/', giftRoutes('required', '/gifts'))
    .route('/', giftRoutes('optional', '/tips'))
    .onError((error, c) => c.text(error.message, 500));
}

async function give(key: string | undefined, body: unknown = { sum: 5 }, path = '/gifts', actor = 'staff') {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await app(actor).request(path, init);
  const type = answer.headers.get('content-type') ?? '';
  return {
    status: answer.status,
    type,
    retryAfter: answer.headers.get('retry-after'),
    body: type.includes('json') ? await answer.json() : await answer.text(),
  };
}

describe('a call with an Idempotency-Key', () => {
  it('is carried out once, and answered the second time as the first time', async () => {
    const first = await give('one');
    expect(first).toEqual({
      ...{ status: 201, type: 'application/json', retryAfter: null },
      body: { number: 1, sum: 5 },
    });
    // A string in quotes (RFC 8941 §3.3.3) is the same key.
    for (const key of ['one', '"one"']) expect(await give(key)).toEqual(first);
    expect(done).toEqual([['staff:one', 5]]);
  });

  it('may not lend its key to another body, query or path', async () => {
    await give('two');
    const others = [
      give('two', { sum: 6 }),
      give('two', { sum: 5 }, '/gifts?a=1'),
      give('two', { sum: 5 }, '/tips'),
    ];
    for (const other of await Promise.all(others)) {
      expect(other).toMatchObject({ status: 422, type: 'application/problem+json' });
    }
    expect(done).toHaveLength(1);
  });

  it('has its key for its principal only', async () => {
    await give('three');
    expect(await give('three', { sum: 9 }, '/gifts', 'agent:7')).toMatchObject({ status: 201 });
    expect(done).toEqual([
      ['staff:three', 5],
      ['agent:7:three', 9],
    ]);
  });

  it('is told to wait while the first is in work', async () => {
    let end: (answer: undefined) => void = () => undefined;
    const held = new Promise<undefined>((resolve) => {
      end = resolve;
    });
    const began = new Promise<void>((resolve) => {
      next = () => {
        resolve();
        return held;
      };
    });
    const first = give('four');
    await began;
    expect(await give('four')).toMatchObject({ status: 409, retryAfter: '5', body: { title: 'In work' } });
    end(undefined);
    expect((await first).status).toBe(201);
    expect((await give('four')).status).toBe(201);
    expect(done).toHaveLength(1);
  });

  it('may be repeated when its process died in the middle, under the same name for the ledger', async () => {
    next = () => new Promise(() => undefined);
    void give('five');
    await expect.poll(() => done.length).toBe(1);
    next = async () => undefined;
    world.clock.moveTo(world.clock.now() + 59_000);
    expect(await give('five')).toMatchObject({ status: 409, retryAfter: '1' });
    world.clock.moveTo(world.clock.now() + 1_000);
    expect((await give('five')).status).toBe(201);
    expect(done.map(([key]) => key)).toEqual(['staff:five', 'staff:five']);
  });

  it('may be repeated at once after a failure of ours', async () => {
    next = async () => {
      throw new Error('broken');
    };
    expect(await give('six')).toMatchObject({ status: 500, body: 'broken' });
    next = async () => new Response(null, { status: 503 });
    expect((await give('six')).status).toBe(503);
    next = async () => undefined;
    expect((await give('six')).status).toBe(201);
    expect(done).toHaveLength(3);
  });

  it('keeps a refusal', async () => {
    const refusal = { type: 'about:blank', title: 'Too little credit', status: 409 };
    const headers = { 'content-type': 'application/problem+json' };
    next = async () => new Response(JSON.stringify(refusal), { status: 409, headers });
    expect(await give('seven')).toMatchObject({ status: 409, body: { title: 'Too little credit' } });
    next = async () => undefined;
    expect(await give('seven')).toMatchObject({ status: 409, body: { title: 'Too little credit' } });
    expect(done).toHaveLength(1);
  });

  it('does not use its key up by a body that is not valid', async () => {
    expect(await give('eight', { sum: 'x' })).toMatchObject({ status: 422 });
    expect(await give('eight', { sum: 5 })).toMatchObject({ status: 201 });
  });
});

describe('a call without a key', () => {
  it('is refused where it moves money, as is a key that is none', async () => {
    for (const key of [undefined, '', 'a b', '"a', 'x'.repeat(101), 'a"b']) {
      expect(await give(key)).toMatchObject({ status: 400, body: { title: 'No Idempotency-Key' } });
    }
    expect(done).toEqual([]);
  });

  it('is carried out where the key is optional', async () => {
    expect((await give(undefined, { sum: 1 }, '/tips')).status).toBe(201);
    expect((await give(undefined, { sum: 1 }, '/tips')).status).toBe(201);
    expect(done).toEqual([
      [undefined, 1],
      [undefined, 1],
    ]);
    expect((await give('a b', { sum: 1 }, '/tips')).status).toBe(400);
  });
});

describe('a route with a key', () => {
  const spec = { method: 'post', path: '/x', operationId: 'x', summary: 'Do x' } as const;
  const nothing = () => new Response(null, { status: 204 });

  it('needs a store', () => {
    const keyed = { ...spec, answers: { 204: null }, idempotencyKey: 'required' } as const;
    expect(() => new Resource('X').serve(keyed, nothing)).toThrow('/x has no store');
  });

  it('cannot answer with a file', () => {
    const answers = { 200: { type: 'application/pdf', what: 'A page.' } };
    const keyed = { ...spec, answers, idempotencyKey: 'optional' } as const;
    expect(() => new Resource('X', world.deps).serve(keyed, nothing)).toThrow('which is not kept');
  });
});
