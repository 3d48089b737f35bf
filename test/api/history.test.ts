import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageEvent } from '../../engine/pipeline/engine-event.ts';
import { ask, DOCUMENT, MB, openWorld, START, sink, type World } from './world.ts';

const HOUR = 3_600_000;
/** 2026-11-21 00:00 in Tehran. */
const MIDNIGHT = START - 11 * HOUR;

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
  const night = { sessionKey: '00000000000000a1', acctSessionId: 'night', startedAt: MIDNIGHT - 2 * HOUR };
  await sink(world, [
    usage({ ...night, kind: 'start', at: MIDNIGHT - 2 * HOUR }),
    usage({
      ...night,
      kind: 'split',
      at: MIDNIGHT,
      outputOctets: 10 * MB,
      inputOctets: MB,
      chargedOctets: 10 * MB,
    }),
    usage({
      ...night,
      kind: 'stop',
      state: 'closed',
      at: MIDNIGHT + HOUR,
      outputOctets: 17 * MB,
      inputOctets: 3 * MB,
      chargedOctets: 17 * MB,
      closeCause: 'User-Request',
    }),
    usage({
      sessionKey: '00000000000000a2',
      acctSessionId: 'day',
      startedAt: START - HOUR,
      at: START - 60_000,
      outputOctets: 5 * MB,
      inputOctets: MB,
      chargedOctets: 5 * MB,
    }),
  ]);
});

afterAll(() => world.close());

function usage(given: Partial<UsageEvent>): UsageEvent {
  return {
    type: 'usage',
    kind: 'interim',
    at: START,
    lineId: 1,
    username: 'u1',
    sessionKey: '',
    nas: 'bras1',
    nasPort: '7',
    acctSessionId: '',
    callingStationId: '',
    framedIp: '100.64.0.5',
    state: 'live',
    startedAt: START,
    segment: 0,
    sessionTimeSeconds: 0,
    inputOctets: 0,
    outputOctets: 0,
    chargedOctets: 0,
    freeOctets: 0,
    quarantinedOctets: 0,
    burnedOctets: 0,
    overshotOctets: 0,
    consumed: [],
    closeCause: '',
    anomalies: [],
    resume: undefined,
    ...given,
  };
}

const get = async (path: string) => (await ask(world.app, path)).json() as Promise<Record<string, unknown>>;

describe('GET /usage/{username}', () => {
  it('counts whole days of Tehran, and two days are the sum of both', async () => {
    const first = await get('/api/v1/usage/u1?from=2026-11-20&to=2026-11-20');
    expect(first).toMatchObject({
      username: 'u1',
      from: '2026-11-19T20:30:00.000Z',
      to: '2026-11-20T20:30:00.000Z',
      totals: { outputOctets: 10 * MB, inputOctets: MB, chargedOctets: 10 * MB },
      sessions: [{ startedAt: '2026-11-20T18:30:00.000Z', outputOctets: 10 * MB, nas: 'bras1' }],
      days: [{ day: '2026-11-20', outputOctets: 10 * MB }],
    });
    const second = await get('/api/v1/usage/u1?from=2026-11-21&to=2026-11-21');
    expect(second).toMatchObject({
      totals: { outputOctets: 12 * MB, inputOctets: 3 * MB, chargedOctets: 12 * MB },
      sessions: [{ outputOctets: 7 * MB }, { outputOctets: 5 * MB }],
    });
    const both = await get('/api/v1/usage/u1?from=2026-11-20&to=2026-11-21');
    expect(both).toMatchObject({ totals: { outputOctets: 22 * MB, inputOctets: 4 * MB } });
  });

  it('goes to now when no end is given, and takes instants', async () => {
    expect(await get('/api/v1/usage/u1')).toMatchObject({
      from: '2026-10-22T07:30:00.000Z',
      to: '2026-11-21T07:30:00.000Z',
      totals: { outputOctets: 22 * MB },
    });
    const range = 'from=2026-11-21T00:00:00Z&to=2026-11-21T11:00:00%2B03:30';
    expect(await get(`/api/v1/usage/u1?${range}`)).toMatchObject({ totals: { outputOctets: 5 * MB } });
  });

  it('is empty for a line that was never online', async () => {
    expect(await get('/api/v1/usage/u2')).toMatchObject({
      totals: { outputOctets: 0 },
      sessions: [],
      days: [],
    });
  });
});

describe('GET /sessions', () => {
  it('lists all lines, newest first, page by page', async () => {
    const first = (await get('/api/v1/sessions?limit=1')) as { next: string };
    expect(first).toMatchObject({
      sessions: [{ username: 'u1', acctSessionId: 'day', state: 'live', outputOctets: 5 * MB }],
      next: `${START - HOUR}-00000000000000a2`,
    });
    expect(await get(`/api/v1/sessions?limit=1&before=${first.next}`)).toMatchObject({
      sessions: [
        {
          acctSessionId: 'night',
          state: 'closed',
          closeCause: 'User-Request',
          startedAt: '2026-11-20T18:30:00.000Z',
          updatedAt: '2026-11-20T21:30:00.000Z',
        },
      ],
    });
  });

  it.each([
    ['open=1', ['day']],
    ['open=0', ['night']],
    ['username=u1', ['day', 'night']],
    ['username=u2', []],
  ])('takes %s', async (query, names) => {
    const { sessions } = (await get(`/api/v1/sessions?${query}`)) as {
      sessions: { acctSessionId: string }[];
    };
    expect(sessions.map(({ acctSessionId }) => acctSessionId)).toEqual(names);
  });
});
