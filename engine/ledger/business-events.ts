import { addRial, type Rial } from '../values/rial.ts';
import { type AccountCode, depositOf, gatewayOf, receivableOf, walletOf } from './account.ts';
import {
  type Circumstances,
  credit,
  debit,
  type EntryKind,
  type LedgerLine,
  makePosting,
  mergeLines,
  type Posting,
  sumOf,
} from './posting.ts';

/** What a customer is charged: the figures of an invoice. */
export interface Charge {
  readonly price: Rial;
  readonly vat: Rial;
  readonly lineRental: Rial;
}

/** Money that came through a gateway. */
export interface GatewayMoney {
  readonly gateway: string;
  readonly amount: Rial;
}

/** Money that came from outside: through a gateway, or into our bank account. */
export type Incoming = GatewayMoney | { readonly bank: true; readonly amount: Rial };

/** Money that a customer has paid: from outside, or by an agent's deposit. */
export type Received = Incoming | { readonly agent: number; readonly amount: Rial };

/** What an agent earns of a sale. */
export interface Earning {
  readonly agent: number;
  readonly amount: Rial;
}

/** A sale to a customer. */
export interface Sale {
  readonly customer: number;
  readonly charge: Charge;
  /** What the service that this one replaces was still worth (product line P51). */
  readonly returned: Rial;
  /** What was paid for it; the wallet bears the rest, or takes what is too much (P52, P53). */
  readonly paid?: Received | undefined;
}

/** Money that was paid, as the gateway or staff confirmed, becomes credit. Also of an order that could not be applied. */
export function topUp(circumstances: Circumstances, customer: number, paid: Received): Posting {
  return move('top-up', circumstances, placeOf(paid), walletOf(customer), paid.amount);
}

/** A sale; `undefined` when it moves no money at all. */
export function purchase(circumstances: Circumstances, sale: Sale): Posting | undefined {
  const { customer, charge, returned, paid } = sale;
  const lines = [
    ...earned(charge),
    debit('returned-service', returned),
    ...(paid === undefined ? [] : [debit(placeOf(paid), paid.amount)]),
  ];
  const rest = { account: walletOf(customer), amount: 0 - sumOf(lines) };
  const all = mergeLines([...lines, rest]);
  return all.length === 0 ? undefined : makePosting('purchase', circumstances, all);
}

/** A bill for a term that the customer has had already: he owes it. */
export function bill(circumstances: Circumstances, customer: number, charge: Charge): Posting {
  const { price, vat, lineRental } = charge;
  const owed = debit(receivableOf(customer), addRial(price, vat, lineRental));
  return makePosting('bill', circumstances, [owed, ...earned(charge)]);
}

/** A sale, or a part of one, is given back as credit in the wallet or through the gateway that was paid at. */
export function refund(circumstances: Circumstances, customer: number, charge: Charge, to?: string): Posting {
  const { price, vat, lineRental } = charge;
  const given = credit(
    to === undefined ? walletOf(customer) : gatewayOf(to),
    addRial(price, vat, lineRental),
  );
  return makePosting('refund', circumstances, [given, ...earned(charge).map(opposite)]);
}

/** Credit that nobody paid for. */
export function gift(circumstances: Circumstances, customer: number, amount: Rial): Posting {
  return move('gift', circumstances, 'promotions', walletOf(customer), amount);
}

/** Credit that a customer had before these books began, such as at another program. */
export function openingBalance(circumstances: Circumstances, customer: number, amount: Rial): Posting {
  return move('opening-balance', circumstances, 'opening-balances', walletOf(customer), amount);
}

/** Credit that the customer owes us (product line P60, policy `loan`). */
export function loan(circumstances: Circumstances, customer: number, amount: Rial): Posting {
  return move('loan', circumstances, receivableOf(customer), walletOf(customer), amount);
}

