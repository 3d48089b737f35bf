import { describe, expect, it } from 'vitest';
import { mayFollow, type OrderState, purchaseTypeOf } from '../../../engine/orders/order.ts';

const STATES: readonly OrderState[] = ['placed', 'applied', 'credited', 'cancelled'];

describe('the states of an order', () => {
  it('end with applied and credited; money for a cancelled one is still credited (X03)', () => {
    const following = STATES.map((before) => STATES.filter((after) => mayFollow(before, after)));
    expect(following).toEqual([['applied', 'credited', 'cancelled'], [], [], ['credited']]);
  });
});

describe('the type of a purchase (P26)', () => {
  it('is by who buys', () => {
    const roles = ['subscriber', 'agent', 'reseller', 'staff'] as const;
    expect(roles.map(purchaseTypeOf)).toEqual(['online', 'agent', 'agent', 'admin']);
  });
});
