import type { ChainReport } from '../../engine/ledger/money-ledger.ts';
import type { AccountAnswer, AccountRowAnswer } from '../routes/ledger.ts';
import { type Column, formatFields, formatInstant, formatTable } from './format.ts';
import type { Show } from './show.ts';

const grouped = new Intl.NumberFormat('en-US');

/** Whole Rial in groups of three digits; people set it against a statement, so nothing is cut. */
export function formatRial(amount: number): string {
  return grouped.format(amount);
}

/** Entries of an account, a row each. */
export const rowColumns: readonly Column<AccountRowAnswer>[] = [
  { heading: 'ENTRY', align: 'right', cell: ({ number }) => String(number) },
  { heading: 'AT', cell: ({ postedAt }) => formatInstant(postedAt) },
  { heading: 'KIND', cell: ({ kind, reverses }) => (reverses === null ? kind : `${kind} of ${reverses}`) },
  { heading: 'CHANGE', align: 'right', cell: ({ change }) => formatRial(change) },
  { heading: 'BALANCE', align: 'right', cell: ({ balance }) => formatRial(balance) },
  { heading: 'AGAINST', cell: ({ against }) => against.join(', ') },
  { heading: 'ORDER', cell: ({ orderId }) => orderId },
  { heading: 'PAYMENT', cell: ({ paymentId }) => paymentId },
  { heading: 'BY', cell: ({ actor }) => actor },
  { heading: 'REASON', cell: ({ reason }) => reason },
];

/** `ledger account`: the balance and the entries that made it. */
export const showAccount: Show = (body) => {
  const { account, balance, creditLimit, entries, opening, next } = body as AccountAnswer;
  const fields = formatFields([
    ['Account', account],
    ['Balance', `${formatRial(balance)} Rial`],
    ...(creditLimit === null ? [] : [['Limit', `${formatRial(creditLimit)} Rial`] as const]),
  ]);
  if (entries.length === 0) return `${fields}\n\nNo entries.`;
  const table = formatTable(rowColumns, entries);
  const rest =
    next === null
      ? ''
      : `\n\nBefore them the balance was ${formatRial(opening)} Rial; ask for more with --limit, or before ${next} by the API.`;
  return `${fields}\n\n${table}${rest}`;
};

/** `ledger verify`: what was read, the place to keep for next time, and every fault. */
export const showVerification: Show = (body) => {
  const { entries, head, faults, chainFaults, balanceFaults } = body as ChainReport;
  const fields = formatFields([
    ['Entries', String(entries)],
    ['Faults', faults === 0 ? 'none: every hash, sum and balance is right' : String(faults)],
    ['To keep', head.number === 0 ? '-' : `${head.number}:${head.hash}`],
  ]);
  const tables: string[] = [];
  if (chainFaults.length > 0) {
    const entry: Column<ChainReport['chainFaults'][number]> = {
      heading: 'ENTRY',
      align: 'right',
      cell: ({ number }) => String(number),
    };
    tables.push(formatTable([entry, { heading: 'FAULT', cell: ({ kind }) => kind }], chainFaults));
  }
  if (balanceFaults.length > 0) {
    tables.push(
      formatTable(
        [
          { heading: 'ACCOUNT', cell: ({ account }) => account },
          { heading: 'BALANCE', align: 'right', cell: ({ balance }) => formatRial(balance) },
          { heading: 'OF LINES', align: 'right', cell: ({ lines }) => formatRial(lines) },
        ],
        balanceFaults,
      ),
    );
  }
  return [fields, ...tables].join('\n\n');
};
