import { expect, it } from 'vitest';
import { atomically } from '../../../../engine/store/counters/lmdb-atomic.ts';

/** A database that runs each change and refuses its first commits. */
function refusing(refusals: number, message: string) {
  let commits = 0;
  const transactionSync = <T>(change: () => T): T => {
    const result = change();
    commits += 1;
    if (commits <= refusals) throw new Error(message);
    return result;
  };
  return { transactionSync } as Parameters<typeof atomically>[0];
}

const REFUSAL =
  'MDB_BAD_TXN: Transaction must abort, has a child, or is invalid: reserved freelist had a data entry';

it.each([0, 1, 2])('tries a refused commit again: refused %i times', (refusals) => {
  let runs = 0;
  expect(atomically(refusing(refusals, REFUSAL), () => ++runs)).toBe(refusals + 1);
});

it('gives up after the third refusal, and at once on any other error', () => {
  let runs = 0;
  expect(() => atomically(refusing(9, REFUSAL), () => ++runs)).toThrow('MDB_BAD_TXN');
  expect(runs).toBe(3);
  expect(() => atomically(refusing(9, 'MDB_MAP_FULL'), () => ++runs)).toThrow('MDB_MAP_FULL');
  expect(runs).toBe(4);
});
