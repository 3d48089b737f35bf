import { rial } from '../values/rial.ts';
import type { InvoicePayment } from './invoice.ts';

/** A change of what a customer owes, as the ledger has it. */
export interface DebtChange {
  /** Key of its entry. */
  readonly key: string;
  /** Rial: above 0 a new debt, below 0 a payment. */
  readonly amount: number;
  /** Of a payment: where the money came from, and what the gateway calls it; '' when that is not known. */
  readonly from:
    | { readonly by: 'wallet' }
    | { readonly by: 'gateway'; readonly gateway: string; readonly reference: string };
}

/**
 * How a debt was paid. The ledger knows what a customer paid, not for which debt: payments go to the oldest debt first. So
 * nothing is called paid that was not, and the payments of all debts add up to what came in.
 * @param changes all changes of the customer's receivable, oldest first.
 * @param key of the entry that made the debt; no payments when there is none.
 */
export function paymentsOfDebt(changes: readonly DebtChange[], key: string): readonly InvoicePayment[] {
  const own = changes.findIndex((change) => change.key === key);
  if (own < 0) return [];
  const start = sum(changes.slice(0, own).filter(({ amount }) => amount > 0));
  const end = start + changes[own]!.amount;
  const payments: InvoicePayment[] = [];
  let paid = 0;
  for (const { amount, from } of changes) {
    if (amount >= 0) continue;
    const share = Math.min(end, paid - amount) - Math.max(start, paid);
    paid -= amount;
    if (share > 0) payments.push({ ...from, amount: rial(share) });
  }
  return payments;
}

function sum(changes: readonly DebtChange[]): number {
  return changes.reduce((total, { amount }) => total + amount, 0);
}
