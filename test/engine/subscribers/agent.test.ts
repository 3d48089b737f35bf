import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AGENT_LEVELS_MAX,
  type AgentShare,
  commissionBaseOf,
  commissionsOf,
  commissionToReturn,
  givenBackOf,
  placementFault,
  priceShare,
  type SaleInChain,
} from '../../../engine/subscribers/agent.ts';
import { type Rial, rial } from '../../../engine/values/rial.ts';
import { truncShare } from '../../../engine/values/trunc-share.ts';

const anyPrice = fc.maxSafeNat().map(rial);
const anyPercent = fc.nat(100);
const anyChain = fc
  .array(anyPercent, { minLength: 1, maxLength: 8 })
  .map((percents) => percents.map((percent, agent): AgentShare => ({ agent: agent + 1, percent })));
/** As the tree keeps it: nobody has more than the one above. */
const rightChain = anyChain.map((chain) => {
  const sorted = chain.map(({ percent }) => percent).sort((left, right) => left - right);
  return chain.map((one, index) => ({ ...one, percent: sorted[index]! }));
});

function sumOf(earned: ReturnType<typeof commissionsOf>): number {
  return earned.reduce((sum, { amount }) => sum + amount, 0);
}

describe('commission', () => {
  it('is the share of the seller, and for each above the difference', () => {
    const chain = [
      { agent: 9, percent: 10 },
      { agent: 4, percent: 15 },
      { agent: 2, percent: 15 },
      { agent: 1, percent: 20 },
    ];
    expect(commissionsOf(rial(600_009), chain)).toEqual([
      { agent: 9, amount: 60_000 },
      { agent: 4, amount: 30_000 },
      { agent: 1, amount: 30_000 },
    ]);
    expect(commissionsOf(rial(9), chain)).toEqual([]);
    expect(commissionsOf(rial(9), [])).toEqual([]);
  });

  it('is never more in all than the share of the top, whatever the shares are', () => {
    fc.assert(
      fc.property(anyPrice, anyChain, (price, chain) => {
        const earned = commissionsOf(price, chain);
        expect(sumOf(earned)).toBeLessThanOrEqual(truncShare(price, chain.at(-1)!.percent, 100));
        expect(earned.every(({ amount }) => amount > 0)).toBe(true);
      }),
    );
  });

  it('gives the seller the whole share and loses less than a Rial for each above', () => {
    fc.assert(
      fc.property(anyPrice, rightChain, (price, chain) => {
        const earned = commissionsOf(price, chain);
        const own = truncShare(price, chain[0]!.percent, 100);
        expect(earned.find(({ agent }) => agent === 1)?.amount ?? 0).toBe(own);
        const whole = truncShare(price, chain.at(-1)!.percent, 100);
        expect(whole - sumOf(earned)).toBeLessThan(chain.length);
      }),
    );
  });

  it('grows with the price, for everybody', () => {
    fc.assert(
      fc.property(anyPrice, anyPrice, anyChain, (one, other, chain) => {
        const [low, high] = [one, other].sort((left, right) => left - right);
        const more = new Map(commissionsOf(high!, chain).map(({ agent, amount }) => [agent, amount]));
        for (const { agent, amount } of commissionsOf(low!, chain)) {
          expect(more.get(agent) ?? 0).toBeGreaterThanOrEqual(amount);
        }
      }),
    );
  });
});

describe('the base of commission', () => {
  const quoteOf = (
    price: number,
    vat: number,
    lineRental: number,
    remainingValue: number,
    payable: number,
    takenOff = remainingValue,
  ) => ({
    ...{ price: rial(price), vat: rial(vat), lineRental: rial(lineRental) },
    ...{ remainingValue: rial(remainingValue), payable: rial(payable) },
    takenOff: rial(takenOff),
  });

  it('is the price without tax and rental less what a former service was worth', () => {
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 40_000, 0, 700_000))).toBe(600_000);
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 0, 200_000, 460_000))).toBe(400_000);
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 0, 630_000, 30_000))).toBe(0);
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 0, 700_000, 0))).toBe(0);
  });

  it('counts of a value with tax the price alone, and never more than there is to pay', () => {
    expect(commissionBaseOf(quoteOf(1_200_000, 120_000, 0, 990_000, 330_000, 900_000))).toBe(300_000);
    expect(commissionBaseOf(quoteOf(1_000_000, 0, 0, 990_000, 10_000, 900_000))).toBe(10_000);
  });

  it('is only the share that the deposit pays, where the wallet of the customer bears a part or all', () => {
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 0, 0, 330_000))).toBe(300_000);
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 0, 0, 1))).toBe(0);
    expect(commissionBaseOf(quoteOf(600_000, 60_000, 0, 0, 0))).toBe(0);
    expect(commissionBaseOf(quoteOf(0, 0, 0, 0, 0))).toBe(0);
  });

  it('is never more than what is paid, and grows with it up to the whole', () => {
    const anySum = fc.nat(2 ** 50);
    fc.assert(
      fc.property(anySum, anySum, anySum, anySum, fc.nat(1_000), (price, vat, rental, worth, permille) => {
        const due = Math.max(0, price + vat + rental - worth);
        const payable = truncShare(due, permille, 1_000);
        const base = commissionBaseOf(quoteOf(price, vat, rental, worth, payable));
        expect(base).toBeLessThanOrEqual(payable);
        const whole = commissionBaseOf(quoteOf(price, vat, rental, worth, due));
        expect(base).toBeLessThanOrEqual(whole);
        expect(whole).toBe(due === 0 ? 0 : Math.max(0, price - worth));
      }),
    );
  });
});

