import { expect, test } from 'vitest';
import { dialFigures, judgeStorm, type StoredStorm } from '../../../bench/storm/judge-storm.ts';
import { type Dialled, StormLine } from '../../../bench/storm/storm-line.ts';

const reported = { input: 10, output: 20 };

function lineWithGhost(): StormLine {
  const line = new StormLine(0);
  for (const acctSessionId of ['old', 'new']) {
    line.sessions.push({
      ...{ acctSessionId, nasPort: 1, framedIp: '100.64.0.0', classes: [], startedAt: 0, started: true },
      reported,
    });
  }
  return line;
}

const { username } = lineWithGhost();
const old = { username, acctSessionId: 'old', ...reported, closings: 1, causes: ['taken-over'] };
const fresh = { username, acctSessionId: 'new', ...reported, closings: 0, causes: [] };
const live = { acctSessionId: 'new', state: 'live' };
const tombstone = { acctSessionId: 'old', cause: 'taken-over' };

const RIGHT: StoredStorm = {
  history: [old, fresh],
  ledger: [old, fresh],
  counters: new Map([[username, { open: [live], closed: [tombstone] }]]),
  ...{ consumed: 20, burned: 20, rejects: 0 },
};

const judged = (changes: Partial<StoredStorm> = {}) =>
  judgeStorm([lineWithGhost()], { ...RIGHT, ...changes });

test('a ghost that is closed once, and its successor live, in all stores, is right', () => {
  expect(judged()).toEqual({
    ...{ closedOnce: 1, liveOnce: 1, unknownSessions: 0, rejects: 0, diff: 0 },
    causes: { 'taken-over': 1 },
    examples: [],
  });
});

test.each<{ name: string; changes: Partial<StoredStorm>; found: object }>([
  {
    name: 'two closing rows',
    changes: { history: [{ ...old, closings: 2 }, fresh] },
    found: { closedOnce: 0, liveOnce: 1, diff: 0 },
  },
  {
    name: 'another cause',
    changes: { history: [{ ...old, causes: ['lost'] }, fresh] },
    found: { closedOnce: 0, causes: { lost: 1 } },
  },
  {
    name: 'open in the session list',
    changes: { ledger: [{ ...old, closings: 0 }, fresh] },
    found: { closedOnce: 0 },
  },
  {
    name: 'both open in the counters',
    changes: {
      counters: new Map([[username, { open: [live, { acctSessionId: 'old', state: 'live' }], closed: [] }]]),
    },
    found: { closedOnce: 0, liveOnce: 0 },
  },
  {
    name: 'the new one only suspect',
    changes: {
      counters: new Map([[username, { open: [{ ...live, state: 'suspect' }], closed: [tombstone] }]]),
    },
    found: { closedOnce: 1, liveOnce: 0 },
  },
  { name: 'an octet too many', changes: { history: [{ ...old, output: 21 }, fresh] }, found: { diff: 1 } },
  { name: 'no octets at all', changes: { ledger: [old] }, found: { diff: 30, liveOnce: 0 } },
  { name: 'an octet not taken from the grant', changes: { consumed: 19 }, found: { diff: 1 } },
  {
    name: 'a session under two keys',
    changes: { history: [old, fresh, { ...fresh, input: 0, output: 0 }] },
    found: { liveOnce: 0, unknownSessions: 1 },
  },
  {
    name: 'a session of nobody',
    changes: { ledger: [old, fresh, { ...fresh, acctSessionId: 'third' }] },
    found: { unknownSessions: 1 },
  },
])('finds $name', ({ changes, found }) => {
  expect(judged(changes)).toMatchObject(found);
});

test('diallings are counted by their outcome and tries', () => {
  const one = (
    outcome: Dialled['outcome'],
    accessTries: number,
    startTries: number,
    loginMs: number,
  ): Dialled => ({
    ...{ outcome, accessTries, startTries, loginMs, requestMs: loginMs / 2 },
  });
  const dialled = [
    one('online', 1, 1, 10),
    one('online', 2, 1, 30),
    one('rejected', 1, 0, 20),
    one('access-unanswered', 3, 0, 9_000),
    one('start-unanswered', 1, 3, 10),
  ];
  expect(dialFigures(dialled, 3)).toEqual({
    ...{ online: 2, rejected: 1, unanswered: 2, accessTries: [3, 1, 1], startTries: [2, 0, 1] },
    loginMs: { p50: 20, p99: 30, max: 9_000 },
    requestMs: { p50: 10, p99: 15, max: 4_500 },
  });
});
