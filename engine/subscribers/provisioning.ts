import type { ChargeMode, EndAction, QuotaPeriod } from '../catalog/plan.ts';
import type { AcceptAttributes } from '../nas/accept-attributes.ts';
import type { DriverSettings } from '../nas/driver-settings.ts';
import type { NasVendor } from '../nas/nas.ts';
import type { CatalogueDocument } from '../orders/catalogue-document.ts';
import type { LineStatus } from '../policy/line-state.ts';
import type { GrantKind } from '../quota/grant.ts';
import type { Burst, Speed } from '../values/speed.ts';
import type { CustomerDeclaration, LineContract } from './customer.ts';

/**
 * What an ISP declares: its NAS, plans and lines, its customers, what it sells and its settings, as `mizan apply` reads
 * it from a file.
 * The types stand for the document after its shape has been validated; whether its parts fit together is for `check-provisioning.ts`.
 * An entry that is absent is left alone, nothing is ever deleted. NAS and plans are whole values: an absent field
 * is its default. Of a line or customer that exists already an absent field is left as it is; '' or [] clears one.
 */
export interface ProvisioningDocument extends CatalogueDocument {
  readonly nas?: readonly NasDeclaration[] | undefined;
  readonly plans?: readonly PlanDeclaration[] | undefined;
  readonly lines?: readonly LineDeclaration[] | undefined;
  readonly pools?: readonly PoolDeclaration[] | undefined;
  readonly customers?: readonly DeclaredCustomer[] | undefined;
}

/**
 * A customer, known by the national id. A new one needs a name, and is a person where no kind is given; the day of birth
 * or registration is set once. Lines that are not named stay whose they are.
 */
export type DeclaredCustomer = {
  readonly [Field in keyof CustomerDeclaration]?: CustomerDeclaration[Field] | undefined;
} & { readonly nationalId: string; readonly lines?: readonly DeclaredContract[] | undefined };

/** A line that exists or is declared in the same document: it becomes theirs. What is absent of its contract stays. */
export type DeclaredContract = {
  readonly [Field in keyof LineContract]?: LineContract[Field] | undefined;
} & { readonly username: string };

/**
 * A pool of ours: lines whose plan names it are leased their address by us. Its ranges replace those it had; without any it
 * is a name for the NAS again.
 */
export interface PoolDeclaration {
  readonly name: string;
  /** `10.20.0.0/22`, `10.20.8.10-10.20.8.200` or one address. */
  readonly ranges: readonly string[];
}

/** A NAS; the fields are those of `NasEntry`. */
export interface NasDeclaration {
  readonly name: string;
  /** An address or a CIDR block, IPv4 or IPv6. */
  readonly address: string;
  readonly secret: string;
  readonly secretNext?: string | undefined;
  /** Default `generic`. */
  readonly vendor?: NasVendor | undefined;
  /** Default is the port that the vendor's devices listen on: 3799 (RFC 5176 §2) or 1700. */
  readonly coaPort?: number | undefined;
  readonly coaAddress?: string | undefined;
  readonly swapDirections?: boolean | undefined;
  readonly requireMessageAuthenticator?: boolean | undefined;
  readonly allowMacAuthentication?: boolean | undefined;
  /** For every Access-Accept, by name in the dictionaries; numbers, addresses and texts as a person writes them. */
  readonly acceptAttributes?: AcceptAttributes | undefined;
  /** What the vendor's driver has to know of this NAS: names of services and profiles, units, templates. */
  readonly driverSettings?: DriverSettings | undefined;
}

/**
 * A plan; the fields are those of `Plan`. What differs from the version in force at `effectiveFrom` becomes a version of
 * its own; earlier ones stay for what was used before.
 */
