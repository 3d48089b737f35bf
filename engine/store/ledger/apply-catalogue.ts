import { sql } from 'kysely';
import { offerChange, promotionChange, settingChange } from '../../orders/catalogue-changes.ts';
import type {
  CatalogueDocument,
  OfferDeclaration,
  PromotionDeclaration,
  SettingDeclaration,
} from '../../orders/catalogue-document.ts';
import type { Catalogue, CatalogueChanges } from '../../orders/catalogue-store.ts';
import { declareOffer } from '../../orders/declare-offer.ts';
import { declarePromotion } from '../../orders/declare-promotion.ts';
import { declareSetting } from '../../orders/declare-setting.ts';
import type { ChangeNote } from '../../subscribers/audit-trail.ts';
import type { DeclaredChange } from '../../subscribers/declared-changes.ts';
import type { Instant } from '../../values/instant.ts';
import { auditAll } from './audit.ts';
import { storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

/** One declaration at work: the transaction, what was stored before it, and who makes it when. */
interface Declaring {
  readonly tx: LedgerDb;
  readonly stored: Catalogue;
  readonly by: ChangeNote;
  readonly now: Instant;
}

/** The same with what becomes of each thing, for the trail. */
type Work = Declaring & { readonly changes: (DeclaredChange | undefined)[] };

/** Writes what differs of a document that has passed `checkCatalogue`, within a transaction that holds the apply lock. */
export async function applyCatalogue(
  document: CatalogueDocument,
  declaring: Declaring,
): Promise<CatalogueChanges> {
  const changes: (DeclaredChange | undefined)[] = [];
  const work = { ...declaring, changes };
  const offers = await applyOffers(work, document.offers ?? []);
  const promotions = await applyPromotions(work, document.promotions ?? []);
  const settings = await applySettings(work, document.settings ?? []);
  const notes = changes.flatMap((change) => change ?? []).map((change) => ({ ...declaring.by, ...change }));
  await auditAll(declaring.tx, notes, declaring.now);
  if (offers + promotions + settings > 0) {
    await sql`UPDATE catalogue_revision SET revision = revision + 1`.execute(declaring.tx);
  }
  return { offers, promotions, settings };
}

async function applyOffers(
  { tx, stored, changes, now }: Work,
  declarations: readonly OfferDeclaration[],
): Promise<number> {
  let changed = 0;
  for (const declaration of declarations) {
    const { code, kind } = declaration;
    const history = stored.offers.find((offer) => offer.code === code);
    const version = declareOffer(declaration, history, now);
    if (version === undefined) continue;
    const { code: _, kind: __, ...definition } = version.offer ?? {};
    const json = version.offer === undefined ? null : JSON.stringify(definition);
    await sql`
      INSERT INTO offer (code, kind, created_at) VALUES (${code}, ${kind}, ${toTime(now)})
      ON CONFLICT (code) DO NOTHING`.execute(tx);
    await sql`
      INSERT INTO offer_version (code, valid_from, definition, created_at)
      VALUES (${code}, ${toTime(version.from)}, ${json}::json, ${toTime(now)})
      ON CONFLICT (code, valid_from) DO UPDATE SET definition = excluded.definition`.execute(tx);
    changes.push(offerChange(code, version, history));
    changed += 1;
  }
  return changed;
}

async function applyPromotions(
  { tx, stored, changes, now }: Work,
  declarations: readonly PromotionDeclaration[],
): Promise<number> {
  let changed = 0;
  for (const declaration of declarations) {
    const before = stored.promotions.find(({ name }) => name === declaration.name);
    const promotion = declarePromotion(declaration, before, now);
    if (promotion === undefined) continue;
    const { name, ...definition } = promotion;
    await sql`
      INSERT INTO promotion (name, definition, created_at, updated_at)
      VALUES (${name}, ${JSON.stringify(definition)}::json, ${toTime(now)}, ${toTime(now)})
      ON CONFLICT (name) DO UPDATE SET definition = excluded.definition,
        updated_at = excluded.updated_at`.execute(tx);
    changes.push(promotionChange(promotion, before));
    changed += 1;
  }
  return changed;
}

async function applySettings(
  { tx, stored, changes, by, now }: Work,
  declarations: readonly SettingDeclaration[],
): Promise<number> {
  let changed = 0;
  for (const declaration of declarations) {
    const version = declareSetting(declaration, stored.settings, now);
    if (version === undefined) continue;
    await sql`
      INSERT INTO house_setting (name, valid_from, value, set_at, actor)
      VALUES (${version.name}, ${toTime(version.from)}, ${JSON.stringify(version.value)}::json,
        ${toTime(now)}, ${storable(by.actor)})
      ON CONFLICT (name, valid_from) DO UPDATE SET value = excluded.value, set_at = excluded.set_at,
        actor = excluded.actor`.execute(tx);
    changes.push(settingChange(version, stored.settings));
    changed += 1;
  }
  return changed;
}
