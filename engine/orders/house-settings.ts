import type { ReserveStart } from '../catalog/offer.ts';
import type { VatRate } from '../catalog/vat.ts';
import type { Instant } from '../values/instant.ts';
import { octets } from '../values/octets.ts';
import { DOCUMENT_GRACE_DAYS } from './document-deadline.ts';
import type { FreeChargePolicy } from './free-charge.ts';
import type { PauseRules } from './pause.ts';
import type { RemainingRules } from './remaining-value.ts';
import { type ReminderRules, USUAL_REMINDERS } from './reminders.ts';

/** Who sells, as it stands on invoices. */
export interface Seller {
  readonly name: string;
  readonly nationalId: string;
  readonly economicCode: string;
  readonly registrationNumber: string;
  readonly address: string;
  readonly postalCode: string;
  readonly phone: string;
}

/** An account or card of the house to pay into «کادر زرد رنگ» (product line A06). */
export interface DepositAccount {
  readonly bank: string;
  readonly owner: string;
  readonly cardNumber: string;
  readonly accountNumber: string;
  readonly sheba: string;
}

/** Everything that one house does otherwise than another. Each setting has values with the dates from which they hold. */
export interface HouseSettings {
  /** Go before the rates that the program knows; see `vatRateAt`. */
  readonly vatRates: readonly VatRate[];
  readonly remainingRules: RemainingRules;
  /** Share of a service's base that its remaining value may fall by between the quote of a change and its payment. */
  readonly changeTolerancePercent: number;
  readonly reserveStart: ReserveStart;
  /** `null`: there is none. */
  readonly freeCharge: FreeChargePolicy | null;
  readonly reminders: ReminderRules;
  readonly pause: PauseRules;
  readonly documentGraceDays: number;
  /** Days for which a static IP stays with its line after the months that were paid. */
  readonly staticIpGraceDays: number;
  /** Hours for which the figures of an unpaid order hold. */
  readonly orderHours: number;
  /** On Tehran's wall: when lines go into the collection list and other daily work is done; 200 is 03:20. */
  readonly dailyMinute: number;
  readonly seller: Seller;
  readonly depositAccounts: readonly DepositAccount[];
  /** Told wherever something cannot be done online (product lines A05 and A10). */
  readonly supportPhones: readonly string[];
}

/** Name of a setting. */
export type SettingName = keyof HouseSettings;

/** What holds where the house has said nothing. */
export const USUAL_SETTINGS: HouseSettings = {
  vatRates: [],
  // By days alone a volume could be used up in an hour and be had again for its tax.
  remainingRules: { basis: 'smaller', dayBase: 'actual', base: 'price' },
  // Who orders online goes on with the tab that is open.
  changeTolerancePercent: 5,
  // Who has no volume left and buys wants to be online at that very moment (product line P06).
  reserveStart: 'end-or-exhaustion',
  // The sample of product line P57.
  freeCharge: { days: 2, octets: octets(100 * 1024 ** 2), onDaysOut: 'days', kind: 'gift' },
  reminders: USUAL_REMINDERS,
  pause: { daysMax: 30 },
  documentGraceDays: DOCUMENT_GRACE_DAYS,
  staticIpGraceDays: 3,
  orderHours: 24,
  dailyMinute: 200,
  seller: {
    ...{ name: '', nationalId: '', economicCode: '', registrationNumber: '' },
    ...{ address: '', postalCode: '', phone: '' },
  },
  depositAccounts: [],
  supportPhones: [],
};

/** A value of a setting, and from when on it holds. */
export interface SettingVersion<Name extends SettingName = SettingName> {
  readonly name: Name;
  readonly from: Instant;
  readonly value: HouseSettings[Name];
}

/** The settings as they hold at `at`: of each the newest value that has begun, else the usual one. */
export function settingsAt(versions: readonly SettingVersion[], at: Instant): HouseSettings {
  const begun = versions.filter(({ from }) => from <= at).toSorted((left, right) => left.from - right.from);
  return { ...USUAL_SETTINGS, ...Object.fromEntries(begun.map(({ name, value }) => [name, value])) };
}
