import { describe, expect, it, vi } from 'vitest';
import { createServiceKeeper } from '../../../engine/jobs/keep-services.ts';
import type { LifeWork } from '../../../engine/orders/life-store.ts';
import { WorkFailed } from '../../../engine/orders/work-failed.ts';

const NOW = 1_000_000_000_000;

/** A life with so many things due of each work. */
function lifeOf(due: Partial<Record<LifeWork, number>>, broken?: LifeWork) {
  const left = new Map(Object.entries(due));
  const asked: LifeWork[] = [];
  const work = async (kind: LifeWork, _now: number, limit: number) => {
    asked.push(kind);
    if (kind === broken) throw new Error('the ledger is away');
    const done = Math.min(limit, left.get(kind) ?? 0);
    left.set(kind, (left.get(kind) ?? 0) - done);
    return done;
  };
  return { asked, work };
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

  it('does what is left of a work of which some things fail, and tells of those', async () => {
    let left = 450;
    const work = async (kind: LifeWork, _now: number, limit: number) => {
      if (kind !== 'bill') return 0;
      const done = Math.min(limit - 1, left);
      left -= done;
      throw new WorkFailed(done, ['one cannot be billed']);
    };
    const warnings: unknown[] = [];
    const keeper = createServiceKeeper({
      ...{ life: { work }, mayRun: async () => true, onChanged: async () => {}, now: () => NOW },
      log: { warn: (fields) => void warnings.push(fields.work) },
    });
    await expect(keeper.runAll()).rejects.toThrow('one cannot be billed');
    expect(left).toBe(0);
    left = 250;
    keeper.start(10_000);
    await vi.waitFor(() => expect(warnings).toHaveLength(3));
    await keeper.stop();
    expect([left, warnings.length]).toEqual([0, 3]);
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
