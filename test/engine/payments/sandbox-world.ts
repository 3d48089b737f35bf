import type { SandboxBankStore, SandboxPayment } from '../../../engine/payments/sandbox-bank.ts';

/** A book of the sandbox bank in memory, as simple as its interface allows. */
export function memoryBook(): SandboxBankStore & { readonly rows: Map<string, SandboxPayment> } {
  const rows = new Map<string, SandboxPayment>();
  return {
    rows,
    insert: async (payment) => {
      const isKnown = [...rows.values()].some(({ paymentId }) => paymentId === payment.paymentId);
      if (!isKnown) rows.set(payment.token, payment);
      return !isKnown;
    },
    find: async (token) => rows.get(token),
    replace: async (from, { token, state, reference, card }) => {
      const row = rows.get(token);
      if (row?.state !== from) return false;
      rows.set(token, { ...row, state, reference, card });
      return true;
    },
  };
}
