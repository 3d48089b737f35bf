import type {
  CounterStore,
  LineCommit,
  ReferenceData,
  VersionedLine,
} from '../../engine/pipeline/counter-store.ts';

export async function openCounters(_folder: string): Promise<CounterStore> {
  const lines = new Map<string, VersionedLine>();
  let reference: ReferenceData = { plans: [], nas: [] };
  const none = async () => {};
  return {
    load: (username) => lines.get(username) ?? { state: undefined, version: 0 },
    commit: async (batch) =>
      batch.map(({ username, expectedVersion, state }: LineCommit) => {
        const stored = lines.get(username) ?? { state: undefined, version: 0 };
        if (stored.version !== expectedVersion) return { ok: false as const, stored };
        lines.set(username, { state, version: expectedVersion + 1 });
        return { ok: true as const };
      }),
    append: none,
    dueLines: async () => [],
    async *usernames() {
      yield* lines.keys();
    },
    reference: async () => reference,
    putReference: async (data) => {
      reference = data;
    },
    learnNas: none,
    readEvents: async () => [],
    trimEvents: none,
    sinkMark: async () => ({ sunkThrough: 0, begun: undefined }),
    putSinkMark: none,
    readEffects: async () => [],
    removeEffects: none,
    onChange: () => () => {},
    backlog: async () => ({ events: 0, effects: 0 }),
    close: none,
  };
}
