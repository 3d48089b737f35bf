import { type Selectable, sql } from 'kysely';
import type { GrantBalance, LedgerBalance, LineSessions } from '../../subscribers/reconcile.ts';
import type { UsageFigures } from '../../subscribers/usage-history.ts';
import { recordset, storable } from './bulk.ts';
import type { GrantTable, LedgerDb, SessionTable } from './database.ts';

/** A bigint column as a safe integer, whatever is in it: one broken row must not keep others from being read. */
const figure = (column: string): string =>
  `least(${column}, ${Number.MAX_SAFE_INTEGER}::bigint) AS ${column.slice(column.indexOf('.') + 1)}`;

const SESSION_FIGURES = ['input', 'output', 'charged', 'free', 'quarantined', 'burned', 'overshot']
  .map((name) => figure(`s.${name}_octets`))
  .join(', ');

interface Balance extends LedgerBalance {
  readonly grants: Map<string, GrantBalance>;
  readonly sessions: Map<string, UsageFigures>;
}

/** Grants and wanted sessions of the lines, in the given order. */
export async function readBalances(
  db: LedgerDb,
  lines: readonly LineSessions[],
): Promise<readonly LedgerBalance[]> {
  const byLine = new Map(
    lines.map(({ lineId }): [number, Balance] => [lineId, { grants: new Map(), sessions: new Map() }]),
  );
  for (const row of await readGrants(db, [...byLine.keys()])) {
    const { id, line_id, octets, consumed_octets: consumedOctets } = row;
    const until = row.valid_until ?? undefined;
    byLine.get(line_id)!.grants.set(id, { octets, consumedOctets, until });
  }
  for (const row of await readSessions(db, lines)) {
    byLine.get(row.line_id)!.sessions.set(row.session_key, {
      inputOctets: row.input_octets,
      outputOctets: row.output_octets,
      chargedOctets: row.charged_octets,
      freeOctets: row.free_octets,
      quarantinedOctets: row.quarantined_octets,
      burnedOctets: row.burned_octets,
      overshotOctets: row.overshot_octets,
    });
  }
  return lines.map(({ lineId }) => byLine.get(lineId)!);
}

type GrantRow = Pick<Selectable<GrantTable>, 'id' | 'line_id' | 'octets' | 'consumed_octets' | 'valid_until'>;

async function readGrants(db: LedgerDb, lineIds: readonly number[]): Promise<readonly GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    SELECT g.id, g.line_id, g.valid_until, ${sql.raw(figure('g.octets'))}, ${sql.raw(figure('g.consumed_octets'))}
    FROM "grant" g WHERE g.line_id = ANY(${lineIds}::bigint[])`.execute(db);
  return rows;
}

async function readSessions(db: LedgerDb, lines: readonly LineSessions[]): Promise<readonly SessionTable[]> {
  const wanted = lines.flatMap(({ lineId, sessionKeys }) =>
    sessionKeys.map((key) => ({ line: lineId, key: storable(key) })),
  );
  if (wanted.length === 0) return [];
  const { rows } = await sql<SessionTable>`
    SELECT s.line_id, s.session_key, ${sql.raw(SESSION_FIGURES)}
    FROM ${recordset(wanted, 'line bigint, key text')}
    JOIN session s ON s.line_id = r.line AND s.session_key = r.key`.execute(db);
  return rows;
}
