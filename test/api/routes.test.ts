import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appOf,
  ask,
  DOCUMENT,
  GB,
  openWorld,
  putSession,
  START,
  session,
  TOKEN,
  type World,
} from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const answer = await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
  expect(await answer.json()).toEqual({ nas: 1, plans: 2, lines: 2, grants: 1 });
  await putSession(
    world.deps.counters,
    'u1',
    session('00000000000000a1', 5_000, 70_000, {
      state: 'closed',
      closeCause: 'User-Request',
      startedAt: START - 9e6,
    }),
  );
  await putSession(world.deps.counters, 'u1', session('00000000000000a2', 1_000, 2_000_000));
  const reserved = session('00000000000000a3', 30, 300, { state: 'reserved', startedAt: START });
  const { state } = await world.deps.counters.load('u1');
  await putSession(world.deps.counters, 'u1', { ...reserved, usage: state!.sessions[1]!.usage });
});

afterAll(() => world.close());

const get = (path: string) => ask(world.app, path);

/** Status and body of an answer that must be a problem. */
async function problemOf(answer: Response | Promise<Response>) {
  const { status, headers, json } = await Promise.resolve(answer).then((given) => ({
    status: given.status,
    headers: given.headers,
    json: () => given.json(),
  }));
  expect(headers.get('content-type')).toBe('application/problem+json');
  const body = (await json()) as Record<string, unknown>;
  expect(body).toMatchObject({ type: 'about:blank', title: expect.any(String), status });
  return { status, body };
}

describe('the token', () => {
  it('is not needed for health and metrics', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await world.app.request(path)).status).toBe(200);
    }
  });
});

describe('GET /lines/{username}', () => {
  it('tells the line as the counters have it now', async () => {
    const answer = await get('/api/v1/lines/u1');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toMatchObject({
      username: 'u1',
      status: 'active',
      plan: '2M-5G',
      expiresAt: '2026-12-21T07:30:00.000Z',
      remainingOctets: 5 * GB - 2_000_000,
      grantedOctets: 5 * GB,
      consumedOctets: 2_000_000,
    });
  });

  it('adds the segments of a session, newest session first, without the reserved one', async () => {
    const { sessions } = (await (await get('/api/v1/lines/u1')).json()) as { sessions: unknown[] };
    expect(sessions).toMatchObject([
      {
        nas: 'bras1',
        acctSessionId: 'S-a2',
        state: 'live',
        inputOctets: 1_000,
        outputOctets: 2_000_000,
        chargedOctets: 2_000_000,
        framedIp: '100.64.0.5',
        startedAt: '2026-11-21T06:30:00.000Z',
        updatedAt: '2026-11-21T07:29:00.000Z',
      },
      { acctSessionId: 'S-a1', state: 'closed', closeCause: 'User-Request' },
    ]);
    expect(sessions).toHaveLength(2);
  });

  it('has no remainder without a quota', async () => {
    const line = await (await get('/api/v1/lines/u2')).json();
    expect(line).toMatchObject({
      plan: 'نامحدود',
      remainingOctets: null,
      grantedOctets: null,
      consumedOctets: 0,
    });
  });

  it.each(['nobody', encodeURIComponent('علی/رضا'), '%00', 'x'.repeat(5_000), '%ff'])(
    'answers 404 for %s',
    async (username) => {
      expect((await problemOf(get(`/api/v1/lines/${username}`))).status).toBe(404);
      expect((await problemOf(get(`/api/v1/usage/${username}`))).status).toBe(404);
    },
  );
});

describe('GET /lines', () => {
  it('lists by username, page by page', async () => {
    const first = (await (await get('/api/v1/lines?limit=1')).json()) as { next: string };
    expect(first).toMatchObject({
      lines: [{ username: 'u1', name: 'سارا', remainingOctets: 5 * GB - 2e6 }],
      next: 'u1',
    });
    const second = await (await get(`/api/v1/lines?limit=5&after=${first.next}`)).json();
    expect(second).toMatchObject({ lines: [{ username: 'u2', name: '', status: 'active' }], next: null });
  });
});

