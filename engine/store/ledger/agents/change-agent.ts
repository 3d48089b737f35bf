import { sql } from 'kysely';
import {
  type Agent,
  type AgentParticulars,
  type AgentState,
  placementFault,
} from '../../../subscribers/agent.ts';
import type { AgentChange, AgentConflict } from '../../../subscribers/agent-store.ts';
import { type ChangeNote, differences } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { holdAgent, readAgent, readChain } from './agent-rows.ts';

/** Held by whoever changes the tree, as the trigger of the table does; taken before any row, so that none waits in a circle. */
const TREE_LOCK = 7_166_423;

/** `AgentStore.createAgent`; `tx` is a transaction. */
export async function createAgent(
  tx: LedgerDb,
  particulars: AgentParticulars,
  by: ChangeNote,
  now: Instant,
): Promise<Result<Agent, AgentConflict>> {
  await lockTree(tx);
  const fault = await faultOf(tx, undefined, particulars);
  if (fault !== undefined) return fail(fault);
  const { parentId = null, kind, mobile, commissionPercent } = particulars;
  const name = storable(particulars.name);
  const { rows } = await sql<{ readonly id: number }>`
    INSERT INTO agent (parent_id, kind, name, mobile, commission_percent, state, created_at, updated_at, path)
    VALUES (${parentId}::bigint, ${kind}, ${name}, ${storable(mobile)}, ${commissionPercent}, 'active',
      ${toTime(now)}::timestamptz, ${toTime(now)}::timestamptz, '{}') RETURNING id`.execute(tx);
  const { id } = rows[0]!;
  const after = { parentId, kind, name, mobile, commissionPercent };
  await audit(tx, { ...by, action: 'agent.create', subject: `agent:${id}`, before: null, after }, now);
  return ok((await readAgent(tx, id))!);
}

/** `AgentStore.changeAgent`; `tx` is a transaction. */
export async function changeAgent(
  tx: LedgerDb,
  id: number,
  change: AgentChange,
  by: ChangeNote,
  now: Instant,
): Promise<Result<Agent, AgentConflict>> {
  await lockTree(tx);
  const stored = await holdAgent(tx, id, 'UPDATE');
  if (stored === undefined) return fail('no-such-agent');
  const wanted = withChange(stored, change);
  const changed = differences(fieldsOf(stored), fieldsOf(wanted));
  if (changed.after === null) return ok(stored);
  const fault = await faultOf(tx, id, wanted);
  if (fault !== undefined) return fail(fault);
  const { parentId = null, kind, name, mobile, commissionPercent, state } = wanted;
  await sql`
    UPDATE agent SET parent_id = ${parentId}::bigint, kind = ${kind}, name = ${storable(name)},
      mobile = ${storable(mobile)}, commission_percent = ${commissionPercent}, state = ${state},
      updated_at = ${toTime(now)}::timestamptz
    WHERE id = ${id}::bigint`.execute(tx);
  const action = actionOf(stored, wanted);
  await audit(tx, { ...by, action, subject: `agent:${id}`, ...changed }, now);
  return ok((await readAgent(tx, id))!);
}

async function lockTree(tx: LedgerDb): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${TREE_LOCK}::bigint)`.execute(tx);
}

type Wanted = AgentParticulars & { readonly state: AgentState };

function withChange(stored: Agent, change: AgentChange): Wanted {
  return {
    parentId: change.parentId === undefined ? stored.parentId : (change.parentId ?? undefined),
    kind: change.kind ?? stored.kind,
    name: storable(change.name ?? stored.name),
    mobile: change.mobile ?? stored.mobile,
    commissionPercent: change.commissionPercent ?? stored.commissionPercent,
    state: change.state ?? stored.state,
  };
}

function fieldsOf({
  parentId = null,
  kind,
  name,
  mobile,
  commissionPercent,
  state,
}: Omit<Wanted, 'parentId'> & {
  readonly parentId?: number | null | undefined;
}): Readonly<Record<string, unknown>> {
  return { parentId, kind, name, mobile, commissionPercent, state };
}

function actionOf(stored: Agent, wanted: Wanted): string {
  if (stored.state !== wanted.state) return wanted.state === 'active' ? 'agent.resume' : 'agent.suspend';
  return stored.parentId === wanted.parentId ? 'agent.update' : 'agent.move';
}

async function faultOf(
  tx: LedgerDb,
  agent: number | undefined,
  { parentId, commissionPercent: percent }: Pick<AgentParticulars, 'parentId' | 'commissionPercent'>,
): Promise<AgentConflict | undefined> {
  const above = parentId === undefined ? [] : await readChain(tx, parentId);
  if (parentId !== undefined && above.length === 0) return 'no-such-parent';
  const { rows } = await sql<{ readonly greatest: number; readonly levels: number }>`
    SELECT coalesce(max(below.commission_percent) FILTER (WHERE below.parent_id = me.id), 0)::integer AS greatest,
      coalesce(max(cardinality(below.path) - cardinality(me.path)), 0)::integer AS levels
    FROM agent me JOIN agent below ON below.path @> ARRAY[me.id]
    WHERE me.id = ${agent ?? null}::bigint`.execute(tx);
  const { greatest: greatestBelow, levels: levelsBelow } = rows[0]!;
  return placementFault({ agent, percent, above, greatestBelow, levelsBelow });
}
