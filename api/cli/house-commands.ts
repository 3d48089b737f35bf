import { type Grammar, query } from './grammar.ts';
import { showOffer, showOffers } from './show-offers.ts';
import { showSetting, showSettings } from './show-settings.ts';

/** What the house sells, and its settings. */
export const HOUSE_GRAMMARS: readonly Grammar[] = [
  {
    words: ['offer', 'list'],
    options: ['role'],
    show: showOffers,
    request: (_, { role }) => ({ method: 'GET', path: `/offers${query({ role })}` }),
  },
  {
    words: ['offer', 'show'],
    operand: 'CODE',
    options: [],
    show: showOffer,
    request: (code) => ({ method: 'GET', path: `/offers/${encodeURIComponent(code)}` }),
  },
  {
    words: ['settings'],
    options: [],
    show: showSettings,
    request: () => ({ method: 'GET', path: '/settings' }),
  },
  {
    words: ['setting', 'show'],
    operand: 'NAME',
    options: [],
    show: showSetting,
    request: (name) => ({ method: 'GET', path: `/settings/${encodeURIComponent(name)}` }),
  },
];
