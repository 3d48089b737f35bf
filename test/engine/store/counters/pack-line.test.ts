import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packLine, unpackLine } from '../../../../engine/store/counters/pack-line.ts';
import { anyLine } from './any-line.ts';

describe('a packed line', () => {
  it('holds every state to the last octet and letter', () => {
    fc.assert(
      fc.property(anyLine, (state) => {
        expect(unpackLine(packLine(state))).toEqual(state);
      }),
      { numRuns: 500 },
    );
  });

  it('of another layout is refused', () => {
    expect(() => unpackLine([1, [], [], []])).toThrow('layout 1');
  });
});
