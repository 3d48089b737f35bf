import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAYS, interimsSql, linesFor, ROWS_PER_LINE } from '../../../bench/usage-rows/interims.ts';
import { openUsage } from '../../../engine/store/usage/open-usage.ts';

/** The table forgets what is older than 90 days. */
const FROM = Date.now() - DAYS * 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'mizan-interims-'));
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  await (await openUsage({ folder })).close();
  client = createClient({ connection: createChdbConnection({ path: folder }) as never });
  await client.command({ query: interimsSql(0, 2, FROM) });
  await client.command({ query: interimsSql(2, 1, FROM) });
});

afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true });
});

async function row(query: string): Promise<unknown> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return (await answer.json())[0];
}

test('a number of rows becomes whole lines', () => {
  expect(linesFor(10 * ROWS_PER_LINE)).toBe(10);
  expect(linesFor(1)).toBe(1);
});

test('pieces put together are the lines with one session a day each', async () => {
  const counts = 'SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(line_id)) AS lines';
  const sessions = 'toUInt32(uniqExact(session_key)) AS sessions FROM usage_event';
  expect(await row(`${counts}, ${sessions}`)).toEqual({
    rows: 3 * ROWS_PER_LINE,
    lines: 3,
    sessions: 3 * DAYS,
  });
});

test('no counter of a session ever falls and every row says what a plan that charges downloads makes of it', async () => {
  const query = `
    SELECT toUInt32(countIf(output_octets < before)) AS falls,
      toUInt32(countIf(charged_octets != output_octets OR burned_octets != output_octets)) AS uncharged,
      toUInt32(countIf(free_octets != input_octets)) AS unfree,
      toUInt32(countIf(session_time != intDiv(toUnixTimestamp64Milli(at) - toUnixTimestamp64Milli(started_at), 1000))) AS odd
    FROM (
      SELECT *, charged_octets, free_octets, burned_octets, session_time,
        lagInFrame(output_octets) OVER (PARTITION BY session_key ORDER BY at) AS before
      FROM usage_event
    )`;
  expect(await row(query)).toEqual({ falls: 0, uncharged: 0, unfree: 0, odd: 0 });
});
