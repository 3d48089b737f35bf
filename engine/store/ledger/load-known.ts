import { type Selectable, sql } from 'kysely';
import type { NasEntry } from '../../nas/nas.ts';
import type { Catalogue } from '../../orders/catalogue-store.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { KnownPeople } from '../../subscribers/check-people.ts';
import type { KnownProvisioning } from '../../subscribers/check-provisioning.ts';
import type { LineRecord } from '../../subscribers/line-record.ts';
import type { ProvisioningDocument } from '../../subscribers/provisioning.ts';
import { inPieces } from './bulk.ts';
import { readCatalogue } from './catalogue.ts';
import type { LedgerDb, LineTable } from './database.ts';
import { loadAddresses } from './load-addresses.ts';
import { holdContracts, holdDeclaredCustomers } from './load-people.ts';
import { readLines, usernameIn } from './read-lines.ts';
import { readPlans } from './read-plans.ts';
import { lineRecordOf, nasEntryOf } from './rows.ts';

/** Lines read in one statement. */
const LINES_AT_ONCE = 2_000;

/** What the ledger holds of the things that a document names, and what may clash with them. */
export interface KnownLedger extends KnownProvisioning {
  readonly nas: ReadonlyMap<string, NasEntry>;
  readonly lineRows: ReadonlyMap<string, Selectable<LineTable>>;
  readonly catalogue: Catalogue;
  readonly people: KnownPeople;
}

/** Reads it; NAS and plans are few and read whole. Rejects when a NAS secret was sealed with another key. */
export async function loadKnown(
  tx: LedgerDb,
  secrets: SecretBox,
  document: ProvisioningDocument,
): Promise<KnownLedger> {
  // PostgreSQL would compile the large statements anew for every document, which takes longer than running them.
  await sql`SET LOCAL jit = off`.execute(tx);
  const customers = await holdDeclaredCustomers(tx, document);
  const nasRows = await tx.selectFrom('nas').selectAll().execute();
  const plans = await readPlans(tx);
  const lines = new Map<string, LineRecord>();
  const lineRows = new Map<string, Selectable<LineTable>>();
  const declared = document.lines ?? [];
  for (const piece of inPieces(declared, LINES_AT_ONCE)) {
    const usernames = piece.map(({ username }) => username);
    // The rows stay as they are until the commit: a status may be set by somebody else meanwhile.
    await sql`SELECT id FROM line WHERE ${usernameIn(usernames)} ORDER BY id FOR UPDATE`.execute(tx);
    for (const { row, grants } of await readLines(tx, usernameIn(usernames))) {
      lines.set(row.username, lineRecordOf(row, grants, secrets));
      lineRows.set(row.username, row);
    }
  }
  const contracts = await holdContracts(tx, document);
  return {
    plans: new Map(plans.map((plan) => [plan.name, plan])),
    nasAddresses: new Map(nasRows.map(({ name, address }) => [name, address])),
    nas: new Map(nasRows.map((row) => [row.name, nasEntryOf(row, secrets)])),
    lines,
    lineRows,
    staticIpOwners: await staticIpOwners(tx, document),
    grantOwners: await grantOwners(tx, document),
    addresses: await loadAddresses(tx, document, lines),
    catalogue: await readCatalogue(tx),
    people: { customers, usernames: new Set(contracts.keys()) },
  };
}

async function staticIpOwners(
  tx: LedgerDb,
  document: ProvisioningDocument,
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  const addresses = (document.lines ?? []).flatMap(({ staticIp }) => (staticIp ? [staticIp] : []));
  for (const piece of inPieces(addresses, LINES_AT_ONCE)) {
    const rows = await tx
      .selectFrom('line')
      .select(['static_ip', 'username'])
      .where(sql<boolean>`static_ip = ANY(${piece})`)
      .execute();
    for (const { static_ip, username } of rows) owners.set(static_ip!, username);
  }
  return owners;
}

async function grantOwners(
  tx: LedgerDb,
  document: ProvisioningDocument,
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  const ids = (document.lines ?? []).flatMap(({ extraGrants = [] }) => extraGrants.map(({ id }) => id));
  for (const piece of inPieces(ids, LINES_AT_ONCE)) {
    const rows = await tx
      .selectFrom('grant')
      .innerJoin('line', 'line.id', 'grant.line_id')
      .select(['grant.id', 'line.username'])
      .where(sql<boolean>`"grant".id = ANY(${piece})`)
      .execute();
    for (const { id, username } of rows) owners.set(id, username);
  }
  return owners;
}
