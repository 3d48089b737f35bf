import type { CounterStore } from '../../../engine/pipeline/counter-store.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';

/**
 * How a store answers. away: it cannot be reached. mute: it does what it is told and the answer is lost. dead: it does
 * nothing and never answers, as for a process that was killed.
 */
export type StoreMood = 'there' | 'away' | 'mute' | 'dead';

/** A store whose calls about lines and NAS can be switched. */
export interface AwayStore {
  readonly store: CounterStore;
  mood: StoreMood;
  /** Called when the listener is told something by `tell`. */
  tell(change: Parameters<Parameters<CounterStore['onChange']>[0]>[0]): void;
}

const SWITCHED: ReadonlySet<PropertyKey> = new Set([
  'load',
  'commit',
  'append',
  'reference',
  'learnNas',
  'lease',
  'endLease',
  'dueLines',
]);

/** Puts a switch before a real store. */
export function awayStore(real: CounterStore): AwayStore {
  const listeners = new Set<Parameters<CounterStore['onChange']>[0]>();
  const call = async (method: (...args: unknown[]) => unknown, args: unknown[]) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (world.mood === 'dead') return new Promise(() => {});
    if (world.mood === 'away') throw new StoreAway('switched off');
    const result = await method.apply(real, args);
    if ((world.mood as StoreMood) === 'mute') throw new StoreAway('no answer');
    return result;
  };
  const world: AwayStore = {
    mood: 'there',
    tell: (change) => {
      for (const listener of listeners) listener(change);
    },
    store: new Proxy(real, {
      get(target, key) {
        if (key === 'onChange') {
          return (listener: Parameters<CounterStore['onChange']>[0]) => {
            listeners.add(listener);
            return () => listeners.delete(listener);
          };
        }
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        if (!SWITCHED.has(key)) return value.bind(target);
        return (...args: unknown[]) => call(value as (...args: unknown[]) => unknown, args);
      },
    }),
  };
  return world;
}
