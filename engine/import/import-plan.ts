import type { ChargeMode } from '../catalog/plan.ts';
import type { CustomerParticulars, LineContract } from '../subscribers/customer.ts';
import type { LineDeclaration, PlanDeclaration } from '../subscribers/provisioning.ts';
import type { Instant } from '../values/instant.ts';
import type { Rial } from '../values/rial.ts';

/** A person or a company as another system knew it, ready to be stored; '' where nothing is known. */
export interface ImportedCustomer extends CustomerParticulars {
  /** One customer's name within the plan: `id:<national id>`, else `line:<username>`. The same file gives the same key. */
  readonly key: string;
  /**
   * Credit to carry over, the sum of their lines': an entry from `opening-balances` to the customer's wallet, posted once under the key
   * `import:<customer's number>`. 0 for none.
   */
  readonly openingCredit: Rial;
}

/** A line to declare, whose it is, and where it was read. */
export interface ImportedLine {
  /** `users.csv:12`. */
  readonly source: string;
  readonly declaration: LineDeclaration;
  /** Key of its customer, absent when nothing is known of one. */
  readonly customer: string | undefined;
  readonly contract: Partial<LineContract>;
  /** What its row adds to the credit of its customer. */
  readonly openingCredit: Rial;
  /** Octets left of a limited volume, as far as they are known. */
  readonly remainingOctets: number | undefined;
  /** What was read, without passwords: what a rejected row shows, so that it can be put right and brought again. */
  readonly raw: Readonly<Record<string, string>>;
}

/** A row that is left out, with everything that is wrong with it. */
export interface RejectedRow {
  /** `users.csv:12`; the row's number counts lines of the file from 1. */
  readonly source: string;
  readonly reason: string;
  /** What was read, without passwords. */
  readonly raw: Readonly<Record<string, string>>;
}

/** Something that was understood otherwise than it was written, or not taken over: told once, however often it came. */
export interface ImportWarning {
  readonly message: string;
  readonly count: number;
  /** Where it came first. */
  readonly source: string;
}

/** What every importer makes of its file. Nothing is applied yet. */
export interface ImportPlan {
  readonly plans: readonly PlanDeclaration[];
  readonly customers: readonly ImportedCustomer[];
  readonly lines: readonly ImportedLine[];
  readonly rejected: readonly RejectedRow[];
  readonly warnings: readonly ImportWarning[];
}

/** How the credit of IBSng (`users.credit`) is read. */
export type CreditMeaning = 'by-charge' | 'money' | 'megabytes' | 'ignore';

/** What only the ISP knows of its files. */
export interface ImportOptions {
  /** Names of plans or groups in the file, and the plan that stands for each here. */
  readonly planNames: Readonly<Record<string, string>>;
  /** Plan of a line that names none; absent: such a line is rejected. */
  readonly defaultPlan: string | undefined;
  /** Plans that exist already or are declared beside the file: their volumes decide how what is left is carried over. */
  readonly knownPlans: readonly PlanDeclaration[];
  /** What an amount of money without a unit is in. */
  readonly money: 'rial' | 'toman';
  readonly credit: CreditMeaning;
  /** What volumes made here charge; upload and download by default (R01). */
  readonly charge: ChargeMode;
  /** Days of a term where the file does not tell. */
  readonly termDays: number;
  /** Sessions that began earlier are not counted as usage of the running term; absent: all are. */
  readonly usageSince: Instant | undefined;
  /** When the file was written: days left are counted from it, so that a file means the same on every day. */
  readonly asOf: Instant;
}

/** Options where nothing was said. @param asOf when the file was written. */
export function defaultOptions(asOf: Instant): ImportOptions {
  return {
    planNames: {},
    defaultPlan: undefined,
    knownPlans: [],
    money: 'rial',
    credit: 'by-charge',
    charge: 'both',
    termDays: 30,
    usageSince: undefined,
    asOf,
  };
}

/** What cannot be read at all: the wrong encoding, no header, no such table. The message is for people. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}
