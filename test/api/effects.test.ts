import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../api/cli/commands.ts';
import { showEffects } from '../../api/cli/show-effects.ts';
import type { EffectsAnswer } from '../../api/routes/effects.ts';
import type { EffectEvent } from '../../engine/pipeline/engine-event.ts';
import { ask, DOCUMENT, openWorld, putSession, START, session, sink, type World } from './world.ts';

const ONE = 'aaaaaaaaaaaaaaa1';
const TWO = 'aaaaaaaaaaaaaaa2';

const ended = (changes: Partial<EffectEvent>): EffectEvent => ({
  type: 'effect',
  at: START,
  username: 'u1',
  sessionKey: ONE,
  nas: 'bras1',
  kind: 'change-speed',
  reason: 'volume-ended',
  result: 'ack',
  errorCause: 0,
  attempts: 1,
  latencyMs: 12.4,
  ...changes,
});

let world: World;

beforeAll(async () => {
  world = await openWorld();
  expect((await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT })).status).toBe(200);
  await putSession(
    world.deps.counters,
    'u1',
    session(ONE, 100, 1_000, {
      pendingEffect: { kind: 'disconnect', requestedAt: START - 5_000, attempts: 2, to: '' },
      unproven: { since: START - 60_000, failures: 1, from: undefined },
    }),
  );
  await sink(world, [
    ended({ at: START - 2_000 }),
    ended({ at: START - 1_000, sessionKey: TWO, kind: 'disconnect', result: 'nak', errorCause: 503 }),
    ended({ at: START, kind: 'disconnect', reason: 'not-in-force', result: 'not-in-force', attempts: 3 }),
    ended({ username: 'u2', sessionKey: TWO, result: 'timeout' }),
  ]);
});
afterAll(() => world.close());

const effectsOf = async (path: string): Promise<EffectsAnswer> => {
  const answer = await ask(world.app, `/api/v1/lines/${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EffectsAnswer;
};

describe('GET /lines/{username}/effects', () => {
  it('tells what is open and how earlier orders ended, newest first', async () => {
    const { open, effects } = await effectsOf('u1/effects');
    expect(open).toEqual([
      {
        sessionKey: ONE,
        nas: 'bras1',
        kind: 'disconnect',
        state: 'ordered',
        since: '2026-11-21T07:29:55.000Z',
        attempts: 2,
      },
      {
        sessionKey: ONE,
        nas: 'bras1',
        kind: 'change-speed',
        state: 'unproven',
        since: '2026-11-21T07:29:00.000Z',
        attempts: 1,
      },
    ]);
    expect(effects.map(({ result, errorCause }) => [result, errorCause])).toEqual([
      ['not-in-force', ''],
      ['nak', 'Session-Context-Not-Found'],
      ['ack', ''],
    ]);
    expect(effects[2]).toEqual({
      at: '2026-11-21T07:29:58.000Z',
      sessionKey: ONE,
      nas: 'bras1',
      kind: 'change-speed',
      reason: 'volume-ended',
      result: 'ack',
      errorCause: '',
      attempts: 1,
      latencyMs: 12.4,
    });
  });

  it('tells of one session, and of so many', async () => {
    const one = await effectsOf(`u1/effects?session=${TWO}`);
    expect([one.open, one.effects.map(({ sessionKey }) => sessionKey)]).toEqual([[], [TWO]]);
    expect((await effectsOf('u1/effects?limit=1')).effects).toMatchObject([{ result: 'not-in-force' }]);
  });

  it.each([
    ['nobody/effects', 404],
    ['u1/effects?session=x', 422],
    ['u1/effects?limit=0', 422],
  ])('refuses %s with %i', async (path, status) => {
    expect((await ask(world.app, `/api/v1/lines/${path}`)).status).toBe(status);
  });
});

describe('mizan effects', () => {
  it('asks for what its words say', () => {
    expect(readCommand(['effects', 'u 1', '--session', ONE, '--limit', '5'])).toMatchObject({
      kind: 'call',
      call: { method: 'GET', path: `/lines/u%201/effects?session=${ONE}&limit=5` },
    });
    expect(readCommand(['effects'])).toMatchObject({ kind: 'wrong', message: 'effects needs USERNAME' });
  });

  it('prints tables of both', async () => {
    expect(showEffects(await effectsOf('u1/effects')).split('\n')).toEqual([
      'OPEN SINCE           ORDER         STATE     TIMES  NAS    SESSION',
      `2026-11-21 10:59:55  disconnect    ordered       2  bras1  ${ONE}`,
      `2026-11-21 10:59:00  change-speed  unproven      1  bras1  ${ONE}`,
      '',
      'TIME                 ORDER         WHY           NAS    RESULT        ERROR-CAUSE                SENT  MS  SESSION',
      `2026-11-21 11:00:00  disconnect    not-in-force  bras1  not-in-force  -                             3  12  ${ONE}`,
      `2026-11-21 10:59:59  disconnect    volume-ended  bras1  nak           Session-Context-Not-Found     1  12  ${TWO}`,
      `2026-11-21 10:59:58  change-speed  volume-ended  bras1  ack           -                             1  12  ${ONE}`,
    ]);
    expect(showEffects(await effectsOf('u2/effects?session=aaaaaaaaaaaaaaa9'))).toBe(
      'No order has ended yet.',
    );
  });
});
