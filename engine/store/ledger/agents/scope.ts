import { type RawBuilder, sql } from 'kysely';
import type { Scope, Thing, ThingKind } from '../../../subscribers/scope.ts';
import { storable } from '../bulk.ts';
import type { LedgerDb } from '../database.ts';

type Condition = RawBuilder<boolean>;

/** Numbers of the agents that a scope holds. */
function agentsOf(scope: Exclude<Scope, { readonly kind: 'all' }>): RawBuilder<unknown> {
  const { kind, agentId } = scope;
  return kind === 'own'
    ? sql`(${agentId}::bigint)`
    : sql`(SELECT id FROM agent WHERE path @> ARRAY[${agentId}::bigint])`;
}

/** Whether the agent of a number, given by a column, is within a scope. */
export function agentWithin(scope: Scope, agentId: RawBuilder<unknown>): Condition {
  return scope.kind === 'all' ? sql<boolean>`true` : sql<boolean>`${agentId} IN ${agentsOf(scope)}`;
}

/** Whether the customer of a number, given by a column, is within a scope. */
export function customerWithin(scope: Scope, customerId: RawBuilder<unknown>): Condition {
  if (scope.kind === 'all') return sql<boolean>`true`;
  return sql<boolean>`${customerId} IN (SELECT id FROM customer WHERE agent_id IN ${agentsOf(scope)})`;
}

/** Tables whose rows belong to a customer, with how a row is found. */
const OWNED: Readonly<Record<Exclude<ThingKind, 'agent' | 'invoice'>, RawBuilder<unknown>>> = {
  customer: sql`SELECT id AS customer_id FROM customer WHERE id =`,
  line: sql`SELECT customer_id FROM line WHERE username =`,
  order: sql`SELECT customer_id FROM customer_order WHERE id =`,
  payment: sql`SELECT customer_id FROM payment WHERE id =`,
  document: sql`SELECT customer_id FROM document WHERE id =`,
};

/** `ScopeStore.isWithin`. */
export async function isWithin(db: LedgerDb, scope: Scope, thing: Thing): Promise<boolean> {
  const isIts =
    thing.of === 'agent'
      ? sql`SELECT 1 FROM agent WHERE id = ${thing.id}::bigint AND ${agentWithin(scope, sql`agent.id`)}`
      : sql`SELECT 1 FROM (${found(thing)}) AS thing WHERE ${customerWithin(scope, sql`thing.customer_id`)}`;
  return (await isIts.execute(db)).rows.length > 0;
}

function found(thing: Exclude<Thing, { readonly of: 'agent' }>): RawBuilder<unknown> {
  if (thing.of === 'invoice') {
    const { series, number } = thing.id;
    return sql`SELECT customer_id FROM invoice WHERE series = ${series} AND number = ${number}::bigint`;
  }
  const id = thing.of === 'line' ? sql`${storable(thing.id)}` : sql`${thing.id}::bigint`;
  return sql`${OWNED[thing.of]} ${id}`;
}
