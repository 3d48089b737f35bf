import { sql } from 'kysely';
import type { Offer, OfferHistory, OfferVersion } from '../../catalog/offer.ts';
import type { Promotion } from '../../catalog/promotion.ts';
import type { Catalogue, StoredSetting } from '../../orders/catalogue-store.ts';
import type { Instant } from '../../values/instant.ts';
import type { LedgerDb } from './database.ts';

/** A catalogue, and the number of the change that made it. */
export interface RevisedCatalogue {
  readonly revision: number;
  readonly catalogue: Catalogue;
}

interface OfferRow {
  readonly code: string;
  readonly kind: Offer['kind'];
  readonly from: Instant;
  readonly definition: object | null;
}

interface Row {
  readonly revision: number;
  readonly whole: {
    readonly offers: readonly OfferRow[];
    readonly promotions: readonly { readonly name: string; readonly definition: Omit<Promotion, 'name'> }[];
    readonly settings: readonly StoredSetting[];
  } | null;
}

const epochMs = (column: string) => sql.raw(`(extract(epoch FROM ${column}) * 1000)::bigint`);

/** The catalogue as this transaction sees it, which no other one shares. */
export async function readCatalogue(tx: LedgerDb): Promise<Catalogue> {
  return (await readRevised(tx, undefined)).catalogue;
}

/** One statement, so that all of it is of one moment; `known` itself when it is still so. */
export async function readRevised(
  db: LedgerDb,
  known: RevisedCatalogue | undefined,
): Promise<RevisedCatalogue> {
  const { rows } = await sql<Row>`
    SELECT revision, CASE WHEN revision = ${known?.revision ?? 0}::bigint THEN NULL ELSE json_build_object(
      'offers', (
        SELECT coalesce(json_agg(json_build_object('code', o.code, 'kind', o.kind,
          'from', ${epochMs('v.valid_from')}, 'definition', v.definition)
          ORDER BY o.code COLLATE "C", v.valid_from), '[]')
        FROM offer o JOIN offer_version v ON v.code = o.code),
      'promotions', (
        SELECT coalesce(json_agg(json_build_object('name', name, 'definition', definition) ORDER BY name COLLATE "C"), '[]')
        FROM promotion),
      'settings', (
        SELECT coalesce(json_agg(json_build_object('name', name, 'from', ${epochMs('valid_from')}, 'value', value,
          'actor', actor, 'setAt', ${epochMs('set_at')}) ORDER BY name COLLATE "C", valid_from), '[]')
        FROM house_setting)) END AS whole
    FROM catalogue_revision`.execute(db);
  const { revision, whole } = rows[0]!;
  if (whole === null) return known!;
  const { offers, promotions, settings } = whole;
  return {
    revision,
    catalogue: {
      offers: historiesOf(offers),
      promotions: promotions.map(({ name, definition }) => ({ name, ...definition })),
      settings,
    },
  };
}

function historiesOf(rows: readonly OfferRow[]): readonly OfferHistory[] {
  const histories: { code: string; versions: OfferVersion[] }[] = [];
  for (const { code, kind, from, definition } of rows) {
    if (histories.at(-1)?.code !== code) histories.push({ code, versions: [] });
    const offer = definition === null ? undefined : ({ kind, code, ...definition } as Offer);
    histories.at(-1)!.versions.push({ from, offer });
  }
  return histories;
}
