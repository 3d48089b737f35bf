import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DebtChange, paymentsOfDebt } from '../../../engine/invoices/paid-later.ts';

const WALLET = { by: 'wallet' } as const;
const BANK = { by: 'gateway', gateway: 'zarinpal', reference: '17' } as const;
const debt = (key: string, amount: number): DebtChange => ({ key, amount, from: WALLET });
const paid = (amount: number, from: DebtChange['from'] = WALLET): DebtChange => ({
  key: `p${amount}`,
  amount: -amount,
  from,
});

describe('how a debt was paid', () => {
  it('is told by what came in, oldest debt first', () => {
    const changes = [debt('mehr', 100), debt('aban', 70), paid(130, BANK), paid(25)];
    expect(paymentsOfDebt(changes, 'mehr')).toEqual([{ ...BANK, amount: 100 }]);
    expect(paymentsOfDebt(changes, 'aban')).toEqual([
      { ...BANK, amount: 30 },
      { ...WALLET, amount: 25 },
    ]);
    expect(paymentsOfDebt(changes, 'azar')).toEqual([]);
  });

  it('never claims more than came in, and leaves out nothing that did', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 1_000 })), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (wanted) => {
        let owed = 0;
        const changes = wanted.flatMap(([isDebt, amount], index) => {
          if (isDebt) owed += amount;
          else if (owed < amount) return [];
          else owed -= amount;
          return [isDebt ? debt(`d${index}`, amount) : paid(amount)];
        });
        const debts = changes.filter(({ amount }) => amount > 0);
        const shares = debts.map(({ key }) =>
          paymentsOfDebt(changes, key).reduce((sum, { amount }) => sum + amount, 0),
        );
        const cameIn = changes.reduce((sum, { amount }) => sum + Math.max(0, -amount), 0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(cameIn);
        expect(shares.every((share, index) => share <= debts[index]!.amount)).toBe(true);
      }),
    );
  });
});
