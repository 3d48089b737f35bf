import { describe, expect, it, vi } from 'vitest';
import { createServiceKeeper } from '../../../engine/jobs/keep-services.ts';
import type { LifeStore, LifeWork } from '../../../engine/orders/life-store.ts';

const NOW = 1_000_000_000_000;

/** A life with so many things due of each work. */
function lifeOf(due: Partial<Record<LifeWork, number>>, broken?: LifeWork) {
  const left = new Map(Object.entries(due));
  const asked: LifeWork[] = [];
  const work: LifeStore['work'] = async (kind, _now, limit) => {
    asked.push(kind);
    if (kind === broken) throw new Error('the ledger is away');
    const done = Math.min(limit, left.get(kind) ?? 0);
    left.set(kind, (left.get(kind) ?? 0) - done);
    return { done, failures: [], next: done === limit ? { at: '', id: 0 } : undefined };
  };
  return { asked, work };
}

/** A life with so many bills that are due, of which the first ones cannot be written; those that were. */
function stuckLife(due: number, stuck: number) {
  const written: number[] = [];
  const work: LifeStore['work'] = async (kind, _now, limit, after) => {
    if (kind !== 'bill') return { done: 0, failures: [], next: undefined };
    const from = (after?.id ?? 0) + 1;
    const to = Math.min(due, from + limit - 1);
    const page = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
    const able = page.filter((id) => id > stuck && !written.includes(id));
    written.push(...able);
    const failures = page.filter((id) => id <= stuck).map((id) => `${id} cannot be billed`);
    return { done: able.length, failures, next: to < due ? { at: '', id: to } : undefined };
  };
  return { work, written };
}

describe('the keeper of services', () => {
  it('does every page of every work, and has the packet path told after each', async () => {
    const life = lifeOf({ collect: 450, bill: 1 });
    let told = 0;
    const keeper = createServiceKeeper({
      ...{
        life,
        mayRun: async () => true,
        now: () => NOW,
        log: { warn: () => expect.fail('no work fails') },
      },
      onChanged: async () => {
        told += 1;
      },
    });
    expect(await keeper.runAll()).toBe(451);
    expect(told).toBe(4);
  });

  it('goes on with the other works when one fails, and tells of it', async () => {
    const life = lifeOf({ bill: 1 }, 'collect');
    const warnings: unknown[] = [];
    const keeper = createServiceKeeper({
      ...{ life, mayRun: async () => true, onChanged: async () => {}, now: () => NOW },
      log: { warn: (fields) => void warnings.push(fields.work) },
    });
    keeper.start(10_000);
    await keeper.stop();
    expect(warnings).toEqual(['collect']);
    expect(life.asked).toContain('bill');
  });

  it('comes past as many things as cannot be done, and tells of those once', async () => {
    const warnings: unknown[] = [];
    const keeperOf = (life: Pick<LifeStore, 'work'>) =>
      createServiceKeeper({
        ...{ life, mayRun: async () => true, onChanged: async () => {}, now: () => NOW },
        log: { warn: ({ reason }) => void warnings.push(reason) },
      });
    const all = stuckLife(650, 450);
    await expect(keeperOf(all).runAll()).rejects.toMatchObject({ name: 'WorkFailed', done: 200 });
    expect(all.written).toHaveLength(200);
    const some = stuckLife(650, 450);
    const keeper = keeperOf(some);
    keeper.start(10_000);
    await vi.waitFor(() => expect(some.written).toHaveLength(200));
    await keeper.stop();
    expect(warnings.map((reason) => String(reason).slice(0, 22))).toEqual([
      'WorkFailed: 200 failed',
      'WorkFailed: 200 failed',
      'WorkFailed: 50 failed,',
    ]);
  });

  it('asks for nothing while another program is the one that does it', async () => {
    const life = lifeOf({ bill: 1 });
    const log = { warn: () => {} };
    const keeper = createServiceKeeper({
      ...{ life, mayRun: async () => false, onChanged: async () => {}, now: () => NOW, log },
    });
    keeper.start(10_000);
    await keeper.stop();
    expect(life.asked).toEqual([]);
  });
});
