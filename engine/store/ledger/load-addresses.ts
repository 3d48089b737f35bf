import { sql } from 'kysely';
import {
  type AddressUse,
  type KnownAddresses,
  type OwnedPrefix,
  usesOf,
} from '../../subscribers/check-addresses.ts';
import type { LineRecord } from '../../subscribers/line-record.ts';
import type { ProvisioningDocument } from '../../subscribers/provisioning.ts';
import { inPieces, recordset } from './bulk.ts';
import type { LedgerDb } from './database.ts';
import { blocksOfRanges, readBarePools } from './pools.ts';

/** Prefixes looked for in one statement. */
const PREFIXES_AT_ONCE = 5_000;

/**
 * Pools, and what overlaps the document's prefixes and pools, found by an index over all lines' prefixes. What a line or a
 * pool has already was looked at when it was set.
 * @param lines those of the document, as they are stored.
 */
export async function loadAddresses(
  tx: LedgerDb,
  document: ProvisioningDocument,
  lines: ReadonlyMap<string, LineRecord>,
): Promise<KnownAddresses> {
  const pools = new Map((await readBarePools(tx)).map(({ name, ranges }) => [name, ranges]));
  const isSet = ({ kind, owner, text }: AddressUse): boolean => {
    if (kind === 'pool') return pools.get(owner)?.includes(text) ?? false;
    const line = lines.get(owner);
    if (line === undefined) return false;
    const { staticIp, framedIpv6Prefix, delegatedIpv6Prefix, framedRoutes } = line;
    if (kind === 'route') return framedRoutes.some((route) => route.split(' ')[0] === text);
    const stored = {
      'static-ip': staticIp,
      'framed-ipv6': framedIpv6Prefix,
      'delegated-ipv6': delegatedIpv6Prefix,
    };
    return stored[kind] === text;
  };
  const wanted = usesOf(document, new Map()).flatMap((use) => {
    if (isSet(use)) return [];
    const { kind, text } = use;
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
