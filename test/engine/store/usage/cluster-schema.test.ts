import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../../../schemas/clickhouse');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const numbered = read('0001-usage.sql');
const cluster = read('cluster.sql').replaceAll('mizan_shard.', '').replaceAll(' ON CLUSTER mizan', '');

/** Tables by name: their columns and, on lines of their own, their partitions, order and end of life. */
function tablesOf(text: string): Map<string, string> {
  const tables = text.matchAll(
    /CREATE TABLE IF NOT EXISTS (\w+) \(\n([\s\S]*?)\n\) ENGINE = \S.*\n([\s\S]*?)SETTINGS/g,
  );
  return new Map([...tables].map(([, name, columns, layout]) => [name!, `${columns}\n${layout}`]));
}

function viewOf(text: string): string | undefined {
  return /CREATE MATERIALIZED VIEW IF NOT EXISTS usage_session_day_mv TO usage_session_day AS\n[\s\S]*?;/.exec(
    text,
  )?.[0];
}

it('a cluster has the columns, the order and the view that one server has', () => {
  const tables = tablesOf(numbered);
  const added = /ADD COLUMN IF NOT EXISTS (.*) AFTER anomalies;/.exec(read('0002-resume.sql'))![1]!;
  const [name, ...rest] = added.split(' ');
  const events = tables.get('usage_event')!;
  const anomalies = events.split('\n').find((line) => line.startsWith('  anomalies'))!;
  tables.set(
    'usage_event',
    events.replace(anomalies, `${anomalies},\n  ${name!.padEnd(18)} ${rest.join(' ')}`),
  );
  expect([...tables.keys()]).toEqual(['usage_event', 'usage_session_day', 'access_event']);
  expect(tablesOf(cluster)).toEqual(tables);
  expect(viewOf(numbered)).toMatch(/max\(e\.overshot_octets\)/);
  expect(viewOf(cluster)).toBe(viewOf(numbered));
});
