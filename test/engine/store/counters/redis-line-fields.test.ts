import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FieldChanges,
  fieldChanges,
  readLineFields,
} from '../../../../engine/store/counters/redis-line-fields.ts';
import { anyLine } from './any-line.ts';

/** What Redis holds after the changes, as `HGETALL` answers it. */
function written(fields: Map<string, string>, { set, remove }: FieldChanges): string[] {
  for (let index = 0; index < set.length; index += 2) fields.set(set[index]!, set[index + 1]!);
  for (const field of remove) fields.delete(field);
  return [...fields].flat();
}

describe('the fields of a line', () => {
  it('hold every state to the last octet and letter', () => {
    fc.assert(
      fc.property(anyLine, (state) => {
        expect(readLineFields('u1', written(new Map(), fieldChanges(undefined, state)))).toEqual(state);
      }),
      { numRuns: 500 },
    );
  });

  it('are changed into those of the next state, whatever it is', () => {
    fc.assert(
      fc.property(anyLine, anyLine, fc.boolean(), (before, next, isSameProfile) => {
        const after = isSameProfile ? { ...next, profile: before.profile } : next;
        const fields = new Map<string, string>();
        written(fields, fieldChanges(undefined, before));
        expect(readLineFields('u1', written(fields, fieldChanges(before, after)))).toEqual(after);
        const anew = written(new Map(), fieldChanges(undefined, after));
        expect(new Map(fields)).toEqual(new Map(pairsOf(anew)));
      }),
      { numRuns: 300 },
    );
  });

  it('are not touched where nothing changed', () => {
    fc.assert(
      fc.property(anyLine, (state) => {
        expect(fieldChanges(state, structuredClone(state))).toEqual({ set: [], remove: [] });
      }),
    );
  });
});

function pairsOf(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1]!] as [string, string]] : [],
  );
}
