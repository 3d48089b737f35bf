import { describe, expect, it } from 'vitest';
import { EffectRemover } from '../../../engine/jobs/effect-remover.ts';

describe('effects that are done with', () => {
  it('leave the log together with those that came meanwhile', async () => {
    const calls: number[][] = [];
    let finish: () => void = () => {};
    const remover = new EffectRemover({
      removeEffects: (positions) => {
        calls.push([...positions]);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const first = [1, 2, 3].map((position) => remover.remove(position));
    await expect.poll(() => calls).toEqual([[1, 2, 3]]);
    const second = [4, 5].map((position) => remover.remove(position));
    finish();
    await Promise.all(first);
    await expect
      .poll(() => calls)
      .toEqual([
        [1, 2, 3],
        [4, 5],
      ]);
    finish();
    await Promise.all(second);
  });

  it('tell everyone of a log that failed, and go on with the next', async () => {
    let fails = true;
    const remover = new EffectRemover({
      removeEffects: async () => {
        if (fails) throw new Error('away');
      },
    });
    const outcomes = await Promise.allSettled([remover.remove(1), remover.remove(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    await remover.remove(3);
  });
});
