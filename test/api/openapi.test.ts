import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../engine/subscribers/principal.ts';
import { documentOf, type Json, type Operation, operationsOf, resolve, schemaJudge } from './described.ts';
import { appOf, ask, openWorld, TOKEN, type World } from './world.ts';

let world: World;
let document: Json;
let operations: readonly Operation[];

beforeAll(async () => {
  world = await openWorld();
  document = await documentOf(world.app);
  operations = operationsOf(document);
});
afterAll(() => world.close());

/** Every JSON object within a value, with the names that lead to it. */
function* objectsIn(value: unknown, path: readonly string[] = []): Generator<readonly [string[], Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [[...path], value as Json];
  for (const [key, each] of Object.entries(value)) yield* objectsIn(each, [...path, key]);
}

/** An address of an operation with something in place of its parameters. */
const addressOf = ({ path }: Operation) => path.replaceAll(/\{\w+\}/g, 'u1');

describe('the document', () => {
  it('is for everybody', async () => {
    const answer = await world.app.request('/api/v1/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Mizan' } });
  });

  it('has every route below /api/v1, and no other', () => {
    const served = world.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
      .filter((route) => route !== 'GET /api/v1/openapi.json');
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(described.toSorted()).toEqual([...new Set(served)].sort());
  });

  it('says of every operation what it does and who may', () => {
    for (const operation of operations) {
      const { summary, tags, security, responses } = operation;
      expect(summary, operation.path).toMatch(/^[A-Z].{8,}[^.]$/);
      expect(tags).toHaveLength(1);
      expect(security).toEqual([{ bearer: [] }]);
      expect(operation['x-callers']).not.toEqual([]);
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '500', '503']));
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
    }
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it('has no reference that leads nowhere', () => {
    for (const [, object] of objectsIn(document)) expect(resolve(document, object)).toBeTypeOf('object');
    expect(() => resolve(document, { $ref: '#/components/schemas/Nobody' })).toThrow('leads nowhere');
  });

  it('names each parameter once, and those of the path exactly', () => {
    for (const { path, parameters = [] } of operations) {
      const resolved = parameters.map((parameter) => resolve(document, parameter));
      const names = resolved.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(names).size).toBe(names.length);
      const inPath = resolved.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      for (const { required } of inPath) expect(required).toBe(true);
      for (const { schema } of resolved) expect(schema).toBeTypeOf('object');
    }
  });

  it('describes every answer, in a sentence', () => {
    for (const { path, responses } of operations) {
      for (const [status, response] of Object.entries(responses)) {
        expect(resolve(document, response).description, `${path} ${status}`).toMatch(/.{4,}\.$/);
        expect(status).toMatch(/^[245]\d\d$/);
      }
    }
  });

  it('has no field that OpenAPI 3.1 does not know (§4.8)', () => {
    const unknown = (object: Json, known: string) =>
      Object.keys(object).filter((key) => !key.startsWith('x-') && !known.split(' ').includes(key));
    const found = [
      ...unknown(document, 'openapi info servers paths webhooks components security tags'),
      ...unknown(document.components as Json, 'schemas responses parameters securitySchemes'),
    ];
    for (const { method, path, ...operation } of operations) {
      expect(['get', 'post', 'put', 'patch', 'delete']).toContain(method);
      expect(path).toMatch(/^\/api\/v1(\/([a-z-]+|\{\w+\}))+$/);
      const known = 'operationId tags summary description security parameters requestBody responses';
      found.push(...unknown(operation, known));
      const parameters = (operation.parameters ?? []).map((each) => resolve(document, each));
      for (const each of parameters) found.push(...unknown(each, 'name in description required schema'));
      found.push(...unknown(operation.requestBody ?? {}, 'description required content'));
      for (const response of Object.values(operation.responses)) {
        found.push(...unknown(resolve(document, response), 'description headers content'));
      }
    }
    expect(found).toEqual([]);
    expect(unknown({ summary: '', sumary: '' }, 'summary')).toEqual(['sumary']);
  });

  it('holds JSON Schemas only, as draft 2020-12 has them', () => {
    const judge = schemaJudge();
    const schemas = [...objectsIn(document)].filter(([path]) => path.at(-1) === 'schema');
    const named = Object.values(
      (document.components as Record<string, Json>).schemas as Record<string, Json>,
    );
    expect(schemas.length).toBeGreaterThan(40);
    for (const schema of [...schemas.map(([, each]) => each), ...named]) {
      expect(judge.validateSchema(schema), judge.errorsText(judge.errors)).toBe(true);
      judge.compile({ ...schema, components: document.components });
    }
    expect(judge.validateSchema({ type: 'text' })).toBe(false);
  });

  it('tells no secret', () => {
    expect(JSON.stringify(document)).not.toContain(TOKEN);
    for (const [path, object] of objectsIn(document)) {
      if (!/secret|password|token/i.test(path.at(-1) ?? '')) continue;
      expect(Object.keys(object), path.join('.')).not.toContain('example');
      for (const key of ['examples', 'default', 'const']) expect(Object.keys(object)).not.toContain(key);
    }
  });
});