export interface PlanDeclaration {
  readonly name: string;
  /** ISO 8601, not in the past; default is the moment of the apply. */
  readonly effectiveFrom?: string | undefined;
  /** Length of a term in days of 24 hours. */
  readonly days: number;
  /** `per` is `term` by default; what is left of a period is gone with it. A change concerns terms that begin later. */
  readonly quota?:
    | { readonly octets: number; readonly charge: ChargeMode; readonly per?: QuotaPeriod | undefined }
    | undefined;
  readonly speed?: (Speed & { readonly burst?: Burst | undefined }) | undefined;
  /** Slower speeds after the quota, each for its octets. */
  readonly tiers?: readonly (Speed & { readonly octets: number })[] | undefined;
  /** Default is 128 kbit/s both ways (R02). */
  readonly exhausted?: EndAction | undefined;
  /** Default `disconnect`. */
  readonly expired?: EndAction | undefined;
  readonly windows?: readonly WindowDeclaration[] | undefined;
  readonly classes?: readonly { readonly name: string; readonly percent: number }[] | undefined;
  /** Default 1. */
  readonly concurrentSessions?: number | undefined;
  /** Default false. */
  readonly locksFirstMac?: boolean | undefined;
  /** Default false. */
  readonly softLanding?: boolean | undefined;
  readonly pool?: string | undefined;
  /** Default 300. */
  readonly interimSeconds?: number | undefined;
}

/** A window of the day; `weekdays` counts Saturday as 0, its default is all seven; `percent` is 100 by default. */
export interface WindowDeclaration {
  readonly weekdays?: readonly number[] | undefined;
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly percent?: number | undefined;
  readonly speed?: Speed | undefined;
}

/** A line. A new one starts a term of its plan at once; another plan on an old one starts a term of that plan. */
export interface LineDeclaration {
  readonly username: string;
  /** Internet password; a new line without one can only be known by its MAC. */
  readonly password?: string | undefined;
  readonly plan: string;
  /** The subscriber's name as shown on screens. */
  readonly name?: string | undefined;
  /** Default `active`. */
  readonly status?: LineStatus | undefined;
  readonly staticIp?: string | undefined;
  /** Default is the plan's number; 0 goes back to it. */
  readonly concurrentSessions?: number | undefined;
  /** Calling-Station-Id that alone may use the line, in any spelling. */
  readonly macLock?: string | undefined;
  readonly framedRoutes?: readonly string[] | undefined;
  readonly framedIpv6Prefix?: string | undefined;
  readonly delegatedIpv6Prefix?: string | undefined;
  /** ISO 8601 with a zone or offset; default is the end of the plan's term, counted from now. */
  readonly expiresAt?: string | undefined;
  /**
   * The term that follows by itself. `from` is the end of the running term by default, and not before it; `expiresAt` as
   * many days later as the plan has. `null` takes it back as long as it has not begun. Without `from` it is bought
   * again by a document that is applied after it has begun.
   */
  readonly reserve?:
    | { readonly plan: string; readonly from?: string | undefined; readonly expiresAt?: string | undefined }
    | null
    | undefined;
  readonly extraGrants?: readonly GrantDeclaration[] | undefined;
}

/** A volume beside the plan's own. The id makes it one grant however often the document is applied. */
export interface GrantDeclaration {
  readonly id: string;
  readonly kind: Exclude<GrantKind, 'service'>;
  readonly octets: number;
  /** ISO 8601; default is the moment of the first apply. */
  readonly from?: string | undefined;
  /** ISO 8601; absent never ends. */
  readonly until?: string | undefined;
  /** Default 0. */
  readonly priority?: number | undefined;
}

/** What is wrong with a document, and where: `lines[3].plan`. */
export interface ProvisioningError {
  readonly path: string;
  readonly message: string;
}

/** How many entries were new or different; all zero when the document was applied before. */
export interface ProvisioningChanges {
  readonly nas: number;
  readonly plans: number;
  readonly lines: number;
  readonly grants: number;
  /** These are absent where none is new or different. */
  readonly pools?: number;
  /** New, or different themselves or in their lines. */
  readonly customers?: number;
  readonly offers?: number;
  readonly promotions?: number;
  readonly settings?: number;
}
