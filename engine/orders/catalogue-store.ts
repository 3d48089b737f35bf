import type { Offer, OfferHistory } from '../catalog/offer.ts';
import type { Promotion } from '../catalog/promotion.ts';
import type { ProvisioningError } from '../subscribers/provisioning.ts';
import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { CatalogueDocument } from './catalogue-document.ts';
import type { SettingName, SettingVersion } from './house-settings.ts';

/** A value of a setting with who gave it and when. */
export type StoredSetting<Name extends SettingName = SettingName> = SettingVersion<Name> & {
  readonly actor: string;
  readonly setAt: Instant;
};

/** All that was, is and will be sold, and all values of the settings, as they stood at one moment. */
export interface Catalogue {
  /** By code. */
  readonly offers: readonly OfferHistory[];
  /** By name. */
  readonly promotions: readonly Promotion[];
  /** By name and date. */
  readonly settings: readonly StoredSetting[];
}

/** How many entries were new or different; all zero when they were declared before. */
export interface CatalogueChanges {
  readonly offers: number;
  readonly promotions: number;
  readonly settings: number;
}

/** What is sold, and the settings of the house. */
export interface CatalogueStore {
  /** As it stands now; the same object for as long as nothing has changed, which is asked anew with every call. */
  catalogue(): Promise<Catalogue>;
  /** The offer as it is sold at `at`; `undefined` when there is none. */
  offerAt(code: string, at: Instant): Promise<Offer | undefined>;
  /**
   * Declares all of the document or nothing; declaring it again changes nothing. Paths of errors are those of a
   * provisioning document: `offers[0].plan`.
   * @param actor who does so; kept with each value of a setting.
   */
  declare(
    document: CatalogueDocument,
    actor: string,
    now: Instant,
  ): Promise<Result<CatalogueChanges, readonly ProvisioningError[]>>;
}

/** Whose the catalogue is. */
export interface CatalogueOwner {
  readonly catalogue: CatalogueStore;
}
