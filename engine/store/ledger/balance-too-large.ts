/** The check of the schema on what an account holds (`0010-money.sql`). */
const CHECK = 'ledger_balance_balance_check';

/** Whether the ledger has refused a posting because an account would hold more than 2^53 - 1 Rial: nothing of it is stored. */
export function isBalanceTooLarge(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { readonly code?: unknown; readonly constraint?: unknown };
  return code === '23514' && constraint === CHECK;
}
