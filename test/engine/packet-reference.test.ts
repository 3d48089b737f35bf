import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NasLearned } from '../../engine/nas/nas.ts';
import { NasRegistry } from '../../engine/nas/nas-registry.ts';
import { PacketReference } from '../../engine/packet-reference.ts';
import type { ReferenceData } from '../../engine/pipeline/counter-store.ts';
import { nasContext, SecretBox } from '../../engine/runtime/secret-box.ts';
import { startDictionaries } from '../../engine/runtime/start-dictionaries.ts';
import { StoreAway } from '../../engine/values/store-away.ts';
import { sampleHistory } from '../conformance/line-samples.ts';
import { sampleNas } from './nas/nas-samples.ts';

const box = new SecretBox(Buffer.alloc(32, 1));
const started = startDictionaries('/nowhere');
const NOTHING: ReferenceData = { plans: [], nas: [] };
const learnedOf = (boot: number): NasLearned => ({
  messageAuthenticatorSince: undefined,
  gigawordsSince: undefined,
  boot,
  bootedAt: boot === 0 ? undefined : boot * 1_000,
});
const stored = (boot: number): ReferenceData => {
  const sealedEntry = box.seal(JSON.stringify(sampleNas({}).entry), nasContext('n1'));
  return { plans: [sampleHistory], nas: [{ name: 'n1', sealedEntry, learned: learnedOf(boot) }] };
};

let isAway: boolean;
let store: ReferenceData;
let learnt: NasLearned[];
let copy: ReferenceData | undefined;
let journalled: NasLearned[];
let context: { registry: NasRegistry; plans: ReadonlyMap<string, typeof sampleHistory> };
beforeEach(() => {
  [isAway, store, copy] = [false, stored(0), undefined];
  [learnt, journalled] = [[], []];
  context = { registry: new NasRegistry([]), plans: new Map() };
});

function reference(hasFallback = true): PacketReference {
  if (!started.ok) throw new Error(started.error);
  const answer = <T>(give: () => T): Promise<T> =>
    isAway ? Promise.reject(new StoreAway('away')) : Promise.resolve(give());
  const counters = {
    reference: () => answer(() => store),
    learnNas: (_name: string, learned: NasLearned) => answer(() => void learnt.push(learned)),
  };
  const fallback = {
    twin: {
      reference: () => copy,
      putReference: async (data: ReferenceData) => {
        copy = data;
      },
    },
    lines: {
      partitionIsAway: () => {},
      learn: async (_name: string, learned: NasLearned) => void journalled.push(learned),
    },
  };
  const log = pino({ level: 'silent' });
  return new PacketReference(counters, box, log, started.value, hasFallback ? fallback : undefined);
}

const nas = () => context.registry.named('n1');
const boot = (of: PacketReference, number: number) => of.learn(context, nas()!, learnedOf(number), 5);

describe('PacketReference while the counters are away', () => {
  it('starts from the local copy, and reads again when they are back', async () => {
    await reference().reload(context);
    expect(copy).toEqual(store);
    context = { registry: new NasRegistry([]), plans: new Map() };
    isAway = true;
    const next = reference();
    await next.reload(context);
    expect([nas()?.entry.name, [...context.plans.keys()]]).toEqual(['n1', ['home']]);
    isAway = false;
    store = { plans: [], nas: store.nas };
    await next.retry(context);
    expect(context.plans.size).toBe(0);
    store = stored(3);
    await next.retry(context);
    expect(nas()?.learned.boot).toBe(0);
  });

  it('does not start without a copy, nor where there can be none', async () => {
    isAway = true;
    await expect(reference().reload(context)).rejects.toThrow(StoreAway);
    copy = stored(0);
    await expect(reference(false).reload(context)).rejects.toThrow(StoreAway);
  });

  it('journals a boot, and knows it after a restart', async () => {
    const first = reference();
    await first.reload(context);
    isAway = true;
    await boot(first, 1);
    expect([journalled, learnt, nas()?.learned.boot]).toEqual([[learnedOf(1)], [], 1]);
    context = { registry: new NasRegistry([]), plans: new Map() };
    await reference().reload(context);
    expect(nas()?.learned.boot).toBe(1);
  });

  it('forgets what it could store nowhere, so that the repeated note is not taken for stored', async () => {
    const one = reference(false);
    await one.reload(context);
    isAway = true;
    await expect(boot(one, 1)).rejects.toThrow(StoreAway);
    expect(nas()?.learned.boot).toBe(0);
  });
});

describe('PacketReference on a store that was lost', () => {
  it('goes on with what it knows until the ledger has filled it again, and stores what only it knows', async () => {
    const one = reference();
    await one.reload(context);
    await boot(one, 2);
    store = NOTHING;
    await one.reload(context);
    expect([nas()?.learned.boot, context.plans.size]).toEqual([2, 1]);
    learnt = [];
    store = stored(1);
    await one.reload(context);
    expect([nas()?.learned.boot, learnt]).toEqual([2, [learnedOf(2)]]);
  });

  it('has nothing where nothing was ever declared', async () => {
    store = NOTHING;
    await reference().reload(context);
    expect(context.registry.all()).toEqual([]);
  });

  it('believes an embedded store that has nothing', async () => {
    const one = reference(false);
    await one.reload(context);
    store = NOTHING;
    await one.reload(context);
    expect(context.registry.all()).toEqual([]);
  });
});
