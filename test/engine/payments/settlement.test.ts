import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Payment } from '../../../engine/payments/payment.ts';
import { matchSettlement, readSettlement } from '../../../engine/payments/settlement.ts';
import { rial } from '../../../engine/values/rial.ts';

const paid = (reference: string, amount: number): Payment => ({
  ...{ id: 1, customer: 7, purpose: 'top-up', orderId: undefined, gateway: 'mellat', secret: 's' },
  ...{ amount: rial(amount), state: 'paid', token: 't', redirect: undefined, fields: {}, returnPath: '' },
  ...{ reference, card: '', reason: '', createdAt: 0, endedAt: 1, inquiries: 0 },
});

describe('a settlement file', () => {
  it('is read by its header, with Persian digits, separators and columns in any order', () => {
    const text = '\ufeffDate,Amount,Reference,Fee\n1405/08/30,"۱٬۲۰۰,۰۰۰",۱۷۰۱,1200\n\nx, 5000 ,1702,\n';
    expect(readSettlement(text)).toEqual({
      ok: true,
      value: [
        { line: 2, reference: '1701', amount: 1_200_000, fee: 1_200 },
        { line: 4, reference: '1702', amount: 5_000, fee: 0 },
      ],
    });
    expect(readSettlement('شماره مرجع,مبلغ\na1,7')).toMatchObject({
      value: [{ reference: 'a1', amount: 7 }],
    });
  });

  it('is refused with every line that cannot be read', () => {
    expect(readSettlement('reference,amount\n,5\n1,5.5\n2,-1\n3,6')).toEqual({
      ok: false,
      error: [
        { line: 2, message: 'has no reference' },
        { line: 3, message: 'has an amount that is not whole Rial' },
        { line: 4, message: 'has an amount that is not whole Rial' },
      ],
    });
    expect(readSettlement('reference,amount,fee\n1,5,6')).toMatchObject({ error: [{ line: 2 }] });
    for (const text of ['', 'a,b\n1,2', 'reference,amount\n"1,2', 'reference,amount\n1,2,3']) {
      expect(readSettlement(text).ok).toBe(false);
    }
    const most = 'reference,amount\n1,300000000000000';
    expect(readSettlement(most).ok).toBe(true);
    expect(readSettlement(`${most}\n2,1`)).toMatchObject({ error: [{ line: 0 }] });
    const tooMuch = readSettlement('reference,amount\n1,300000000000001\n2,9007199254740991');
    expect(tooMuch).toMatchObject({ error: [{ line: 2 }, { line: 3 }] });
  });

  it('is never the cause of an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `reference,amount\n${text}`),
        ),
        (text) => {
          const read = readSettlement(text);
          if (read.ok) matchSettlement(read.value, []);
        },
      ),
    );
  });
});

describe('the comparison', () => {
  it('tells what is missing here, missing there, of another amount and repeated', () => {
    const read = readSettlement('reference,amount,fee\n1,100,1\n2,200,2\n3,300,4\n1,100,1');
    if (!read.ok) throw new Error('not read');
    const report = matchSettlement(read.value, [paid('1', 100), paid('2', 201), paid('9', 900)]);
    expect(report).toMatchObject({
      ...{ rows: 4, matched: 1, amount: 600, fees: 7 },
      missingHere: [{ reference: '3', line: 4 }],
      missingThere: [{ reference: '9' }],
      amountDiffers: [{ row: { amount: 200 }, payment: { amount: 201 } }],
      repeated: [{ reference: '1', line: 5 }],
    });
  });

  it('puts every row and every payment in one place', () => {
    const reference = fc.constantFrom('1', '2', '3', '4', '5', '6');
    const row = fc.record({ reference, amount: fc.integer({ min: 1, max: 3 }) });
    const payments = fc.uniqueArray(row, { selector: (one) => one.reference });
    fc.assert(
      fc.property(fc.array(row), payments, (rows, ours) => {
        const listed = rows.map((one, line) => ({ line, ...one, amount: rial(one.amount), fee: rial(0) }));
        const mine = ours.map((one) => paid(one.reference, one.amount));
        const report = matchSettlement(listed, mine);
        const { matched, missingHere, missingThere, amountDiffers, repeated } = report;
        expect(matched + missingHere.length + amountDiffers.length + repeated.length).toBe(rows.length);
        expect(matched + amountDiffers.length + missingThere.length).toBe(ours.length);
        const once = new Map(rows.toReversed().map((one) => [one.reference, one.amount]));
        expect(report.amount).toBe([...once.values()].reduce((sum, amount) => sum + amount, 0));
      }),
    );
  });
});
