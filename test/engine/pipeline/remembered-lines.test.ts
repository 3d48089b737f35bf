import { describe, expect, it } from 'vitest';
import { PIPELINE_LIMITS } from '../../../engine/pipeline/limits.ts';
import { RememberedLines } from '../../../engine/pipeline/remembered-lines.ts';
import { sampleLine } from '../../conformance/line-samples.ts';

const versioned = (version: number) => ({ state: sampleLine('u1', version), version });
const remembered = (keepsForgotten: boolean) =>
  new RememberedLines(() => ({ state: undefined, version: 0 }), keepsForgotten);

describe('RememberedLines', () => {
  it.each([
    ['forgets', false],
    ['keeps as last known', true],
  ])('%s what others have changed', (_name, keeps) => {
    const lines = remembered(keeps);
    for (const username of ['a', 'b', 'c', 'd']) lines.put(username, versioned(3));
    lines.forget('a');
    lines.forgetOlder('b', 4);
    lines.forgetOlder('c', 3);
    expect(['a', 'b', 'c', 'd'].map((username) => lines.get(username)?.version)).toEqual([
      undefined,
      undefined,
      3,
      3,
    ]);
    lines.put('a', versioned(5));
    lines.forgetAll();
    expect(lines.get('d')).toBeUndefined();
    const recalled = ['a', 'b', 'c', 'd'].map((username) => lines.recall(username)?.version);
    expect(recalled).toEqual(keeps ? [5, 3, 3, 3] : [undefined, undefined, undefined, undefined]);
    expect([...lines.forgotten()].toSorted()).toEqual(keeps ? ['a', 'b', 'c', 'd'] : []);
  });

  it('holds no more lines than allowed, and drops those last known first', () => {
    const lines = remembered(true);
    const limit = PIPELINE_LIMITS.cachedLines;
    const [first, second] = [versioned(1), versioned(2)];
    for (let number = 0; number < limit; number++) lines.put(`u${number}`, first);
    lines.forget('u7');
    lines.forget('u8');
    for (let number = 0; number < 3; number++) lines.put(`v${number}`, second);
    expect([lines.recall('u7'), lines.recall('u8'), lines.recall('u0')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(lines.recall('u1')).toBe(first);
    expect([...lines.entries()]).toHaveLength(limit);
    expect(lines.get('v2')).toBe(second);
  });

  it('finds the more lines that report in turn the more of them it may hold', () => {
    const limit = PIPELINE_LIMITS.cachedLines;
    const lines = remembered(false);
    const line = versioned(1);
    const turn = () => {
      let found = 0;
      for (let number = 0; number < 2 * limit; number++) {
        if (lines.get(`u${number}`) !== undefined) found++;
        else lines.put(`u${number}`, line);
      }
      return found;
    };
    turn();
    expect(turn()).toBeGreaterThan(0.4 * 2 * limit);
    expect([...lines.entries()]).toHaveLength(limit);
  });
});
