import { sql } from 'kysely';
import { type KnownAddresses, type OwnedPrefix, usesOf } from '../../subscribers/check-addresses.ts';
import type { ProvisioningDocument } from '../../subscribers/provisioning.ts';
import { inPieces, recordset } from './bulk.ts';
import type { LedgerDb } from './database.ts';
import { blocksOfRanges, readBarePools } from './pools.ts';

/** Prefixes looked for in one statement. */
const PREFIXES_AT_ONCE = 5_000;

/** Pools, and what overlaps the document's prefixes and pools, found by an index over all lines' prefixes. */
export async function loadAddresses(tx: LedgerDb, document: ProvisioningDocument): Promise<KnownAddresses> {
  const pools = new Map((await readBarePools(tx)).map(({ name, ranges }) => [name, ranges]));
  const wanted = usesOf(document, new Map()).flatMap(({ kind, text }) => {
    const texts = kind === 'pool' ? blocksOfRanges([text]) : [text];
    return texts.map((prefix) => ({ kind, prefix }));
  });
  const prefixes: OwnedPrefix[] = [];
  for (const piece of inPieces(wanted, PREFIXES_AT_ONCE)) {
    const { rows } = await sql<OwnedPrefix>`
      SELECT DISTINCT line.username, p.kind, p.prefix::text AS prefix
      FROM ${recordset(piece, 'kind text, prefix text')}
      JOIN line_prefix p ON p.prefix && network(r.prefix::inet)
        AND NOT (p.kind = 'static-ip' AND r.kind IN ('static-ip', 'pool'))
      JOIN line ON line.id = p.line_id`.execute(tx);
    prefixes.push(...rows);
  }
  return { pools, prefixes };
}
