import type { Call } from './client.ts';
import type { Grammar } from './grammar.ts';
import { post } from './order-commands.ts';
import {
  showBills,
  showClock,
  showPause,
  showPauses,
  showPurchases,
  showRecharge,
  showRecharges,
} from './show-services.ts';

const ONE_LINE = { operand: 'USERNAME', options: [] } as const;

function pathOf(username: string, part: string): string {
  return `/lines/${encodeURIComponent(username)}/${part}`;
}

function get(username: string, part: string): Call {
  return { method: 'GET', path: pathOf(username, part) };
}

/** What lines bought, and what time does to it. */
export const SERVICE_GRAMMARS: readonly Grammar[] = [
  {
    ...{ words: ['purchases'], ...ONE_LINE, show: showPurchases },
    request: (username) => get(username, 'purchases'),
  },
  { ...{ words: ['bills'], ...ONE_LINE, show: showBills }, request: (username) => get(username, 'bills') },
  {
    ...{ words: ['recharges'], ...ONE_LINE, show: showRecharges },
    request: (username) => get(username, 'recharges'),
  },
  {
    ...{ words: ['recharge'], ...ONE_LINE, show: showRecharge },
    request: (username) => post(pathOf(username, 'recharge')),
  },
  { ...{ words: ['pauses'], ...ONE_LINE, show: showPauses }, request: (username) => get(username, 'pauses') },
  {
    ...{ words: ['pause'], ...ONE_LINE, show: showPause },
    request: (username) => post(pathOf(username, 'pause')),
  },
  {
    ...{ words: ['end-pause'], ...ONE_LINE, show: showPause },
    request: (username) => post(pathOf(username, 'end-pause')),
  },
  {
    ...{ words: ['pass-time'], operand: 'INSTANT', options: [], show: showClock },
    request: (now) => ({ method: 'POST', path: '/test-clock/pass', body: JSON.stringify({ now }) }),
    meaning: (body) => ('running' in (body as object) ? 'again' : 'done'),
  },
];
