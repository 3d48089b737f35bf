import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { ChangeNote } from './audit-trail.ts';
import type { Customer, CustomerLine, CustomerParticulars, LineContract } from './customer.ts';
import type { Scope } from './scope.ts';

/** Which customers to find; all that is given must fit. Texts as somebody typed them. */
export interface CustomerSearch {
  /** Only customers within it. */
  readonly scope?: Scope | undefined;
  /** A part of the name, in any spelling. */
  readonly name?: string | undefined;
  readonly mobile?: string | undefined;
  readonly nationalId?: string | undefined;
  /** Username of a line of theirs. */
  readonly username?: string | undefined;
  /** Phone of a line of theirs, or their own. */
  readonly phone?: string | undefined;
  readonly limit: number;
  /** Only customers of a higher number: `next` of the page before. */
  readonly after?: number | undefined;
}

/** Why a customer was not stored. */
export type CustomerConflict =
  | { readonly kind: 'no-such-customer' }
  /** Somebody has changed them since; `revision` is the present one. */
  | { readonly kind: 'changed-since'; readonly revision: number }
  /** Another customer has this number. */
  | { readonly kind: 'national-id-taken'; readonly customerId: number }
  /** The date of birth or registration is set already (product line P17). */
  | { readonly kind: 'born-on-set' };

/** A change of who a line belongs to, or of its contract; what is absent stays. `null` takes the line from its customer. */
export type LineContractChange = Partial<LineContract> & { readonly customerId?: number | null };

/** Why a line's contract was not changed. */
export type LineContractFault = 'no-such-line' | 'no-such-customer';

/** Customers and what is known of their lines. Each change is in the audit trail. */
export interface CustomerStore {
  /** @param agentId whose customer it is; the house's own without. */
  createCustomer(
    particulars: CustomerParticulars,
    by: ChangeNote,
    now: Instant,
    agentId?: number,
  ): Promise<Result<Customer, CustomerConflict>>;
  /**
   * Replaces the particulars; an empty date of birth keeps the stored one.
   * @param revision of the customer that the change was made from.
   */
  updateCustomer(
    id: number,
    revision: number,
    particulars: CustomerParticulars,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<Customer, CustomerConflict>>;
  customer(id: number): Promise<Customer | undefined>;
  /** By number; what cannot be read as such a number finds nobody. */
  findCustomers(search: CustomerSearch): Promise<readonly Customer[]>;
  /** By username. */
  linesOf(customerId: number): Promise<readonly CustomerLine[]>;
  customerLine(username: string): Promise<CustomerLine | undefined>;
  /**
   * Changes a line's contract. A line that goes to another customer is no longer suspended for the documents of the
   * former one.
   */
  changeLineContract(
    username: string,
    change: LineContractChange,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<CustomerLine, LineContractFault>>;
}
