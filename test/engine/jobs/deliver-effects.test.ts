import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EffectDeliverer } from '../../../engine/jobs/deliver-effects.ts';
import { wakeDueLines } from '../../../engine/jobs/wake-lines.ts';
import type { NasVendor } from '../../../engine/nas/nas.ts';
import type { LogPartition } from '../../../engine/pipeline/counter-store.ts';
import { LineEngine } from '../../../engine/pipeline/line-engine.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import { Code } from '../../../engine/radius/code.ts';
import type { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import type { DynamicAnswer, DynamicClient } from '../../../engine/transport/dynamic-client.ts';
import { sampleCommit, sampleEffect } from '../../conformance/line-samples.ts';
import { sampleNas } from '../nas/nas-samples.ts';
import { writtenBy } from '../nas/vendors/examples/written.ts';

const context = { now: 1_000, plans: () => undefined, bootOf: () => 0 };
const ACK = (code: number): DynamicAnswer => ({ code, errorCause: 0, transmissions: 1 });
const SILENCE: DynamicAnswer = { code: undefined, errorCause: 0, transmissions: 4 };

let folder: string;
let counters: LmdbCounterStore;
let engine: LineEngine;
let sent: number[];
let errors: unknown[];
let results: unknown[];
let answer: (code: number) => Promise<DynamicAnswer>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-effects-'));
  counters = new LmdbCounterStore(folder);
  engine = new LineEngine(counters, { onCommit: () => {} });
  [sent, errors, results] = [[], [], []];
  answer = async (code) => ACK(code + 1);
});
afterEach(async () => {
  await counters.close();
  rmSync(folder, { recursive: true });
});

function deliverer(
  vendor: NasVendor,
  log: Pick<LogPartition, 'readEffects' | 'removeEffects'> = counters.partitions[0]!,
  isOurs: () => boolean = () => true,
) {
  const client = {
    send: (code: number) => {
      sent.push(code);
      return answer(code);
    },
  };
  return new EffectDeliverer({
    log: {
      partition: 0,
      readEffects: log.readEffects.bind(log),
      removeEffects: log.removeEffects.bind(log),
    },
    isOurs,
    engine,
    client: client as unknown as DynamicClient,
    clock: { now: () => 1_000 },
    nasNamed: (name) => (name === 'n1' ? sampleNas({ vendor }) : undefined),
    lineContext: () => context,
    onResult: (_effect, result) => results.push(result),
    onError: (error) => errors.push(error),
  });
}

const order = (more: Partial<Effect>): Effect => ({ ...sampleEffect('u1'), ...more });
const put = async (...effects: Effect[]) => {
  const before = counters.load('u1');
  await counters.commit([sampleCommit('u1', before, 0, { effects })]);
};
const waiting = async () => (await counters.partitions[0]!.readEffects(0, 100)).length;
const emptied = () => vi.waitFor(async () => expect(await waiting()).toBe(0));

