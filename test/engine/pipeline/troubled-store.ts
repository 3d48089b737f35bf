import type { CommitOutcome, CounterStore, LineCommit } from '../../../engine/pipeline/counter-store.ts';

/** What happens to one commit. `steal`: another writer is faster on the first line of the batch. */
export interface Trouble {
  readonly delayMs: number;
  readonly kind: 'none' | 'fail' | 'steal';
}

/** Puts delays, failures and faster writers before the commits of a real store, in the given order. */
export function troubledStore(
  store: CounterStore,
  troubles: Iterator<Trouble>,
  steal: (username: string) => Promise<void>,
): CounterStore & { readonly batches: LineCommit[][] } {
  const batches: LineCommit[][] = [];
  const commit = async (batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]> => {
    const { delayMs, kind } = troubles.next().value ?? { delayMs: 0, kind: 'none' };
    batches.push([...batch]);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (kind === 'fail') throw new Error('disk full');
    const [first] = batch;
    if (kind === 'steal' && first !== undefined) await steal(first.username);
    return store.commit(batch);
  };
  return new Proxy(store as CounterStore & { readonly batches: LineCommit[][] }, {
    get(target, key) {
      if (key === 'commit') return commit;
      if (key === 'batches') return batches;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