describe('PUT /apply', () => {
  const apply = (body: unknown) => ask(world.app, '/api/v1/apply', { method: 'PUT', body });

  it('changes nothing the second time', async () => {
    expect(await (await apply(DOCUMENT)).json()).toEqual({ nas: 0, plans: 0, lines: 0, grants: 0 });
  });

  it('refuses a document by its shape, with the plan that does not exist', async () => {
    const { status, body } = await problemOf(
      apply({ plans: [{ name: 'x', days: 0 }], lines: [{ username: 'u7', plan: 'none' }] }),
    );
    expect(status).toBe(422);
    expect(body).toMatchObject({
      title: '2 values are not valid',
      errors: [
        { path: 'lines[0].plan', message: 'there is no plan none' },
        { path: 'plans[0].days', message: 'must be a whole number from 1 to 3660' },
      ],
    });
  });

  it('refuses an attribute that cannot be sent, and stores nothing of the document', async () => {
    const [nas] = DOCUMENT.nas;
    const acceptAttributes = { 'Framed-MTU': 'wide', 'Mikrotik-Group': 'full', Class: '0x00' };
    const driverSettings = { rate: '{upKbps}k/{speed}k' };
    const lines = [{ username: 'u8', plan: '2M-5G' }];
    const declared = { ...nas, acceptAttributes, driverSettings };
    const { status, body } = await problemOf(apply({ nas: [declared], lines }));
    expect(status).toBe(422);
    expect(body).toMatchObject({
      errors: [
        { path: 'nas[0].acceptAttributes.Framed-MTU', message: 'is no value of its type, uint32' },
        { path: 'nas[0].acceptAttributes.Class', message: 'is written by the engine itself' },
        { path: 'nas[0].driverSettings.rate', message: 'holds {speed}, which stands for nothing' },
      ],
    });
    expect((await get('/api/v1/lines/u8')).status).toBe(404);
  });

  it('refuses what the ledger refuses, and stores nothing of it', async () => {
    const lines = [
      { username: 'u8', plan: '2M-5G' },
      { username: 'u9', plan: 'none' },
    ];
    const { status, body } = await problemOf(apply({ lines }));
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ path: 'lines[1].plan' }] });
    expect((await get('/api/v1/lines/u8')).status).toBe(404);
  });

  it('answers 400 to what is no JSON', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const body of ['', '{', 'nas: []']) {
      const { status } = await problemOf(
        world.app.request('/api/v1/apply', { method: 'PUT', headers, body }),
      );
      expect(status).toBe(400);
    }
  });

  it('answers 413 to a body over 8 MiB, declared or streamed', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const size = 8 * 1024 * 1024 + 1;
    const declared = { ...headers, 'content-length': String(size) };
    const small = world.app.request('/api/v1/apply', { method: 'PUT', headers: declared, body: '{}' });
    expect((await problemOf(small)).status).toBe(413);
    const streamed = new Request('http://x/api/v1/apply', {
      method: 'PUT',
      headers,
      body: new ReadableStream({
        pull(controller) {
          controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
        },
      }),
      duplex: 'half',
    } as RequestInit);
    expect((await problemOf(world.app.request(streamed))).status).toBe(413);
  });
});

describe('GET /nas', () => {
  it('tells everything but the secret', async () => {
    const text = await (await get('/api/v1/nas')).text();
    expect(JSON.parse(text)).toEqual({
      nas: [
        {
          name: 'bras1',
          address: '127.0.0.1',
          vendor: 'mikrotik',
          coaPort: 3799,
          coaAddress: '',
          swapDirections: false,
          requireMessageAuthenticator: false,
          allowMacAuthentication: false,
          acceptAttributes: {},
          driverSettings: {},
          messageAuthenticatorSince: null,
          gigawordsSince: null,
          boot: 0,
          bootedAt: null,
        },
      ],
    });
    expect(text).not.toContain('secret');
  });
});

describe('POST /lines/{username}/kick', () => {
  it('hands the order on, for a line that exists', async () => {
    const answer = await ask(world.app, '/api/v1/lines/u1/kick', { method: 'POST' });
    expect(await answer.json()).toEqual({ username: 'u1', sessions: 1 });
    expect(world.kicked).toEqual(['u1']);
    const nobody = ask(world.app, '/api/v1/lines/nobody/kick', { method: 'POST' });
    expect((await problemOf(nobody)).status).toBe(404);
    expect(world.kicked).toEqual(['u1']);
  });
});

