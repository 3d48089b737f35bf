import type { Principal } from './principal.ts';

/** Whose things somebody sees and touches. */
export type Scope =
  | { readonly kind: 'all' }
  /** Customers of one agent. */
  | { readonly kind: 'own'; readonly agentId: number }
  /** Customers of one agent and of all below. */
  | { readonly kind: 'tree'; readonly agentId: number };

/** How far somebody reaches: staff everywhere, an agent as far as the token says. */
export function scopeOf(principal: Principal): Scope {
  return principal.kind === 'staff' ? { kind: 'all' } : { kind: principal.scope, agentId: principal.agentId };
}

/** Something that belongs to a customer, or an agent; a line is named by its username, an invoice by series and number, all else
 * by numbers. */
export type Thing =
  | { readonly of: 'line'; readonly id: string }
  | { readonly of: 'invoice'; readonly id: { readonly series: string; readonly number: number } }
  | { readonly of: 'agent'; readonly id: number }
  | { readonly of: Exclude<ThingKind, 'line' | 'invoice' | 'agent'>; readonly id: number };

/** What may be within somebody's reach. */
export type ThingKind = 'customer' | 'line' | 'order' | 'payment' | 'document' | 'invoice' | 'agent';

/** Tells whether things are within a scope. Lists are cut by the same condition in their own queries. */
export interface ScopeStore {
  /** False also when there is no such thing. An agent is within reach of itself, and in a tree of all above. */
  isWithin(scope: Scope, thing: Thing): Promise<boolean>;
}