describe('EffectDeliverer', () => {
  it.each<[string, NasVendor, Partial<Effect>, number[], string]>([
    ['a new speed by CoA', 'mikrotik', { kind: 'change-speed' }, [Code.CoaRequest], 'change-speed'],
    [
      'a new speed by reconnect where the vendor has no CoA',
      'generic',
      { kind: 'change-speed' },
      [Code.DisconnectRequest],
      'disconnect',
    ],
    ['a Disconnect', 'mikrotik', {}, [Code.DisconnectRequest], 'disconnect'],
    [
      "the NAS's own speed by reconnect",
      'mikrotik',
      { kind: 'change-speed', service: { mode: 'full', downKbps: 0, upKbps: 0 } },
      [Code.DisconnectRequest],
      'disconnect',
    ],
  ])('carries out %s', async (_name, vendor, effect, codes, kind) => {
    await put(order(effect));
    deliverer(vendor).wake();
    await emptied();
    expect(sent).toEqual(codes);
    const [logged] = await counters.partitions[0]!.readEvents(0, 9);
    expect(logged?.event).toMatchObject({ type: 'effect', kind, result: 'ack', username: 'u1' });
  });

  it('climbs from a CoA that is refused to a Disconnect', async () => {
    answer = async (code) => (code === Code.CoaRequest ? ACK(Code.CoaNak) : ACK(Code.DisconnectAck));
    await put(order({ kind: 'change-speed' }));
    deliverer('mikrotik').wake();
    await emptied();
    expect(sent).toEqual([Code.CoaRequest, Code.DisconnectRequest]);
    expect(results).toMatchObject([{ kind: 'disconnect', result: 'ack', attempts: 2 }]);
  });

  it('notes a NAS that is gone and one that is mute', async () => {
    answer = async () => SILENCE;
    await put(order({ nas: 'gone' }), order({}));
    deliverer('mikrotik').wake();
    await emptied();
    expect(results).toMatchObject([{ result: 'no-nas' }, { result: 'timeout', attempts: 4 }]);
  });

  it('repeats an effect whose removal was lost in a crash', async () => {
    await put(order({}));
    const crashing = {
      readEffects: counters.partitions[0]!.readEffects.bind(counters.partitions[0]),
      removeEffects: () => Promise.reject(new Error('killed')),
    };
    deliverer('mikrotik', crashing).wake();
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    expect(await waiting()).toBe(1);
    deliverer('mikrotik').wake();
    await emptied();
    expect(sent).toHaveLength(2);
  });

  it('keeps what could not be stored, tries it at the next wake, and sends nothing under way twice', async () => {
    await put(order({}), order({ sessionKey: 'fedcba9876543210' }));
    let refuse = true;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    answer = async (code) => {
      if (sent.length === 2) await gate;
      return ACK(code + 1);
    };
    const store = {
      readEffects: counters.partitions[0]!.readEffects.bind(counters.partitions[0]),
      removeEffects: (positions: readonly number[]) => {
        if (!refuse) return counters.partitions[0]!.removeEffects(positions);
        refuse = false;
        return Promise.reject(new Error('disk full'));
      },
    };
    const one = deliverer('mikrotik', store);
    one.wake();
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    one.wake();
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    release();
    await emptied();
    expect(sent).toHaveLength(3);
  });

  it('leaves in the log what is too much for a mute NAS, and serves the others meanwhile, all of it once', async () => {
    const effects = Array.from({ length: 1_300 }, (_, index) =>
      order({ nas: index % 13 === 12 ? 'n2' : 'n1', acctSessionId: `s${index}` }),
    );
    await put(...effects);
    const asked: string[] = [];
    const mute: (() => void)[] = [];
    const client = {
      send: async (code: number, _target: unknown, write: (writer: PacketWriter) => void) => {
        const id = writtenBy(write).lines.find((line) => line.startsWith('Acct-Session-Id')) ?? '';
        asked.push(id);
        const isMute = Number(id.slice(id.indexOf('= s') + 3)) % 13 !== 12;
        if (isMute) await new Promise<void>((resolve) => mute.push(resolve));
        return ACK(code + 1);
      },
    };
    const one = new EffectDeliverer({
      log: counters.partitions[0]!,
      isOurs: () => true,
      engine,
      client: client as unknown as DynamicClient,
      clock: { now: () => 1_000 },
      nasNamed: () => sampleNas({ vendor: 'mikrotik' }),
      lineContext: () => context,
      onResult: (_effect, result) => results.push(result),
      onError: (error) => errors.push(error),
    });
    one.wake();
    await vi.waitFor(() => expect(results).toHaveLength(100));
    await vi.waitFor(() => expect(one.inFlight).toBe(512));
    await vi.waitFor(
      async () => {
        for (const release of mute.splice(0)) release();
        expect((await counters.partitions[0]!.readEffects(0, 1)).length).toBe(0);
      },
      { timeout: 10_000, interval: 10 },
    );
    expect([asked.length, new Set(asked).size, errors]).toEqual([1_300, 1_300, []]);
  });

  it('leaves in the log what the NAS had not answered when the program stopped', async () => {
    let giveUp = () => {};
    answer = () =>
      new Promise((resolve) => {
        giveUp = () => resolve(SILENCE);
      });
    await put(order({}));
    const one = deliverer('mikrotik');
    one.wake();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    one.stop();
    giveUp();
    await vi.waitFor(() => expect(one.inFlight).toBe(0));
    expect(await waiting()).toBe(1);
    expect(results).toEqual([]);
  });
});

describe('EffectDeliverer of one of several programs', () => {
  it('sends nothing that another program delivers, and all that this one left when it takes over', async () => {
    let isOurs = false;
    await put(order({}));
    const one = deliverer('mikrotik', counters.partitions[0]!, () => isOurs);
    one.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent).toEqual([]);
    isOurs = true;
    one.wake();
    await emptied();
    await put(order({ sessionKey: 'fedcba9876543210' }));
    const [left] = await counters.partitions[0]!.readEffects(0, 9);
    const log = {
      readEffects: async (after: number) =>
        after < 1 && left !== undefined ? [{ ...left, position: 1 }] : [],
      removeEffects: async () => {},
    };
    const other = deliverer('mikrotik', log);
    other.wake();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    other.wake();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent).toHaveLength(2);
    other.restart();
    await vi.waitFor(() => expect(sent).toHaveLength(3));
  });
});

describe('wakeDueLines', () => {
  it('looks at every due line once and takes lines that are gone out of the index', async () => {
    await counters.commit([
      sampleCommit('u1', { version: 0 }, 0, { wakeAt: 900 }),
      sampleCommit('u2', { version: 0 }, 0, { wakeAt: 1_001 }),
      sampleCommit('u3', { version: 0 }, 0, { state: undefined, wakeAt: 5 }),
    ]);
    expect(await wakeDueLines(counters, engine, context)).toBe(2);
    expect(await wakeDueLines(counters, engine, context)).toBe(0);
    expect(await counters.dueLines(2_000, 9)).toEqual(['u2']);
  });

  it('tries the whole page before it says that a line failed', async () => {
    const tried: string[] = [];
    const failing = {
      run: async (username: string) => {
        tried.push(username);
        if (username === 'u1') throw new Error('disk full');
      },
    };
    const due = { dueLines: async () => ['u1', 'u2'] };
    await expect(wakeDueLines(due, failing as unknown as LineEngine, context)).rejects.toThrow('disk full');
    expect(tried).toEqual(['u1', 'u2']);
  });
});
