import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineEngine } from '../../../engine/pipeline/line-engine.ts';
import type { LineRule } from '../../../engine/pipeline/line-rule.ts';
import { type AccessDecision, decideAccess } from '../../../engine/policy/decide-access.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import { T0 } from '../accounting/samples.ts';
import { GB, grantOf, lineOf, lookupOf, planOf } from '../pipeline/samples.ts';

const LINES = 50;

let folder: string;
let store: LmdbCounterStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-race-'));
  store = new LmdbCounterStore(folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A login from place `who`, which no other login shares. */
function loginFrom(who: number): LineRule<AccessDecision> {
  return (line) => {
    if (line === undefined) throw new Error('the line was stored');
    const result = decideAccess(line, lookupOf(planOf()), () => 0, {
      now: T0,
      nas: 'bras',
      nasBoot: 0,
      nasAddress: '10.0.0.1',
      nasPort: String(who),
      callingStationId: `station ${who}`,
      sessionKey: String(who).padStart(16, '0'),
    });
    if (!result.accepted) return { change: undefined, result };
    const state = { ...line, sessions: result.sessions };
    return { change: { state, events: [], effects: result.effects, wakeAt: undefined }, result };
  };
}

async function declare(username: string, concurrentSessions: number): Promise<void> {
  const state = lineOf([grantOf('a', GB)], { username, concurrentSessions });
  const commit = { username, expectedVersion: 0, state, events: [], effects: [], wakeAt: undefined, at: T0 };
  expect(await store.commit([commit])).toEqual([{ ok: true }]);
}

describe('logins of one line at once from many places', () => {
  it.each([
    { programs: 1, allowed: 1 },
    { programs: 3, allowed: 1 },
    { programs: 3, allowed: 2 },
  ])('through $programs programs on one store: just $allowed are accepted', async ({ programs, allowed }) => {
    const engines = Array.from({ length: programs }, () => new LineEngine(store, { onCommit: () => {} }));
    const usernames = Array.from({ length: LINES }, (_, number) => `line-${number}`);
    for (const username of usernames) await declare(username, allowed);
    // Each knows every line already, so that all decide on the same version of it.
    for (const engine of engines) await Promise.all(usernames.map((username) => engine.peek(username)));
    const outcomes = await Promise.all(
      usernames.map((username) =>
        Promise.all(
          [0, 1, 2, 3, 4, 5].map((who) => engines[who % programs]!.run(username, T0, loginFrom(who))),
        ),
      ),
    );
    for (const [index, decisions] of outcomes.entries()) {
      const winners = decisions.flatMap(({ accepted }, who) =>
        accepted ? [String(who).padStart(16, '0')] : [],
      );
      const { state } = store.load(usernames[index]!);
      expect(winners).toHaveLength(allowed);
      expect(state?.sessions.map(({ key }) => key).sort()).toEqual(winners);
    }
  });
});
