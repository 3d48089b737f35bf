import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UsageEvent } from '../../../../engine/pipeline/engine-event.ts';
import { openUsage } from '../../../../engine/store/usage/open-usage.ts';
import { DAY_MS } from '../../../../engine/values/instant.ts';
import { NOW, usageEvent } from '../ledger/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-recovery-'));
let history: Awaited<ReturnType<typeof openUsage>>;
let batches = 0;

beforeAll(async () => {
  history = await openUsage({ folder });
});
afterAll(async () => {
  await history.close();
  rmSync(folder, { recursive: true });
});

function insert(...given: Partial<UsageEvent>[]): Promise<void> {
  const events = given.map((event, index) => ({ position: index + 1, event: usageEvent(event) }));
  return history.insert(events, `batch ${++batches}`);
}

it('tells how far it has come with the sessions of some lines since a moment', async () => {
  const figures = { outputOctets: 30, chargedOctets: 20, freeOctets: 10, burnedOctets: 20 };
  await insert(
    { lineId: 4, sessionKey: '000000000000000a', at: NOW - 5 * DAY_MS, outputOctets: 7 },
    { lineId: 4, sessionKey: '000000000000000b', at: NOW - 5 * DAY_MS, outputOctets: 9 },
    { lineId: 4, sessionKey: '000000000000000b', at: NOW, ...figures },
    { lineId: 5, sessionKey: 'ffffffffffffffff', at: NOW - DAY_MS, inputOctets: 1 },
    { lineId: 6, sessionKey: '000000000000000c', at: NOW },
  );
  const marks = await history.sessionMarks(4, 5, NOW - DAY_MS);
  expect(marks.toSorted((left, right) => left.lineId - right.lineId)).toEqual([
    { lineId: 4, sessionKey: '000000000000000b', lastAt: NOW, figuresSum: 80 },
    { lineId: 5, sessionKey: 'ffffffffffffffff', lastAt: NOW - DAY_MS, figuresSum: 1 },
  ]);
  expect(await history.sessionMarks(7, 9, 0)).toEqual([]);
});

it('gives rows as they were written, in the order in which they were', async () => {
  const session = { lineId: 8, username: 'u8', sessionKey: '00000000000000d8' };
  const written = [
    usageEvent({ ...session, kind: 'split', at: NOW + 1, outputOctets: 5, chargedOctets: 5 }),
    usageEvent({ ...session, at: NOW + 2, outputOctets: 9, chargedOctets: 9, resume: ['80/20', -1, 2] }),
    usageEvent({
      ...session,
      kind: 'stop',
      state: 'closed',
      at: NOW + 2,
      outputOctets: 9,
      chargedOctets: 9,
      closeCause: 'stopped',
      segment: 1,
      resume: ['80/20', 0, 0, 0, [1, 0, 0, 0, 4, 0]],
    }),
  ];
  await insert(...written.toReversed());
  await insert({ ...session, at: NOW - 9 });
  const rows = await history.rowsSince([8, 9], NOW);
  expect(rows).toEqual(
    written.map(({ type: _, at, sessionKey, sessionTimeSeconds, consumed, anomalies, ...row }) => ({
      ...row,
      key: sessionKey,
      updatedAt: at,
    })),
  );
  expect(await history.rowsSince([], 0)).toEqual([]);
});
