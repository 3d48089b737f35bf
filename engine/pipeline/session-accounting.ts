import type { AccountingRecord } from '../accounting/record.ts';

/** What a NAS reports of a session, with the values of Class as they came. */
export interface SessionAccounting {
  readonly about: 'session';
  readonly record: AccountingRecord;
  readonly classValues: readonly Buffer[];
}
