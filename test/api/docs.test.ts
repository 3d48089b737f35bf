import type { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { curlOf, type Shapes, sampleOf } from '../../api/docs/curl.ts';
import { fieldRows, typeParts } from '../../api/docs/schema-text.ts';
import type { JsonSchema } from '../../schemas/http/shown-as.ts';
import { documentOf, type Json, operationsOf } from './described.ts';

/** Stands for everything that routes take hold of when they are made; none is called here. */
const anything: never = new Proxy((() => undefined) as never, { get: () => anything });

let app: Hono;
let page: string;

beforeAll(async () => {
  const ledger = anything;
  app = createApi({ token: 'a-token-for-tests', ledger, usage: anything } as unknown as ApiDeps);
  page = await (await app.request('/api/docs')).text();
});

describe('the page of the documentation', () => {
  it('is for everybody, under a policy that lets nothing run', async () => {
    const answer = await app.request('/api/docs');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html; charset=utf-8$/i);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'");
    expect(page).toMatch(/^<!doctype html><html lang="en" dir="ltr">/);
  });

  it('loads one style sheet from here and nothing else', async () => {
    expect(page).not.toMatch(/<script|<img|<iframe|<style| style=| on\w+=|https?:\/\//);
    const [, href = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(page) ?? [];
    const style = await app.request(href);
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(style.headers.get('cache-control')).toContain('immutable');
    expect(await style.text()).not.toMatch(/url\(|@import/);
  });

  it('shows every operation of the document, with a call to copy', async () => {
    const operations = operationsOf(await documentOf(app));
    for (const { operationId, path } of operations) {
      expect(page).toContain(`<article id="${operationId}">`);
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
      expect(page).toContain(`&quot;$MIZAN_URL${address}&quot;`);
    }
    expect(page.split('Authorization: Bearer $MIZAN_TOKEN')).toHaveLength(operations.length + 1);
    expect(page).not.toContain('a-token-for-tests');
  });

  it('has a place for every link within it, and no place twice', () => {
    const places = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(new Set(places).size).toBe(places.length);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(links.length).toBeGreaterThan(60);
    expect(links.filter((link) => !places.includes(link))).toEqual([]);
  });

  it('stays small', () => expect(page.length).toBeLessThan(600_000));
});

describe('a schema in words', () => {
  const text = (schema: Json) =>
    typeParts(schema)
      .map(({ text }) => text)
      .join('');

  it.each([
    [{ type: 'string' }, 'string'],
    [{ type: 'string', format: 'date-time' }, 'date-time'],
    [{ type: 'integer', minimum: 1, maximum: 999 }, 'integer 1 to 999'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer from 0'],
    [{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: 5 }, 'integer to 5'],
    [{ type: 'string', enum: ['a', 'b'] }, 'a | b'],
    [{ const: true }, 'true'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number or null'],
    [{ type: 'array', items: { $ref: '#/components/schemas/Line' } }, 'list of Line'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'object of number'],
    [{ type: 'string', contentEncoding: 'binary' }, 'file'],
    [{ type: 'string', contentMediaType: 'image/*' }, 'file'],
    [{}, 'any'],
  ])('%j', (schema, words) => expect(text(schema)).toBe(words));

  it('opens objects in objects, in lists and beside null, but no named shape', () => {
    const inner: JsonSchema = { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] };
    const named = { $ref: '#/components/schemas/Line' };
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        one: { ...inner, description: 'The one.' },
        many: { type: 'array', items: inner },
        maybe: { anyOf: [inner, { type: 'null' }] },
        named,
      },
      required: ['one'],
    };
    expect(fieldRows(schema).map(({ path, required, meaning }) => [path, required, meaning])).toEqual([
      ['one', true, 'The one.'],
      ['one.x', true, ''],
      ['many', false, ''],
      ['many[].x', true, ''],
      ['maybe', false, ''],
      ['maybe.x', true, ''],
      ['named', false, ''],
    ]);
    expect(fieldRows(schema).at(-1)?.type).toEqual([{ text: 'Line', shape: 'Line' }]);
  });
});

describe('a call to copy', () => {
  const shapes: Shapes = {
    Tag: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] },
  };

  it('holds the least that the body needs', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        sum: { type: 'integer', minimum: 5 },
        kind: { enum: ['gift', 'loan'] },
        tags: { type: 'array', items: { $ref: '#/components/schemas/Tag' } },
        at: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
        note: { type: 'string' },
      },
      required: ['sum', 'kind', 'tags', 'at'],
    };
    expect(sampleOf(schema, shapes)).toEqual({
      ...{ sum: 5, kind: 'gift', tags: [{ key: '…' }], at: '2026-11-21T07:30:00Z' },
    });
    expect(sampleOf({ ...schema, required: [] }, shapes)).toHaveProperty('note', '…');
  });

  it('is what a shell takes', () => {
    const body = { type: 'application/json', schema: { const: "it's" } };
    expect(curlOf({ method: 'post', path: '/a/{name}', needsKey: true, body }, {})).toBe(
      [
        'curl -X POST "$MIZAN_URL/a/NAME"',
        '-H "Authorization: Bearer $MIZAN_TOKEN"',
        '-H "Idempotency-Key: $(uuidgen)"',
        "-H 'Content-Type: application/json'",
        `-d '"it'\\''s"'`,
      ].join(' \\\n  '),
    );
  });

  it('sends forms and files', () => {
    const properties = { kind: { type: 'string' }, picture: { type: 'string', format: 'binary' } } as const;
    const form = { type: 'multipart/form-data', schema: { type: 'object', properties } } as const;
    const call = { method: 'post', path: '/a', needsKey: false };
    expect(curlOf({ ...call, body: form }, {})).toMatch(/-F 'kind=…' \\\n {2}-F 'picture=@FILE'$/);
    expect(curlOf({ ...call, body: { type: 'text/csv', schema: {} } }, {})).toMatch(
      /-H 'Content-Type: text\/csv' \\\n {2}--data-binary @FILE$/,
    );
  });
});
