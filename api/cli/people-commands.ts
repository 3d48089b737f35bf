import { type Grammar, query } from './grammar.ts';
import { showCustomer, showCustomers, showStandings, showStoredCustomer } from './show-people.ts';

/** Customers, and how lines stood. */
export const PEOPLE_GRAMMARS: readonly Grammar[] = [
  {
    words: ['customer', 'show'],
    operand: 'NUMBER',
    options: [],
    show: showCustomer,
    request: (number) => ({ method: 'GET', path: `/customers/${encodeURIComponent(number)}` }),
  },
  {
    words: ['customer', 'add'],
    operand: 'FILE.json',
    options: [],
    show: showStoredCustomer,
    request: () => ({ method: 'POST', path: '/customers' }),
  },
  {
    words: ['customer', 'find'],
    operand: 'TEXT',
    options: ['by', 'limit'],
    show: showCustomers,
    request: (text, { by = 'name', limit }) => ({
      method: 'GET',
      path: `/customers${query({ [String(by)]: text, limit })}`,
    }),
  },
  {
    words: ['line', 'history'],
    operand: 'USERNAME',
    options: ['limit'],
    show: showStandings,
    request: (username, { limit }) => ({
      method: 'GET',
      path: `/lines/${encodeURIComponent(username)}/standing-history${query({ limit })}`,
    }),
  },
];
