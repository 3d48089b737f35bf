import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { boundedList, boundedRecord } from '../../schemas/http/bounded.ts';
import { printableText } from '../../schemas/http/fields.ts';
import { importBody } from '../../schemas/http/import.ts';
import { readProvisioning } from '../../schemas/http/provisioning.ts';
import { ask, openWorld, TOKEN, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Status, problem and how long it took in ms. */
async function send(method: string, path: string, text: string) {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const began = performance.now();
  const answer = await world.app.request(`/api/v1${path}`, { method, headers, body: text });
  const body = (await answer.json()) as { detail?: string; errors?: { path: string; message: string }[] };
  return { status: answer.status, body, tookMs: performance.now() - began };
}

const list = (count: number, entry = '{}') => `[${Array.from({ length: count }, () => entry).join()}]`;

describe('a body of nothing but faults', () => {
  it.each([
    ['entries', `{"lines":${list(150_000)}}`, 1_000],
    ['entries of entries', `{"lines":${list(2_000, `{"extraGrants":${list(1_000)}}`)}}`, 1_000],
    ['people', `{"customers":${list(1_000, `{"nationalId":"1","lines":${list(1_000)}}`)}}`, 1_000],
    [
      'names twice',
      `{"plans":[{"name":"p","days":1}],"lines":${list(50_000, '{"username":"u","plan":"p"}')}}`,
      1_000,
    ],
    ['more entries than a list may have', `{"lines":${list(2_600_000)}}`, 1],
    ['entries of an entry', `{"lines":[{"username":"u","plan":"p","extraGrants":${list(2_000_000)}}]}`, 2],
  ])('is put away soon: %s', async (_, text, told) => {
    const { status, body, tookMs } = await send('PUT', '/apply', text);
    expect([status, body.errors?.length]).toEqual([422, told]);
    if (told === 1_000)
      expect(body.detail).toMatch(/^The first 1000 faults are told; there are at least \d+ more\.$/);
    // It took 20 seconds and more; a machine with other work needs some slack.
    expect(tookMs).toBeLessThan(8_000);
  });

  it('may be of unknown names', async () => {
    const names = Array.from({ length: 400_000 }, (_, index) => `"${index.toString(36)}":1`).join();
    const { status, body } = await send('PUT', '/apply', `{${names}}`);
    expect([status, body.errors?.length]).toEqual([422, 1_000]);
  });

  it('may be an import', async () => {
    const text = `{"customers":${list(1_000, `{"name":"x","lines":${list(1_000)}}`)}}`;
    const { status, body, tookMs } = await send('POST', '/import/people', text);
    expect([status, body.errors?.length]).toEqual([422, 1_000]);
    expect(body.errors?.[0]).toEqual({ path: 'customers[0].lines[0].username', message: 'is missing' });
    expect(tookMs).toBeLessThan(8_000);
    expect(world.faults).toEqual([]);
  });
});

describe('a body', () => {
  it('has 64 KiB at most where nothing large is sent', async () => {
    const names = Array.from({ length: 9_000 }, (_, index) => `"k${index}":1`).join();
    const large = await send('POST', '/orders/quote', `{${names}}`);
    expect([large.status, large.body.detail]).toEqual([413, 'A body of this call may have at most 64 KiB.']);
    const fitting = await send('POST', '/orders/quote', `{${names.slice(0, names.indexOf(',"k4000"'))}}`);
    expect([fitting.status, fitting.body.errors?.length]).toEqual([422, 1_000]);
  });

  it('is measured when it does not say its size', async () => {
    const streamed = new Request('http://x/api/v1/orders/quote', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: new Blob([' '.repeat(70_000)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect((await world.app.request(streamed)).status).toBe(413);
  });

  it.each([
    ['PUT', '/apply', { plans: [], nas: [] }, 200],
    ['POST', '/import/people', { customers: [] }, 200],
    ['POST', '/import/known-lines', { usernames: [] }, 200],
    ['POST', '/gateways/sandbox/reconcile', { csv: 'reference,amount\na,1' }, 200],
  ] as const)('may be larger: %s %s', async (method, path, body, status) => {
    const spaces = ' '.repeat(100_000);
    expect((await send(method, path, JSON.stringify(body) + spaces)).status).toBe(status);
  });

  it('may declare 100,000 lines at once', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => ({ username: `u${index}`, plan: 'p' }));
    expect(readProvisioning({ lines }, ['p'])).toEqual({ ok: true, value: { lines } });
  });

  it('that is as it should be is read as before', async () => {
    expect((await ask(world.app, '/api/v1/apply', { method: 'PUT', body: {} })).status).toBe(200);
    const lines = Array.from({ length: 300 }, (_, index) => ({ username: `u${index}` }));
    const read = importBody.safeParse({ customers: [{ name: 'x', lines }] });
    expect(read.data?.customers[0]?.lines).toEqual(lines);
  });
});

describe('a bounded list', () => {
  const texts = boundedList(printableText(3), 200, 'too many');

  it('tells its entries, its faults or that it is too long', () => {
    expect(texts.safeParse(['a']).data).toEqual(['a']);
    expect(texts.safeParse(Array(200).fill('b')).data).toHaveLength(200);
    expect(texts.safeParse(Array(201).fill(5)).error?.issues).toMatchObject([
      { message: 'too many', path: [] },
    ]);
    expect(texts.safeParse([...Array(199).fill('b'), 5]).error?.issues).toMatchObject([{ path: [199] }]);
    expect(texts.safeParse('a').success).toBe(false);
  });
});

describe('a bounded record', () => {
  it('counts its names before it reads them', () => {
    const record = boundedRecord(z.string(), printableText(3), 2, 'too many');
    expect(record.safeParse({ a: 'b' }).data).toEqual({ a: 'b' });
    expect(record.safeParse({ a: 1, b: 2, c: 3 }).error?.issues).toMatchObject([{ message: 'too many' }]);
    expect(record.safeParse({ a: 'long' }).error?.issues).toMatchObject([{ path: ['a'] }]);
    expect(record.safeParse(5).success).toBe(false);
  });
});
