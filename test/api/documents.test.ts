import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '../../engine/values/instant.ts';
import { ask, DOCUMENT, openWorld, START, TOKEN, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
  await ask(world.app, '/api/v1/customers', { method: 'POST', body: { name: 'سارا' } });
  await ask(world.app, '/api/v1/lines/u1/contract', { method: 'PATCH', body: { customerId: 1 } });
});
afterAll(() => world.close());

/** Sends a form; a `Blob` field is a file. */
async function upload(fields: Readonly<Record<string, string | Blob>>, customer = 1, fileName = 'کارت.png') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, fileName);
  }
  return world.app.request(`/api/v1/customers/${customer}/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: form,
  });
}

async function picture(): Promise<Blob> {
  const content = await sharp({ create: { width: 2_000, height: 1_000, channels: 3, background: '#2a6' } })
    .png()
    .toBuffer();
  return new Blob([Uint8Array.from(content)], { type: 'image/png' });
}

const json = async (answer: Response | Promise<Response>) =>
  (await (await answer).json()) as Readonly<Record<string, unknown>>;
const get = (path: string) => ask(world.app, `/api/v1${path}`);
const review = (id: number, verdict: string, note = '') =>
  ask(world.app, `/api/v1/documents/${id}/review`, { method: 'POST', body: { verdict, note } });

it('keeps a picture made anew, and shows it', async () => {
  const answer = await upload({ type: 'national-card', file: await picture() }, 1, '../../etc/کارت.png');
  expect(answer.status).toBe(201);
  const document = await json(answer);
  expect(document).toEqual({
    ...{ id: 1, customerId: 1, type: 'national-card', fileName: 'کارت.png', mediaType: 'image/jpeg' },
    ...{ octets: expect.any(Number), state: 'waiting', uploadedBy: 'staff' },
    ...{ uploadedAt: new Date(START).toISOString(), reviewedBy: null, reviewedAt: null, note: '' },
  });
  const shown = await get('/documents/1/picture');
  expect(shown.headers.get('content-type')).toBe('image/jpeg');
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
  expect(shown.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  const content = Buffer.from(await shown.arrayBuffer());
  expect(content.length).toBe(document.octets);
  expect(await sharp(content).metadata()).toMatchObject({ format: 'jpeg', width: 1_600, height: 800 });
  expect(await json(get('/customers/1/documents'))).toEqual({ documents: [document] });
  expect(await json(get('/documents'))).toEqual({ documents: [document], next: null });
});

it('tells what is wrong with an upload', async () => {
  const page = new Blob(['<html><script>alert(1)</script></html>'], { type: 'image/jpeg' });
  const refused = await upload({ type: 'lease', file: page }, 1, 'a.jpg');
  expect(refused.status).toBe(422);
  expect(await json(refused)).toMatchObject({
    errors: [{ path: 'file', message: 'is no JPEG, PNG or WebP picture' }],
  });
  expect(await json(upload({ type: 'passport', file: 'text' }))).toMatchObject({
    errors: [{ path: 'type' }, { path: 'file', message: 'must be a file' }],
  });
  expect((await upload({ type: 'lease', file: await picture() }, 99)).status).toBe(404);
  const plain = await ask(world.app, '/api/v1/customers/1/documents', { method: 'POST', body: {} });
  expect(plain.status).toBe(400);
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'multipart/form-data; boundary=x' };
  const broken = await world.app.request('/api/v1/customers/1/documents', {
    ...{ method: 'POST', headers, body: 'no parts' },
  });
  expect(broken.status).toBe(400);
  const large = new Blob([new Uint8Array(9 * 1024 * 1024)]);
  expect((await upload({ type: 'lease', file: large })).status).toBe(413);
  expect(await json(get('/documents'))).toMatchObject({ documents: [{ id: 1 }] });
});

it('is reviewed once a verdict, and brings lines back with the last approval', async () => {
  const status = async () => (await json(get('/lines/u1'))).status;
  expect((await review(1, 'rejected', 'ناخوانا')).status).toBe(200);
  expect((await review(1, 'rejected')).status).toBe(409);
  expect((await review(99, 'approved')).status).toBe(404);
  expect((await json(get('/customers/1'))).documents).toEqual({
    ...{
      state: 'in-grace',
      deadline: new Date(START + 7 * DAY_MS).toISOString(),
      missing: ['national-card'],
    },
  });
  const { people } = world.ledger;
  expect(await people.enforceDocuments(7, START + 7 * DAY_MS, 10)).toMatchObject({ suspendedLines: ['u1'] });
  await world.deps.onApplied();
  expect(await status()).toBe('suspended');
  const resumed = await ask(world.app, '/api/v1/lines/u1/resume', { method: 'POST', body: {} });
  expect(await json(resumed)).toMatchObject({ suspensions: [{ cause: 'documents' }] });
  await upload({ type: 'national-card', file: await picture() });
  const answer = await json(review(2, 'approved'));
  expect(answer).toMatchObject({
    document: { id: 2, state: 'approved', reviewedBy: 'staff' },
    resumedLines: ['u1'],
  });
  expect(await status()).toBe('active');
  expect((await get('/documents/99/picture')).status).toBe(404);
  expect((await get('/customers/99/documents')).status).toBe(404);
  expect(world.faults).toEqual([]);
});
