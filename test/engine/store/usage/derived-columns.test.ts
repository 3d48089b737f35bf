import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { UsageEvent } from '../../../../engine/pipeline/engine-event.ts';
import { derivedColumns, EVENT_FIGURES } from '../../../../engine/store/usage/derived-columns.ts';
import { openUsage } from '../../../../engine/store/usage/open-usage.ts';
import { NOW, usageEvent } from '../ledger/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-derived-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FIGURES = [
  ...(['inputOctets', 'outputOctets', 'chargedOctets', 'freeOctets'] as const),
  ...(['quarantinedOctets', 'burnedOctets', 'overshotOctets'] as const),
];
type Figures = Pick<UsageEvent, (typeof FIGURES)[number]>;

const OCTETS_MAX = Number.MAX_SAFE_INTEGER;
const octets = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0, 1, OCTETS_MAX - 1, OCTETS_MAX));

/** Figures that no law binds. */
const anyFigures: fc.Arbitrary<Figures> = fc.record(
  Object.fromEntries(FIGURES.map((name) => [name, octets])) as Record<keyof Figures, typeof octets>,
);

/** Figures of a session whose plan charges by one rule at all hours, some of it beyond its volume. */
const lawfulFigures = fc
  .record({
    form: fc.constantFrom('none', 'output', 'all'),
    inputOctets: fc.integer({ min: 1, max: 2 ** 52 }),
    outputOctets: fc.integer({ min: 1, max: 2 ** 52 - 1 }),
    beyond: fc.nat({ max: 99 }),
  })
  .map(({ form, inputOctets, outputOctets, beyond }) => {
    const all = inputOctets + outputOctets;
    const chargedOctets = form === 'all' ? all : form === 'output' ? outputOctets : 0;
    const overshotOctets = Math.floor((chargedOctets / 100) * beyond);
    const burnedOctets = chargedOctets - overshotOctets;
    const freeOctets = all - chargedOctets;
    const counted = { inputOctets, outputOctets, quarantinedOctets: 0 };
    return { form, figures: { ...counted, chargedOctets, freeOctets, burnedOctets, overshotOctets } };
  });

it('leaves nothing over of figures that keep the laws', () => {
  fc.assert(
    fc.property(lawfulFigures, ({ form, figures }) => {
      expect(derivedColumns(usageEvent(figures))).toEqual({
        charge_form: form,
        ...{ charged_rest: 0, free_rest: 0, burned_rest: 0, session_time_rest: 0 },
      });
    }),
  );
});

it('leaves the same over after free hours, whatever follows them', () => {
  const after = (inputOctets: number, outputOctets: number) => {
    const counted = { inputOctets, outputOctets, quarantinedOctets: 5 };
    const chargedOctets = outputOctets - 700;
    const freeOctets = inputOctets + 695;
    return derivedColumns(usageEvent({ ...counted, chargedOctets, freeOctets, burnedOctets: chargedOctets }));
  };
  expect(after(400, 4_000)).toEqual(after(1_000, 9_000));
  expect(after(400, 4_000)).toMatchObject({ charge_form: 'output', charged_rest: -700, free_rest: 0 });
});

/** Rows of one line, a session each, so that no maximum hides one. */
function rowsOf(given: readonly (Figures & Pick<UsageEvent, 'sessionTimeSeconds' | 'startedAt'>)[]) {
  return given.map((figures, index) => {
    const sessionKey = (index + 1).toString(16).padStart(16, '0');
    return { position: index, event: usageEvent({ ...figures, sessionKey, lineId: 7, at: NOW }) };
  });
}

it('gives any figures back exactly: from the events, from the days, and by the names that people ask for', async () => {
  const clocks = {
    sessionTimeSeconds: fc.oneof(fc.nat({ max: 90_000 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
    startedAt: fc.integer({ min: NOW - 10 ** 11, max: NOW + 10 ** 9 }),
  };
  const figures = fc.oneof(
    anyFigures,
    lawfulFigures.map((lawful) => lawful.figures),
  );
  const row = fc.tuple(figures, fc.record(clocks)).map(([one, clock]) => ({ ...one, ...clock }));
  const given = fc.sample(row, 3_000);
  const history = await openUsage({ folder });
  await history.insert(rowsOf(given), 'any');
  const expected = given.map((one) => FIGURES.map((name) => one[name]));
  const rows = await history.rowsSince([7], NOW);
  expect(rows.map((one) => FIGURES.map((name) => one[name]))).toEqual(expected);
  const ranges = await history.sessionsOf(7, NOW - 1, NOW);
  const byKey = new Map(
    ranges.map((one) => [Number(`0x${one.sessionKey}`), FIGURES.map((name) => one[name])]),
  );
  expect(expected.map((_, index) => byKey.get(index + 1))).toEqual(expected);
  await history.close();

  const client = createClient({ connection: createChdbConnection({ path: folder }) as never });
  const names = Object.keys(EVENT_FIGURES);
  const ask = async (query: string) => {
    const answer = await client.query({ query, format: 'JSONCompactEachRow' });
    return (await answer.json<(string | number)[]>()).map((values) => values.map(Number));
  };
  const bare = await ask(`SELECT ${names.join(', ')}, session_time FROM usage_event ORDER BY session_key`);
  const days = await ask(`SELECT ${names.join(', ')} FROM usage_session_day FINAL ORDER BY session_key`);
  await client.close();
  expect(bare).toEqual(given.map((one, index) => [...expected[index]!, one.sessionTimeSeconds]));
  expect(days).toEqual(expected);
});
