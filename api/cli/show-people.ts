import type {
  ContractAnswer,
  CustomerAnswer,
  CustomerDetailAnswer,
  CustomersAnswer,
  StandingHistoryAnswer,
  StoredCustomerAnswer,
} from '../people.ts';
import { type Column, formatFields, formatInstant, formatTable } from './format.ts';
import type { Show } from './show.ts';

const customerColumns: readonly Column<CustomerAnswer>[] = [
  { heading: 'NUMBER', align: 'right', cell: ({ id }) => String(id) },
  { heading: 'NATIONAL ID', cell: ({ nationalId }) => nationalId },
  { heading: 'MOBILE', cell: ({ mobile }) => mobile },
  { heading: 'NAME', cell: ({ name }) => name },
];

const lineColumns: readonly Column<ContractAnswer>[] = [
  { heading: 'USERNAME', cell: ({ username }) => username },
  { heading: 'STATUS', cell: ({ status }) => status },
  { heading: 'PLAN', cell: ({ plan }) => plan },
  { heading: 'ENDS', cell: ({ expiresAt }) => formatInstant(expiresAt) },
  { heading: 'PHONE', cell: ({ phone }) => phone },
  { heading: 'EXCHANGE', cell: ({ exchange }) => exchange },
  { heading: 'COUNTY', cell: ({ county }) => county },
];

/** `customer show`: who it is, their documents and their lines. */
export const showCustomer: Show = (body) => {
  const { customer, lines, documents } = body as CustomerDetailAnswer;
  const fields = `${formatFields([...particulars(customer), ['Documents', documentsIn(documents)]])}\n\n`;
  return fields + (lines.length === 0 ? 'No lines.' : formatTable(lineColumns, lines));
};

/** `customer add`: what was stored, and what should be looked at again. */
export const showStoredCustomer: Show = (body) => {
  const { customer, warnings } = body as StoredCustomerAnswer;
  const looked = warnings.map(({ path, message }) => `\nLook again: ${path} ${message}.`);
  return `${formatFields(particulars(customer))}${looked.join('')}`;
};

/** `customer find`. */
export const showCustomers: Show = (body) => {
  const { customers, next } = body as CustomersAnswer;
  if (customers.length === 0) return 'Nobody.';
  const more = next === null ? '' : '\n\nThere are more; say more of them, or ask for them with --limit.';
  return `${formatTable(customerColumns, customers)}${more}`;
};

/** `line history`: newest last. */
export const showStandings: Show = (body) => {
  const { changes, next } = body as StandingHistoryAnswer;
  if (changes.length === 0) return 'In operation since it is there.';
  const table = formatTable(
    [
      { heading: 'DAY', cell: ({ day }) => day },
      { heading: 'AT', cell: ({ at }) => formatInstant(at) },
      { heading: 'STANDING', cell: ({ standing }) => standing },
      { heading: 'REASON', cell: ({ reason }) => reason },
      { heading: 'BY', cell: ({ actor }) => actor },
      { heading: 'NOTE', cell: ({ note }) => note },
    ],
    changes,
  );
  return next === null ? table : `${table}\n\nThere are more; ask for them with --limit.`;
};

function particulars(customer: CustomerAnswer): (readonly [string, string])[] {
  const known: (readonly [string, string])[] = [
    ['Number', String(customer.id)],
    [customer.kind === 'person' ? 'Person' : 'Company', customer.name],
    ['National id', customer.nationalId],
    ['Mobile', customer.mobile],
    ['Phone', customer.phone],
    ['E-mail', customer.email],
    [customer.kind === 'person' ? 'Born' : 'Registered', customer.bornOnJalali],
    ['Postal code', customer.postalCode],
    ['Address', customer.address],
    ['Missing', customer.missingFields.join(', ')],
  ];
  return known.filter(([, value]) => value !== '');
}

function documentsIn({ state, deadline, missing }: CustomerDetailAnswer['documents']): string {
  if (state === 'complete') return 'nothing is missing';
  const until = state === 'suspended' ? 'lines are off since' : 'lines go off';
  return `${missing.join(', ')}: ${until} ${formatInstant(deadline)}`;
}
