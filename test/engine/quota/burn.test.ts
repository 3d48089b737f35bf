import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burn, byBurnOrder, weigh } from '../../../engine/quota/burn.ts';
import { consumedOctets, type Grant, isGrantValid, remainingOctets } from '../../../engine/quota/grant.ts';
import { octets } from '../../../engine/values/octets.ts';

const small = fc.integer({ min: 0, max: 20 });
const grants: fc.Arbitrary<Grant[]> = fc
  .uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 3 }),
      size: fc.nat({ max: 1000 }),
      used: fc.nat({ max: 1000 }),
      from: small,
      until: fc.option(small, { nil: undefined }),
      priority: fc.nat({ max: 2 }),
      tier: fc.nat({ max: 2 }),
      createdAt: fc.nat({ max: 2 }),
    }),
    { selector: ({ id }) => id, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ size, used, ...rest }) => ({
      ...rest,
      kind: 'service' as const,
      octets: octets(size),
      consumed: octets(Math.min(used, size)),
    })),
  );

describe('burning', () => {
  it('takes the amount or says what it could not take, from valid grants alone, never above a grant', () => {
    fc.assert(
      fc.property(grants, fc.nat({ max: 5000 }), small, (before, amount, at) => {
        const { grants: after, overshotOctets, touched } = burn(before, octets(amount), at);
        expect(consumedOctets(after) - consumedOctets(before) + overshotOctets).toBe(amount);
        after.forEach((grant, index) => {
          const old = before[index]!;
          expect(grant.consumed).toBeLessThanOrEqual(grant.octets);
          expect(grant.consumed > old.consumed).toBe(touched.includes(grant.id));
          if (!isGrantValid(old, at)) expect(grant).toBe(old);
          expect({ ...grant, consumed: old.consumed }).toEqual(old);
        });
        if (overshotOctets > 0) expect(remainingOctets(after, at)).toBe(0);
      }),
    );
  });

  it('empties each grant before the next in the order: soonest end, priority, oldest, id', () => {
    fc.assert(
      fc.property(grants, fc.nat({ max: 5000 }), small, (before, amount, at) => {
        const after = burn(before, octets(amount), at).grants.filter((grant) => isGrantValid(grant, at));
        const inOrder = [...after].sort(byBurnOrder);
        const firstOpen = inOrder.findIndex(({ consumed, octets: size }) => consumed < size);
        if (firstOpen === -1) return;
        for (const later of inOrder.slice(firstOpen + 1)) {
          expect(later).toBe(before.find(({ id }) => id === later.id));
        }
      }),
    );
  });

  it('takes the same in one piece or in many', () => {
    fc.assert(
      fc.property(grants, fc.array(fc.nat({ max: 400 }), { maxLength: 10 }), small, (before, pieces, at) => {
        const whole = burn(before, octets(pieces.reduce((sum, piece) => sum + piece, 0)), at);
        let rest: readonly Grant[] = before;
        let overshot = 0;
        for (const piece of pieces) {
          const burned = burn(rest, octets(piece), at);
          rest = burned.grants;
          overshot += burned.overshotOctets;
        }
        expect(rest).toEqual(whole.grants);
        expect(overshot).toBe(whole.overshotOctets);
      }),
    );
  });

  const grant = (id: string, changes: Partial<Grant>): Grant => ({
    id,
    kind: 'service',
    octets: octets(10),
    consumed: octets(0),
    from: 0,
    until: undefined,
    priority: 1,
    tier: 0,
    createdAt: 0,
    ...changes,
  });

  it('orders a worked example', () => {
    const list = [
      grant('endless', {}),
      grant('later', { until: 9 }),
      grant('low', { until: 5, priority: 2 }),
      grant('young', { until: 5, createdAt: 3 }),
      grant('b', { until: 5 }),
      grant('a', { until: 5 }),
    ];
    expect(list.sort(byBurnOrder).map(({ id }) => id)).toEqual([
      'a',
      'b',
      'young',
      'low',
      'later',
      'endless',
    ]);
  });

  it('uses timed traffic first, and not at or after its end (P49)', () => {
    const list = [grant('normal', { until: 100 }), grant('timed', { kind: 'timed', until: 10 })];
    expect(burn(list, octets(4), 9).touched).toEqual(['timed']);
    expect(burn(list, octets(4), 10).touched).toEqual(['normal']);
    expect(remainingOctets(list, 9)).toBe(20);
    expect(remainingOctets(list, 10)).toBe(10);
  });
});

describe('weighing', () => {
  it.each([0, 1, 33, 50, 100, 150, 250])(
    'at %i percent takes the same in any number of pieces',
    (percent) => {
      const piece = fc.nat({ max: 2 ** 40 });
      fc.assert(
        fc.property(fc.array(piece, { maxLength: 20 }), fc.nat({ max: 9_999 }), (pieces, carried) => {
          let taken = 0;
          let remainder = carried;
          for (const charged of pieces) {
            const weighed = weigh(octets(charged), percent * 100, remainder);
            taken += weighed.octets;
            remainder = weighed.remainder;
          }
          const whole = BigInt(pieces.reduce((sum, charged) => sum + charged, 0)) * BigInt(percent * 100);
          expect(BigInt(taken) * 10_000n + BigInt(remainder)).toBe(whole + BigInt(carried));
          expect(remainder).toBeLessThan(10_000);
        }),
      );
    },
  );
});
