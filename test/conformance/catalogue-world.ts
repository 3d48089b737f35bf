import type { OfferDeclaration } from '../../engine/orders/catalogue-document.ts';
import type { CatalogueOwner, CatalogueStore } from '../../engine/orders/catalogue-store.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { ProvisioningChanges, ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import type { Instant } from '../../engine/values/instant.ts';

type Store = LedgerStore & CatalogueOwner;

/** A place that a ledger can be opened at, empty at first. */
export interface CataloguePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/** The ledger that the tests of a suite follow through its life. */
export class CatalogueWorld {
  readonly place: CataloguePlace;
  readonly store: Store;

  private constructor(place: CataloguePlace, store: Store) {
    this.place = place;
    this.store = store;
  }

  static async open(place: CataloguePlace): Promise<CatalogueWorld> {
    return new CatalogueWorld(place, await place.open());
  }

  get catalogue(): CatalogueStore {
    return this.store.catalogue;
  }

  /** Applies a document that is right; throws its errors when it is not. */
  async apply(document: ProvisioningDocument, now: Instant): Promise<ProvisioningChanges> {
    const applied = await this.store.apply(document, now);
    if (!applied.ok) throw new Error(JSON.stringify(applied.error));
    return applied.value;
  }

  /** Paths of the errors of a document, none for one that was applied. */
  async faults(document: ProvisioningDocument, now: Instant): Promise<readonly string[]> {
    const applied = await this.store.apply(document, now);
    return applied.ok ? [] : applied.error.map(({ path }) => path);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.place.remove();
  }
}

/** An offer of extra traffic; what matters to a test is given. */
export function extraOf(
  code: string,
  given: Partial<Extract<OfferDeclaration, { readonly kind: 'extra' }>> = {},
): OfferDeclaration {
  const octets = 5 * 1024 ** 3;
  return { kind: 'extra', code, name: code, price: 350_000, octets, validity: 'used-up', ...given };
}
