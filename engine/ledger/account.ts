/**
 * An account of the money ledger, by its code. `wallet:17` is what we owe customer 17, `receivable:17` what customer 17
 * owes us, `agent:5` the deposit of agent 5, `gateway:zarinpal` what that payment gateway has collected and not yet paid
 * out.
 */
export type AccountCode =
  | `wallet:${number}`
  | `receivable:${number}`
  | `agent:${number}`
  | `gateway:${string}`
  | 'bank'
  | 'revenue'
  | 'line-rental'
  | 'returned-service'
  | 'vat-payable'
  | 'gateway-fees'
  | 'promotions'
  | 'commissions'
  | 'opening-balances'
  | 'suspense';

/** What an account is of: its code without the customer, agent or gateway. */
export type AccountKind =
  | 'wallet'
  | 'receivable'
  | 'agent'
  | 'gateway'
  | Exclude<AccountCode, `${string}:${string}`>;

/** The side on which an account grows. */
export type Side = 'debit' | 'credit';

/**
 * Normal side of each kind. Debit: what we have, what is owed to us and what we have spent. Credit: what we owe and what
 * we have earned. `returned-service` is the rest of services that were given back for others (product line P52): it
 * lowers revenue, so that prices and returns can be read apart. `opening-balances` «مانده افتتاحیه» is equity: what the
 * books began with, below 0 while that is what customers were owed.
 */
const NORMAL_SIDES: Readonly<Record<AccountKind, Side>> = {
  wallet: 'credit',
  receivable: 'debit',
  agent: 'credit',
  gateway: 'debit',
  bank: 'debit',
  revenue: 'credit',
  'line-rental': 'credit',
  'returned-service': 'debit',
  'vat-payable': 'credit',
  'gateway-fees': 'debit',
  promotions: 'debit',
  commissions: 'debit',
  'opening-balances': 'credit',
  suspense: 'credit',
};

const NUMBER = /^[1-9]\d{0,15}$/;
const GATEWAY = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Reads an account's code from outside; `undefined` when there can be no such account. */
export function parseAccount(text: string): AccountCode | undefined {
  const [kind = '', owner, more] = text.split(':');
  if (!Object.hasOwn(NORMAL_SIDES, kind) || more !== undefined) return undefined;
  return isOwnerOf(kind as AccountKind, owner) ? (text as AccountCode) : undefined;
}

function isOwnerOf(kind: AccountKind, owner: string | undefined): boolean {
  switch (kind) {
    case 'wallet':
    case 'receivable':
    case 'agent':
      return owner !== undefined && NUMBER.test(owner) && Number.isSafeInteger(Number(owner));
    case 'gateway':
      return owner !== undefined && GATEWAY.test(owner);
    default:
      return owner === undefined;
  }
}

/** What we owe a customer. @param customer the customer's number, from 1. */
export function walletOf(customer: number): AccountCode {
  return known(`wallet:${customer}`);
}

/** What a customer owes us: bills and loans. @param customer the customer's number, from 1. */
export function receivableOf(customer: number): AccountCode {
  return known(`receivable:${customer}`);
}

/** What we owe an agent: the deposit «شارژ نمایندگی». @param agent the agent's number, from 1. */
export function depositOf(agent: number): AccountCode {
  return known(`agent:${agent}`);
}

/** What a gateway has collected for us. @param gateway its name: a-z, 0-9 and hyphens, 40 at most. */
export function gatewayOf(gateway: string): AccountCode {
  return known(`gateway:${gateway}`);
}

function known(code: AccountCode): AccountCode {
  const parsed = parseAccount(code);
  if (parsed === undefined) throw new RangeError(`no account: ${code}`);
  return parsed;
}

/** What the account is of. */
export function kindOf(account: AccountCode): AccountKind {
  return account.split(':', 1)[0] as AccountKind;
}

/**
 * Whether the account is credit that somebody spends: a wallet, or an agent's deposit. It never falls below 0, or below
 * minus its credit limit.
 */
export function isCredit(account: AccountCode): boolean {
  const kind = kindOf(account);
  return kind === 'wallet' || kind === 'agent';
}

/** The side on which the account grows. */
export function normalSideOf(account: AccountCode): Side {
  return NORMAL_SIDES[kindOf(account)];
}

/**
 * A sum of debits less credits as people read the account: above 0 on its normal side (credit in a wallet, a debt in a
 * receivable), below 0 beyond it.
 */
export function onNormalSide(account: AccountCode, debit: number): number {
  // 0 - x and not -x: an empty account is 0, never -0.
  return normalSideOf(account) === 'debit' ? debit : 0 - debit;
}
