import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPaymentInquirer } from '../../../engine/jobs/inquire-payments.ts';
import type { Payment } from '../../../engine/payments/payment.ts';
import { rial } from '../../../engine/values/rial.ts';

const attempt = (id: number, gateway: string): Payment => ({
  ...{ id, customer: 7, purpose: 'top-up', orderId: undefined, gateway, secret: `s${id}` },
  ...{ amount: rial(1), state: 'pending', token: 't', redirect: undefined, fields: {}, returnPath: '' },
  ...{ reference: undefined, card: '', reason: '', createdAt: 0, endedAt: undefined, inquiries: 0 },
});

/** An inquirer over attempts that are due, and gateways that answer when they are told to. */
function open(due: Payment[], mayRun = true) {
  const asked: number[] = [];
  const waiting = new Map<number, (error?: Error) => void>();
  const warnings: unknown[] = [];
  const inquirer = createPaymentInquirer({
    payments: { dueInquiries: async (_, limit) => due.splice(0, limit) },
    inquire: ({ id }) =>
      new Promise<void>((resolve, reject) => {
        asked.push(id);
        waiting.set(id, (error) => (error === undefined ? resolve() : reject(error)));
      }),
    mayRun: async () => mayRun,
    now: () => 0,
    log: { warn: (fields) => warnings.push(fields) },
  });
  return { inquirer, asked, warnings, answer: (id: number, error?: Error) => waiting.get(id)!(error) };
}

const range = (from: number, count: number, gateway: string) =>
  Array.from({ length: count }, (_, index) => attempt(from + index, gateway));

describe('inquiries', () => {
  it('are some at a time for one gateway, and one that hangs holds up no other', async () => {
    const { inquirer, asked, answer } = open([...range(1, 100, 'hangs'), ...range(101, 3, 'quick')]);
    expect(await inquirer.runOnce()).toBe(true);
    expect(asked).toEqual([1, 2, 3, 4]);
    expect(await inquirer.runOnce()).toBe(false);
    expect(asked).toEqual([1, 2, 3, 4, 101, 102, 103]);
    answer(2);
    await sleep(0);
    expect(asked).toEqual([1, 2, 3, 4, 101, 102, 103, 5]);
  });

  it('ask about an attempt that is still asked about, or waits, no second time', async () => {
    const due = range(1, 6, 'slow');
    const { inquirer, asked, answer } = open(due);
    await inquirer.runOnce();
    due.push(...range(1, 6, 'slow'));
    await inquirer.runOnce();
    for (const id of [1, 2, 3, 4]) answer(id);
    await sleep(0);
    expect(asked).toEqual([1, 2, 3, 4, 5, 6]);
    due.push(attempt(1, 'slow'));
    await inquirer.runOnce();
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 1]);
  });

  it('that fail are told, and keep the others from nothing', async () => {
    const { inquirer, asked, warnings, answer } = open(range(1, 5, 'one'));
    await inquirer.runOnce();
    answer(1, new Error('the ledger is away'));
    await sleep(0);
    expect(asked).toContain(5);
    expect(warnings).toMatchObject([{ payment: 1, gateway: 'one', reason: 'Error: the ledger is away' }]);
  });

  it('are left to the program that holds the lease', async () => {
    const due = range(1, 2, 'one');
    const { inquirer, asked } = open(due, false);
    expect(await inquirer.runOnce()).toBe(false);
    expect([asked, due.length]).toEqual([[], 2]);
  });

  it('begin no more once they are stopped, and those under way are waited for', async () => {
    const { inquirer, asked, answer } = open(range(1, 9, 'one'));
    await inquirer.runOnce();
    let isStopped = false;
    const stopping = inquirer.stop().then(() => {
      isStopped = true;
    });
    await sleep(5);
    expect(isStopped).toBe(false);
    for (const id of [1, 2, 3, 4]) answer(id);
    await stopping;
    expect(asked).toEqual([1, 2, 3, 4]);
  });
});