/** The customer pays a loan or a bill: from his wallet, or with what he has paid. */
export function repayment(
  circumstances: Circumstances,
  customer: number,
  amount: Rial,
  paid?: Received,
): Posting {
  const from = paid === undefined ? walletOf(customer) : placeOf(paid);
  return move('repayment', circumstances, from, receivableOf(customer), amount);
}

/** What a gateway keeps for its service. */
export function gatewayFee(circumstances: Circumstances, fee: GatewayMoney): Posting {
  return move('gateway-fee', circumstances, 'gateway-fees', gatewayOf(fee.gateway), fee.amount);
}

/** A gateway pays out to our bank account. */
export function settlement(circumstances: Circumstances, paid: GatewayMoney): Posting {
  return move('settlement', circumstances, 'bank', gatewayOf(paid.gateway), paid.amount);
}

/** Money on our bank account that nobody can assign yet. */
export function unidentified(circumstances: Circumstances, amount: Rial): Posting {
  return move('unidentified', circumstances, 'bank', 'suspense', amount);
}

/** Money that was unidentified turns out to be a customer's. */
export function identified(circumstances: Circumstances, customer: number, amount: Rial): Posting {
  return move('identified', circumstances, 'suspense', walletOf(customer), amount);
}

/** An agent pays in advance what customers will be sold. Cash is the gateway `cash` until it is at the bank. */
export function agentDeposit(circumstances: Circumstances, agent: number, paid: Incoming): Posting {
  return move('agent-deposit', circumstances, placeOf(paid), depositOf(agent), paid.amount);
}

/** What agents earn of a sale is added to their deposits; `undefined` when nobody earns anything. */
export function commission(circumstances: Circumstances, earnings: readonly Earning[]): Posting | undefined {
  const earned = mergeLines(earnings.map(({ agent, amount }) => credit(depositOf(agent), amount)));
  if (earned.length === 0) return undefined;
  const spent = { account: 'commissions' as const, amount: 0 - sumOf(earned) };
  return makePosting('commission', circumstances, [...earned, spent]);
}

/**
 * What agents give back when a sale is refunded; `undefined` when that is nothing. The one event that takes more from a
 * deposit than it has: what is missing is owed, and whatever comes into the deposit pays it first.
 */
export function commissionReturn(
  circumstances: Circumstances,
  returned: readonly Earning[],
): Posting | undefined {
  const taken = mergeLines(returned.map(({ agent, amount }) => debit(depositOf(agent), amount)));
  if (taken.length === 0) return undefined;
  const saved = { account: 'commissions' as const, amount: 0 - sumOf(taken) };
  return makePosting('commission-return', circumstances, [...taken, saved]);
}

/**
 * Takes an entry back by its opposite. The key is made of the entry's number, so that no entry is taken back twice.
 * @param by who takes it back, and why.
 */
export function reversal(
  by: Pick<Circumstances, 'actor' | 'reason'>,
  entry: Posting & { readonly number: number },
): Posting {
  const { number, orderId, paymentId } = entry;
  const circumstances = { ...by, key: `reversal:${number}`, orderId, paymentId };
  return makePosting('reversal', circumstances, entry.lines.map(opposite), number);
}

function placeOf(paid: Received): AccountCode {
  if ('bank' in paid) return 'bank';
  return 'agent' in paid ? depositOf(paid.agent) : gatewayOf(paid.gateway);
}

function earned({ price, vat, lineRental }: Charge): readonly LedgerLine[] {
  return [credit('revenue', price), credit('vat-payable', vat), credit('line-rental', lineRental)];
}

function opposite({ account, amount }: LedgerLine): LedgerLine {
  return { account, amount: 0 - amount };
}

function move(
  kind: EntryKind,
  circumstances: Circumstances,
  debited: AccountCode,
  credited: AccountCode,
  amount: Rial,
): Posting {
  return makePosting(kind, circumstances, [debit(debited, amount), credit(credited, amount)]);
}