describe('the token', () => {
  const bad = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN}x`,
  ];

  it('is demanded by every operation of the document, and where there is nothing', async () => {
    const nothing = { method: 'get', path: '/api/v1/nothing' } as Operation;
    for (const operation of [...operations, nothing]) {
      for (const authorization of bad) {
        const answer = await world.app.request(addressOf(operation), {
          method: operation.method.toUpperCase(),
          headers: authorization === undefined ? {} : { authorization },
        });
        expect(answer.status, operation.path).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
        expect(await answer.json()).toMatchObject({ status: 401 });
      }
    }
    expect(world.kicked).toEqual([]);
  });
});

describe('who may call', () => {
  const agent: Principal = { kind: 'agent', actor: 'agent:7', agentId: 7, role: 'agent', scope: 'own' };

  it('is what the document says, route by route', async () => {
    const principals = { find: async () => agent };
    const app = appOf({ ...world.deps, principals });
    for (const operation of operations) {
      const { status } = await app.request(addressOf(operation), {
        method: operation.method.toUpperCase(),
        headers: { authorization: 'Bearer of-an-agent' },
      });
      const isAllowed = operation['x-callers'].includes('agent');
      expect(status === 403, `${operation.operationId} answers an agent ${status}`).toBe(!isAllowed);
      expect(status).not.toBe(401);
    }
    expect(world.kicked).toEqual([]);
  });

  it('is asked for by the digest of the token, and staff’s is not asked for', async () => {
    const asked: string[] = [];
    const find = async (digest: string) => {
      asked.push(digest);
      return undefined;
    };
    const app = appOf({ ...world.deps, principals: { find } });
    const get = async (token: string) =>
      (await app.request('/api/v1/lines', { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await get('abc')).toBe(401);
    // SHA-256 of "abc" (FIPS 180-2, appendix B.1).
    expect(asked).toEqual(['ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']);
    expect(await get(TOKEN)).toBe(200);
    expect(asked).toHaveLength(1);
  });
});

describe('the comparison of answers with the document', () => {
  const answering = (body: unknown) => {
    const nas = [body] as unknown as Awaited<ReturnType<World['ledger']['nasList']>>;
    const ledger = { ...world.deps.ledger, nasList: async () => nas };
    return ask(appOf({ ...world.deps, ledger }), '/api/v1/nas');
  };
  const entry = { name: 'a', address: '::1', vendor: 'zte', coaPort: 1, coaAddress: '' };
  const flags = {
    ...{ swapDirections: false, requireMessageAuthenticator: false, allowMacAuthentication: false },
  };

  it('lets right ones pass and finds others', async () => {
    const learned = { boot: 0 };
    expect((await answering({ entry: { ...entry, ...flags }, learned })).status).toBe(200);
    await expect(answering({ entry, learned })).rejects.toThrow(
      "must have required property 'swapDirections'",
    );
    const more = { ...entry, ...flags, driverSettings: { secret: 'x' } };
    await expect(answering({ entry: more, learned })).rejects.toThrow('must NOT have additional properties');
    await expect(answering({ entry: { ...entry, ...flags, vendor: 'acme' }, learned })).rejects.toThrow(
      'allowed values',
    );
  });
});
