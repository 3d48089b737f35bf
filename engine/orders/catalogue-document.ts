import type { Audience } from '../catalog/audience.ts';
import type { MonthLength, Offer, ReserveStart } from '../catalog/offer.ts';
import type { Term } from '../catalog/term.ts';
import type { FreeChargePolicy } from './free-charge.ts';
import type { HouseSettings, SettingName } from './house-settings.ts';

/**
 * What a house sells and how it does so, as `mizan apply` and the API are told. The types stand for the document after
 * its shape has been validated; whether its parts fit together is for `check-catalogue.ts`. What is absent is left alone.
 */
export interface CatalogueDocument {
  readonly offers?: readonly OfferDeclaration[] | undefined;
  readonly promotions?: readonly PromotionDeclaration[] | undefined;
  readonly settings?: readonly SettingDeclaration[] | undefined;
}

interface Declared<Kind extends Offer['kind']> {
  readonly kind: Kind;
  readonly code: string;
  readonly name: string;
  /** Absent fields are: seen and bought by every role, everywhere, at any purchase. */
  readonly audience?: { readonly [Field in keyof Audience]?: Audience[Field] | undefined } | undefined;
  /** ISO 8601; default is the moment of the apply. Only the first version may begin in the past. */
  readonly effectiveFrom?: string | undefined;
  /** Not sold any more from `effectiveFrom` on. Default false. */
  readonly withdrawn?: boolean | undefined;
}

interface DeclaredService {
  /** Name of a plan. */
  readonly plan: string;
  readonly term: Term;
  /** Rial, default 0. */
  readonly lineRental?: number | undefined;
  /** When a service that waits behind this one begins; absent for as the house does (product line X05). */
  readonly reserveStart?: ReserveStart | undefined;
}

interface DeclaredBill {
  /** Rial. */
  readonly pricePerMonth: number;
  /** Default `nominal`. */
  readonly monthLength?: MonthLength | undefined;
}

interface DeclaredPrice {
  /** Rial. */
  readonly price: number;
}

/**
 * An offer; the fields are those of `Offer`, whole. What differs from the version in force at `effectiveFrom` becomes a
 * version of its own. The kind of a code never changes.
 */
export type OfferDeclaration =
  | (Declared<'prepaid'> & DeclaredService & DeclaredPrice)
  | (Declared<'postpaid'> & DeclaredService & DeclaredBill)
  | (Declared<'campaign'> &
      DeclaredService &
      DeclaredBill & {
        /** Default of the minute is 200, which is 03:20. */
        readonly recharge: { readonly octets: number; readonly minuteOfDay?: number | undefined };
      })
  | (Declared<'extra'> &
      DeclaredPrice & { readonly octets: number; readonly validity: 'service' | 'used-up' })
  | (Declared<'timed'> & DeclaredPrice & { readonly octets: number; readonly term: Term })
  | (Declared<'static-ip'> & { readonly pricePerMonth: number });

/** A promotion. Of one that has begun only the end can be moved, and not into the past. */
export interface PromotionDeclaration {
  readonly name: string;
  readonly extraPercent: number;
  readonly kinds: readonly Offer['kind'][];
  /** ISO 8601; default is what it was, or the moment of the apply for a new one, which alone may have begun before it. */
  readonly from?: string | undefined;
  /** ISO 8601: first instant after it. */
  readonly until: string;
}

/** A setting's value, whole, and from when on it holds. */
export type SettingDeclaration = {
  readonly [Name in SettingName]: {
    readonly name: Name;
    /** ISO 8601; default is the moment of the apply. Only a setting's first value may hold from the past on. */
    readonly effectiveFrom?: string | undefined;
    readonly value: DeclaredValue<Name>;
  };
}[SettingName];

/** A value as it is before its octets were counted and its bank numbers read. */
export type DeclaredValue<Name extends SettingName> = Name extends 'freeCharge'
  ? (Omit<FreeChargePolicy, 'octets'> & { readonly octets: number }) | null
  : HouseSettings[Name];