describe('commission that is given back', () => {
  it('is all of it once all is taken back, in however many parts', () => {
    const anyParts = fc.array(fc.nat(2 ** 40).map(rial), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(2 ** 45).map(rial), anyParts, (earned, parts) => {
        const of = rial(parts.reduce((sum, part) => sum + part, 0));
        if (of === 0) return;
        let [price, returned] = [0, 0];
        for (const part of parts) {
          price += part;
          const more: Rial = commissionToReturn(earned, { price: rial(price), of }, rial(returned));
          returned += more;
          expect(returned).toBe(truncShare(earned, price, of));
        }
        expect(returned).toBe(earned);
      }),
    );
  });
});

describe('what of a chain of sales does not stand any more', () => {
  const sale = (price: number, takenOff = 0, refunded = 0): SaleInChain => ({
    ...{ price: rial(price), takenOff: rial(takenOff), refunded: rial(refunded) },
  });

  it('is of a change that is refunded what it had taken off, too, and no more', () => {
    expect(givenBackOf([sale(1_200_000, 900_000), sale(900_000)])).toEqual([0, 0]);
    expect(givenBackOf([sale(1_200_000, 900_000, 1_200_000), sale(900_000)])).toEqual([1_200_000, 900_000]);
    expect(givenBackOf([sale(1_200_000, 450_000, 1_200_000), sale(900_000)])).toEqual([1_200_000, 450_000]);
  });

  it('is of a change to a cheaper one what is not in its price, at once', () => {
    expect(givenBackOf([sale(600_000, 900_000), sale(900_000)])).toEqual([0, 300_000]);
    expect(givenBackOf([sale(0, 900_000), sale(900_000)])).toEqual([0, 900_000]);
  });

  it('is of sales before in proportion: half of a change is half of what it carries on', () => {
    const chain = [sale(0, 600_000), sale(1_200_000, 900_000), sale(900_000)];
    expect(givenBackOf(chain)).toEqual([0, 600_000, 450_000]);
  });

  it('is all that was taken off, to the Rial, once the newest sale is refunded, and never more than was sold', () => {
    const anyPrice = fc.integer({ min: 1, max: 2 ** 45 });
    const anyChain = fc.array(fc.tuple(anyPrice, fc.nat(1_000)), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(anyChain, (sold) => {
        const worth = sold.map(([price, permille]) => truncShare(price, permille, 1_000));
        const chain = sold.map(([price], at) => sale(price, worth[at + 1] ?? 0, at === 0 ? price : 0));
        expect(givenBackOf(chain)[0]).toBe(sold[0]![0]);
        expect(givenBackOf(chain)[1]).toBe(worth[1]);
        for (const [at, gone] of givenBackOf(chain).entries()) {
          expect(gone).toBeGreaterThanOrEqual(0);
          expect(gone).toBeLessThanOrEqual(sold[at]![0]);
        }
        // Nothing is used: all of it goes, however long the chain.
        const unused = sold.map(([price], at) => sale(price, sold[at + 1]?.[0] ?? 0, at === 0 ? price : 0));
        expect(givenBackOf(unused)).toEqual(sold.map(([price]) => price));
      }),
    );
  });

  it('shares a value with tax by the price in it', () => {
    expect(priceShare({ amount: rial(495_000), base: rial(990_000) }, rial(900_000))).toBe(450_000);
    expect(priceShare({ amount: rial(450_000), base: rial(900_000) }, rial(900_000))).toBe(450_000);
  });
});

describe('the tree of agents', () => {
  const COUNT = 6;
  const anyStep = fc.record({
    agent: fc.nat(COUNT - 1),
    parent: fc.option(fc.nat(COUNT - 1), { nil: undefined }),
    percent: anyPercent,
  });

  it('has no circle, and shares that fall from the top, after any changes that are let through', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const nodes = Array.from({ length: COUNT }, () => ({
          parent: undefined as number | undefined,
          percent: 0,
        }));
        const chainOf = (agent: number | undefined): AgentShare[] => {
          const chain: AgentShare[] = [];
          for (let at = agent; at !== undefined; at = nodes[at]!.parent) {
            chain.push({ agent: at, percent: nodes[at]!.percent });
            if (chain.length > COUNT) throw new Error('a circle');
          }
          return chain;
        };
        for (const { agent, parent, percent } of steps) {
          const below = nodes.filter((one) => one.parent === agent).map((one) => one.percent);
          const fault = placementFault({
            ...{ agent, percent, above: chainOf(parent) },
            ...{ greatestBelow: Math.max(0, ...below), levelsBelow: 0 },
          });
          if (fault === undefined) nodes[agent] = { parent, percent };
        }
        for (let agent = 0; agent < COUNT; agent += 1) {
          const percents = chainOf(agent).map(({ percent }) => percent);
          expect(percents).toEqual([...percents].sort((left, right) => left - right));
        }
      }),
    );
  });

  it('is not deeper than its most levels, with what hangs on who is moved', () => {
    const above = Array.from({ length: AGENT_LEVELS_MAX - 1 }, (_, agent) => ({ agent, percent: 5 }));
    const wanted = { agent: 99, percent: 5, above, greatestBelow: 5 };
    expect(placementFault({ ...wanted, levelsBelow: 0 })).toBeUndefined();
    expect(placementFault({ ...wanted, levelsBelow: 1 })).toBe('too-deep');
  });
});
