import { readFileSync, writeFileSync } from 'node:fs';
import type { PostgresServer } from '../servers/postgres-server.ts';
import { DEBIAN_CONFIGURATION } from './configuration.ts';

const SCHEMA = `${DEBIAN_CONFIGURATION}/mods-config/sql/main/postgresql/schema.sql`;
const NAMES_AT_ONCE = 50_000;

/** What an Access-Accept carries beside the password's verdict: about what Mizan sends. */
const REPLY: Readonly<Record<string, string>> = {
  'Session-Timeout': '2592000',
  'Acct-Interim-Interval': '300',
};

/** Writes a users file in which each name is its own password. */
export function writeUsersFile(path: string, names: readonly string[]): void {
  const reply = Object.entries(REPLY)
    .map(([name, value]) => `\t${name} = ${value}`)
    .join(',\n');
  writeFileSync(path, names.map((name) => `${name} Cleartext-Password := "${name}"\n${reply}\n\n`).join(''));
}

/**
 * Makes database `radius` with Debian's schema and the same lines: a password and the reply's attributes for each of
 * them and no groups, which spares the server two of its five queries.
 */
export async function createRadiusDatabase(
  postgres: PostgresServer,
  names: readonly string[],
): Promise<void> {
  await postgres.createDatabase('radius');
  await postgres.query(readFileSync(SCHEMA, 'utf8'), 'radius');
  for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
    const list = `unnest(string_to_array('${names.slice(at, at + NAMES_AT_ONCE).join(',')}', ',')) AS name`;
    await postgres.query(
      `INSERT INTO radcheck (UserName, Attribute, op, Value)
       SELECT name, 'Cleartext-Password', ':=', name FROM ${list}`,
      'radius',
    );
    for (const [attribute, value] of Object.entries(REPLY)) {
      await postgres.query(
        `INSERT INTO radreply (UserName, Attribute, op, Value) SELECT name, '${attribute}', '=', '${value}' FROM ${list}`,
        'radius',
      );
    }
  }
  await tidyDatabase(postgres);
}

/** Statistics and visibility as autovacuum would bring them about, and nothing left over from loading. */
export async function tidyDatabase(postgres: PostgresServer): Promise<void> {
  await postgres.query('VACUUM ANALYZE', 'radius');
  await postgres.query('CHECKPOINT', 'radius');
}

/** Sessions on record, and those of them whose counters an Interim-Update has raised. */
export async function recordedSessions(postgres: PostgresServer): Promise<object | undefined> {
  const [row] = await postgres.query<object>(
    `SELECT count(*)::int AS sessions, (count(*) FILTER (WHERE AcctInputOctets > 0))::int AS updated FROM radacct`,
    'radius',
  );
  return row;
}
