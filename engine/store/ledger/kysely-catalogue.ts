import { type Offer, offerAt } from '../../catalog/offer.ts';
import type { CatalogueDocument } from '../../orders/catalogue-document.ts';
import type { Catalogue, CatalogueStore } from '../../orders/catalogue-store.ts';
import { checkCatalogue } from '../../orders/check-catalogue.ts';
import type { ProvisioningError } from '../../subscribers/provisioning.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok } from '../../values/result.ts';
import { applyCatalogue } from './apply-catalogue.ts';
import { lockApply } from './apply-lock.ts';
import { type RevisedCatalogue, readCatalogue, readRevised } from './catalogue.ts';
import type { LedgerDb } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { readPlans } from './read-plans.ts';

/** The catalogue on PostgreSQL or its embedded twin; what was read is kept until its revision is another. */
export class KyselyCatalogue implements CatalogueStore {
  readonly #db: LedgerDb;
  #read: RevisedCatalogue | undefined;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb) {
    this.#db = db;
  }

  async catalogue(): Promise<Catalogue> {
    const read = await readRevised(this.#db, this.#read);
    // Another call may have read a newer one meanwhile.
    if (read.revision > (this.#read?.revision ?? 0)) this.#read = read;
    return read.catalogue;
  }

  async offerAt(code: string, at: Instant): Promise<Offer | undefined> {
    const { offers } = await this.catalogue();
    const history = offers.find((offer) => offer.code === code);
    return history && offerAt(history, at);
  }

  declare(document: CatalogueDocument, actor: string, now: Instant): ReturnType<CatalogueStore['declare']> {
    return inTransaction(this.#db, async (tx) => {
      await lockApply(tx);
      const plans = new Map((await readPlans(tx)).map((plan) => [plan.name, plan]));
      const stored = await readCatalogue(tx);
      const errors: ProvisioningError[] = [];
      const ground = { stored, planNames: new Set(plans.keys()), plans: (name: string) => plans.get(name) };
      checkCatalogue(document, ground, now, (path, message) => errors.push({ path, message }));
      if (errors.length > 0) return fail(errors);
      return ok(await applyCatalogue(document, { tx, stored, by: { actor, reason: '' }, now }));
    });
  }
}