describe('POST /lines/{username}/release-mac', () => {
  const release = async (username: string) =>
    (await ask(world.app, `/api/v1/lines/${username}/release-mac`, { method: 'POST' })).json();

  it('frees a line from the device that it is bound to, once', async () => {
    const { counters } = world.deps;
    const { state, version } = await counters.load('u1');
    const bound = { ...state!, boundMac: 'aabb' };
    const commit = { username: 'u1', expectedVersion: version, events: [], effects: [], wakeAt: undefined };
    await counters.commit([{ ...commit, state: bound, at: 0 }]);
    expect(await release('u1')).toEqual({ username: 'u1', released: true });
    expect((await counters.load('u1')).state?.boundMac).toBeUndefined();
    expect(await release('u1')).toEqual({ username: 'u1', released: false });
    const nobody = ask(world.app, '/api/v1/lines/nobody/release-mac', { method: 'POST' });
    expect((await problemOf(nobody)).status).toBe(404);
  });
});

describe('a wrong query', () => {
  it.each([
    ['/api/v1/lines?limit=0', 'limit'],
    ['/api/v1/lines?limit=1000', 'limit'],
    ['/api/v1/lines?offset=5', 'offset'],
    ['/api/v1/sessions?open=yes', 'open'],
    ['/api/v1/sessions?before=1', 'before'],
    ['/api/v1/usage/u1?from=2026-02-30', 'from'],
    ['/api/v1/usage/u1?from=yesterday', 'from'],
    ['/api/v1/usage/u1?from=2026-11-21T07:30:00', 'from'],
    ['/api/v1/usage/u1?from=2026-11-21&to=2026-11-20', 'to'],
    ['/api/v1/usage/u1?from=2026-11-22', 'from'],
  ])('%s is told by its name', async (path, name) => {
    const { status, body } = await problemOf(get(path));
    expect(status).toBe(422);
    expect(body).toMatchObject({ errors: [{ path: name, message: expect.any(String) }] });
  });
});

describe('errors', () => {
  it('are problems at every address', async () => {
    expect((await problemOf(get('/api/v1/nothing'))).status).toBe(404);
    expect((await problemOf(world.app.request('/nothing'))).status).toBe(404);
    expect((await problemOf(world.app.request('/lines', { method: 'DELETE' }))).status).toBe(404);
  });

  it('inside tell the caller nothing, and the program everything', async () => {
    const broken = new Error('password=hunter2');
    const ledger = { ...world.deps.ledger, nasList: () => Promise.reject(broken) };
    const answer = await ask(appOf({ ...world.deps, ledger }), '/api/v1/nas');
    expect(await answer.clone().text()).not.toMatch(/hunter2|at .*:\d+/);
    expect((await problemOf(answer)).status).toBe(500);
    expect(world.faults).toEqual([broken]);
  });
});

describe('health', () => {
  it('says which store does not answer', async () => {
    const readiness = async () => ({ ok: false, checks: { ledger: 'no answer' } });
    const answer = await appOf({ ...world.deps, readiness }).request('/readyz');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ok: false, checks: { ledger: 'no answer' } });
  });

  it('has metrics as Prometheus reads them', async () => {
    const answer = await world.app.request('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('mizan_up 1');
  });
});

describe('PUT /test-clock', () => {
  const move = (now: unknown) => ask(world.app, '/api/v1/test-clock', { method: 'PUT', body: { now } });

  it('moves time forward only', async () => {
    expect(await (await move('2026-11-21T12:00:00+03:30')).json()).toEqual({
      now: '2026-11-21T08:30:00.000Z',
    });
    expect(world.clock.now()).toBe(START + 3_600_000);
    expect((await problemOf(move('2026-11-21T08:29:59Z'))).body).toMatchObject({ errors: [{ path: 'now' }] });
    expect((await problemOf(move(5))).status).toBe(422);
    expect(world.clock.now()).toBe(START + 3_600_000);
  });

  it('ends a service at its instant', async () => {
    await move('2026-12-21T07:30:00Z');
    expect(await (await get('/api/v1/lines/u1')).json()).toMatchObject({ remainingOctets: 0 });
  });

  it('is not there on the machine’s own clock', async () => {
    const app = appOf({ ...world.deps, testClock: undefined });
    const answer = ask(app, '/api/v1/test-clock', { method: 'PUT', body: { now: '2027-01-01T00:00:00Z' } });
    expect((await problemOf(answer)).status).toBe(404);
  });
});
