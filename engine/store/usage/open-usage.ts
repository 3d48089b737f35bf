import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import type { PastHistory } from '../../explain/past-stores.ts';
import type { EventHistory } from '../../jobs/sink-targets.ts';
import { isUnreachable } from '../../runtime/unreachable.ts';
import type { ReconcileHistory } from '../../subscribers/reconcile.ts';
import type { RecoveryHistory } from '../../subscribers/recovery.ts';
import type { UsageHistory } from '../../subscribers/usage-history.ts';
import { readSchemaFiles } from '../schema-files.ts';
import { ClickHouseUsage } from './clickhouse-usage.ts';

/** How long ClickHouse may be silent before a request is given up and repeated; the URL may say otherwise. */
const ANSWER_WITHIN_MS = 30_000;

/** Where the usage history is: a ClickHouse URL (its path names the database), or a folder for the embedded engine. */
export type UsagePlace = { readonly url: string } | { readonly folder: string };

/** Oldest server whose materialized views drop the blocks of a repeated insert as well. */
const OLDEST_SERVER = [24, 8] as const;

/**
 * Opens the usage history; its tables are brought up to date before they are first used. One process holds at most one
 * folder, and locks it. A server that does not answer is no reason to reject: every call then rejects until it does.
 * Rejects when the database answers and refuses us, is too old, or a statement of the schema fails.
 * @param warn told of a server that is away.
 */
export async function openUsage(
  place: UsagePlace,
  warn: (sentence: string) => void = () => undefined,
): Promise<UsageHistory & EventHistory & ReconcileHistory & RecoveryHistory & PastHistory> {
  // Who calls reports the failure; the client would write it to the console a second time.
  const log = { level: ClickHouseLogLevel.OFF };
  const client =
    'url' in place
      ? createClient({ url: place.url, request_timeout: ANSWER_WITHIN_MS, log })
      : createClient({ connection: embeddedConnection(place.folder) });
  const ready = onceDone(async () => {
    await checkVersion(client);
    await migrateUsage(client);
  });
  try {
    await ready();
  } catch (reason) {
    if ('folder' in place || !isUnreachable(reason)) {
      await client.close();
      throw reason;
    }
    warn(
      `ClickHouse at ${new URL(place.url).host} does not answer (${String(reason)}); it is tried again and again`,
    );
  }
  return new ClickHouseUsage(client, ready);
}

/** Runs `work` until it has succeeded once; callers at the same time share a run. */
function onceDone(work: () => Promise<void>): () => Promise<void> {
  let run: Promise<void> | undefined;
  return () => {
    run ??= work().catch((reason: unknown) => {
      run = undefined;
      throw reason;
    });
    return run;
  };
}

async function checkVersion(client: ClickHouseClient): Promise<void> {
  const answer = await client.query({ query: 'SELECT version() AS version', format: 'JSONEachRow' });
  const version = (await answer.json<{ version: string }>())[0]?.version ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isTooOld = major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1]);
  if (isTooOld)
    throw new Error(`ClickHouse ${version} is too old: ${OLDEST_SERVER.join('.')} or newer is needed`);
}

/**
 * Runs the files of `schemas/clickhouse` that were not run before. ClickHouse has no transactions for such
 * statements; each of them may be repeated, so a start that was cut short or raced is made good by the next.
 */
async function migrateUsage(client: ClickHouseClient): Promise<void> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS schema_migration (version UInt32, name String)
      ENGINE = MergeTree ORDER BY version SETTINGS fsync_after_insert = 1`,
  });
  const answer = await client.query({ query: 'SELECT version FROM schema_migration', format: 'JSONEachRow' });
  const rows = await answer.json<{ version: number }>();
  const applied = new Set(rows.map(({ version }) => version));
  for (const { version, name, text } of readSchemaFiles('clickhouse')) {
    if (applied.has(version)) continue;
    for (const query of statementsOf(text)) await client.command({ query });
    await client.insert({
      table: 'schema_migration',
      values: [{ version, name }],
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0 },
    });
  }
}

/** Statements of a schema file: each ends with a semicolon at the end of its line, and no text holds such a one. */
function statementsOf(text: string): string[] {
  return text
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** The two packages each carry a copy of the interface, which TypeScript takes for two; they are one and the same. */
type Connection = NonNullable<Parameters<typeof createClient>[0]>['connection'];

function embeddedConnection(path: string): Connection {
  return createChdbConnection({ path }) as unknown as Connection;
}
