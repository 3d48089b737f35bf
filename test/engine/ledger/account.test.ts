import { describe, expect, it } from 'vitest';
import {
  kindOf,
  normalSideOf,
  onNormalSide,
  parseAccount,
  walletOf,
} from '../../../engine/ledger/account.ts';

describe('the code of an account', () => {
  it.each([
    'wallet:17',
    'receivable:9007199254740991',
    'agent:5',
    'commissions',
    'gateway:zarinpal',
    'revenue',
    'vat-payable',
    'bank',
  ])('%s is read', (code) => expect(parseAccount(code)).toBe(code));

  it.each([
    ...['', 'wallet', 'wallet:', 'wallet:0', 'wallet:017', 'wallet:-1', 'wallet:1.5', 'wallet:1:2'],
    ...['wallet:9007199254740992', 'receivable:x', 'gateway', 'gateway:Zarinpal', 'gateway:-a'],
    ...['agent', 'agent:0', 'commissions:1', 'revenue:1', 'bank:', 'constructor', 'toString', 'wallet:۱۷'],
  ])('"%s" is none', (code) => expect(parseAccount(code)).toBeUndefined());

  it('says what it is of and on which side it grows', () => {
    expect(kindOf(walletOf(17))).toBe('wallet');
    expect([normalSideOf('wallet:17'), normalSideOf('bank')]).toEqual(['credit', 'debit']);
    expect([onNormalSide('wallet:17', -5), onNormalSide('bank', -5)]).toEqual([5, -5]);
    expect(Object.is(onNormalSide('wallet:17', 0), 0)).toBe(true);
  });
});
