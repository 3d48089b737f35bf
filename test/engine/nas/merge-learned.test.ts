import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeLearned, NOTHING_LEARNED } from '../../../engine/nas/merge-learned.ts';

const moment = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
const learned = fc.record({
  messageAuthenticatorSince: moment,
  gigawordsSince: moment,
  boot: fc.integer({ min: 0, max: 2 }),
  bootedAt: moment,
});

it('is commutative, associative and idempotent, and nothing known is its zero', () => {
  fc.assert(
    fc.property(learned, learned, learned, (a, b, c) => {
      expect(mergeLearned(a, b)).toEqual(mergeLearned(b, a));
      expect(mergeLearned(mergeLearned(a, b), c)).toEqual(mergeLearned(a, mergeLearned(b, c)));
      expect(mergeLearned(a, a)).toEqual(a);
      expect(mergeLearned(mergeLearned(a, b), b)).toEqual(mergeLearned(a, b));
      expect(mergeLearned(a, { ...NOTHING_LEARNED, boot: 0 })).toEqual(a);
    }),
  );
});

it('never lowers what either knows', () => {
  fc.assert(
    fc.property(learned, learned, (a, b) => {
      const both = mergeLearned(a, b);
      expect(both.boot).toBe(Math.max(a.boot, b.boot));
      for (const known of [a, b]) {
        if (known.messageAuthenticatorSince !== undefined) {
          expect(both.messageAuthenticatorSince).toBeLessThanOrEqual(known.messageAuthenticatorSince);
        }
        if (known.gigawordsSince !== undefined) {
          expect(both.gigawordsSince).toBeLessThanOrEqual(known.gigawordsSince);
        }
      }
    }),
  );
});
