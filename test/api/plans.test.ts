import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { showPlan, showPlans } from '../../api/cli/show-plan.ts';
import { DAY_MS, HOUR_MS } from '../../engine/values/instant.ts';
import { ask, openWorld, type World } from './world.ts';

const GB = 2 ** 30;
const speed = { downKbps: 8_192, upKbps: 1_024 };
const night = { fromMinute: 120, toMinute: 420, percent: 0 };

let world: World;
let start: number;

beforeAll(async () => {
  world = await openWorld();
  start = world.clock.now();
  const iso = (at: number) => new Date(at).toISOString();
  const gold = { name: 'gold', days: 30, quota: { octets: 5 * GB, charge: 'download' } };
  const burst = {
    downKbps: 16_384,
    upKbps: 2_048,
    thresholdDownKbps: 4_096,
    thresholdUpKbps: 512,
    seconds: 8,
  };
  const next = {
    ...gold,
    effectiveFrom: iso(start + 10 * DAY_MS),
    quota: { octets: 1.5 * GB, charge: 'both', per: 'day' },
    speed: { ...speed, burst },
    tiers: [{ octets: GB, downKbps: 512, upKbps: 128 }],
    exhausted: 'captive',
    windows: [
      { ...night, weekdays: [6, 0] },
      { fromMinute: 480, toMinute: 1440, speed: { downKbps: 4_096, upKbps: 512 } },
    ],
    classes: [{ name: 'domestic', percent: 50 }],
    concurrentSessions: 2,
    locksFirstMac: true,
    softLanding: true,
    pool: 'home',
  };
  for (const document of [
    {
      plans: [
        { ...gold, windows: [night] },
        { name: 'باز', days: 7 },
      ],
    },
    { plans: [next] },
  ]) {
    const answer = await ask(world.app, '/api/v1/apply', { method: 'PUT', body: document });
    expect(answer.status).toBe(200);
  }
});
afterAll(() => world.close());

async function get(path: string): Promise<unknown> {
  return (await ask(world.app, `/api/v1${path}`)).json();
}

describe('GET /plans', () => {
  it('tells what is in force, and when it changes', async () => {
    const { plans } = (await get('/plans')) as { plans: unknown[] };
    expect(plans).toMatchObject([
      {
        name: 'gold',
        versions: 2,
        present: {
          state: 'present',
          from: new Date(start).toISOString(),
          until: new Date(start + 10 * DAY_MS).toISOString(),
          quota: { octets: 5 * GB, charge: 'download', per: 'term' },
          speed: null,
          pool: null,
          windows: [{ fromMinute: 120, percent: 0, speed: null }],
        },
      },
      { name: 'باز', versions: 1, present: { quota: null, until: null } },
    ]);
  });

  it('is readable by people', async () => {
    const lines = showPlans(await get('/plans')).split('\n');
    expect(lines[0]).toMatch(/^NAME +DAYS +VOLUME +DOWN\/UP +AFTER THE VOLUME +VERSIONS +NEXT ONE FROM$/);
    expect(lines[1]).toContain(
      "gold    30  5.00 GB for the whole term, received only  the NAS's own  128/128 kb/s",
    );
    expect(lines[2]).toMatch(/unlimited .* -$/);
    expect(showPlans({ plans: [] })).toContain('No plan yet');
  });
});

describe('GET /plans/{name}', () => {
  it('tells what was, is and will be', async () => {
    const states = async () => {
      const { versions } = (await get('/plans/gold')) as { versions: { state: string }[] };
      return versions.map(({ state }) => state);
    };
    expect(await states()).toEqual(['present', 'future']);
    expect(await get(`/plans/${encodeURIComponent('باز')}`)).toMatchObject({
      versions: [{ state: 'present' }],
    });
    expect((await ask(world.app, '/api/v1/plans/none')).status).toBe(404);
    const now = world.clock.now();
    world.clock.moveTo(now + 10 * DAY_MS + HOUR_MS);
    expect(await states()).toEqual(['past', 'present']);
  });

  it('is readable by people, whatever a plan has', async () => {
    const text = showPlan(await get('/plans/gold'));
    expect(text.split('\n')[0]).toBe('Plan gold');
    expect(text).toMatch(/^Past: from the beginning until \d{4}-/m);
    expect(text).toMatch(/^In force now: from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/m);
    for (const words of [
      /Window +02:00 to 07:00 every day: free/,
      /Window +02:00 to 07:00 Sat, Fri: free/,
      /Window +08:00 to 24:00 every day: 4096\/512 kb\/s/,
      /Volume +1\.50 GB a day, received and sent/,
      /Down\/up +8192\/1024 kb\/s, 16384\/2048 while 8 s average below 4096\/512/,
      /then +512\/128 kb\/s for 1\.00 GB/,
      /After the volume +pay pages only/,
      /After the term +disconnected/,
      /Traffic class +domestic: 50 %/,
      /Sessions +one at a time/,
      /Sessions +2 at a time/,
      /Devices +only the first one/,
      /Last of the volume +slowed down/,
      /Address pool +home/,
      /Reports +every 300 seconds/,
    ]) {
      expect(text).toMatch(words);
    }
  });
});
