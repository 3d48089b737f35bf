import type { Principal } from '../engine/subscribers/principal.ts';
import { type ScopeStore, scopeOf, type Thing } from '../engine/subscribers/scope.ts';
import type { AnyRoute } from './route-spec.ts';

/** Everything that was sent, read by the route's schemas. */
type Sent = Readonly<Record<'params' | 'query' | 'body', unknown>>;

/**
 * Whether the thing that a call names is within the caller's reach: the one place where that is decided. A call that names
 * none, as a list without a filter, is for the handler to cut by `scopeOf`.
 */
export async function isReached(
  store: ScopeStore,
  principal: Principal,
  { reach }: Pick<AnyRoute, 'reach'>,
  sent: Sent,
): Promise<boolean> {
  if (principal.kind === 'staff' || reach === undefined || typeof reach === 'string') return true;
  const scope = scopeOf(principal);
  if (reach.of === 'invoice') {
    const { series, number } = sent.params as { readonly series: string; readonly number: number };
    return store.isWithin(scope, { of: 'invoice', id: { series, number } });
  }
  const id = (sent[reach.in ?? 'params'] as Readonly<Record<string, unknown>> | undefined)?.[reach.name];
  if (id === undefined) return reach.in === 'query';
  return store.isWithin(scope, { of: reach.of, id } as Thing);
}

/** A route that agents may call says how far they reach by it, so that no new one is open by mistake. */
export function refuseUnreached({ path, callers, reach }: AnyRoute, store: unknown): void {
  if (!callers?.includes('agent')) return;
  if (reach === undefined) throw new Error(`${path} does not say how far an agent reaches`);
  if (typeof reach === 'object' && store === undefined) throw new Error(`${path} has no store`);
}
