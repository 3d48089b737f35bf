import { sql } from 'kysely';
import type {
  Suspension,
  SuspensionCause,
  SuspensionChange,
  SuspensionOutcome,
} from '../../subscribers/suspension.ts';
import type { Instant } from '../../values/instant.ts';
import { audit } from './audit.ts';
import { type LedgerDb, toTime } from './database.ts';
import { type HeldLine, holdLine, writeStatus } from './line-status.ts';

/**
 * Suspends a line for a cause within a transaction: its causes, status, history, audit trail and outbox row are written
 * together. `undefined` when there is no such line.
 * @param line its number or its username.
 */
export async function suspend(
  tx: LedgerDb,
  line: number | string,
  change: SuspensionChange,
  now: Instant,
): Promise<SuspensionOutcome | undefined> {
  return changeCauses(tx, line, change, now, 'line.suspend');
}

/** Takes a cause away within a transaction, as `suspend` puts it there; the last one gone, the line is active. */
export async function resume(
  tx: LedgerDb,
  line: number | string,
  change: SuspensionChange,
  now: Instant,
): Promise<SuspensionOutcome | undefined> {
  return changeCauses(tx, line, change, now, 'line.resume');
}

async function changeCauses(
  tx: LedgerDb,
  line: number | string,
  change: SuspensionChange,
  now: Instant,
  action: 'line.suspend' | 'line.resume',
): Promise<SuspensionOutcome | undefined> {
  const held = await holdLine(tx, line);
  if (held === undefined) return undefined;
  if (held.status === 'closed') return 'closed';
  const changed =
    action === 'line.suspend'
      ? sql`INSERT INTO line_suspension (line_id, cause, since)
          VALUES (${held.id}::bigint, ${change.cause}, ${toTime(now)}::timestamptz)
          ON CONFLICT DO NOTHING RETURNING cause`
      : sql`DELETE FROM line_suspension WHERE line_id = ${held.id}::bigint AND cause = ${change.cause}
          RETURNING cause`;
  const { rows } = await changed.execute(tx);
  return rows.length === 0 ? 'unchanged' : settle(tx, held, change, now, action);
}

/** Causes that keep a line off, oldest first. */
export async function suspensionsOf(db: LedgerDb, lineId: number): Promise<readonly Suspension[]> {
  const { rows } = await sql<Suspension>`
    SELECT cause, since FROM line_suspension WHERE line_id = ${lineId}::bigint ORDER BY since, cause`.execute(
    db,
  );
  return rows;
}

/** Gives the line the status that its causes mean, and notes what was done. */
async function settle(
  tx: LedgerDb,
  line: HeldLine,
  { cause, actor, reason }: SuspensionChange,
  now: Instant,
  action: 'line.suspend' | 'line.resume',
): Promise<SuspensionOutcome> {
  const left = (await suspensionsOf(tx, line.id)).map((suspension) => suspension.cause);
  const status = left.length > 0 ? 'suspended' : 'active';
  await writeStatus(tx, line, { status, reason: reason === '' ? cause : `${cause}: ${reason}`, actor }, now);
  const before = causesBefore(left, cause, action);
  const subject = `line:${line.username}`;
  await audit(
    tx,
    {
      ...{ actor, reason, action, subject },
      before: { status: line.status, causes: before },
      after: { status, causes: left },
    },
    now,
  );
  return status === line.status ? 'noted' : 'changed';
}

function causesBefore(
  left: readonly SuspensionCause[],
  cause: SuspensionCause,
  action: 'line.suspend' | 'line.resume',
): readonly SuspensionCause[] {
  return action === 'line.suspend' ? left.filter((other) => other !== cause) : [...left, cause];
}
