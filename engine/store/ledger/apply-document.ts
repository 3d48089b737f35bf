import type { PlanVersion } from '../../catalog/plan-history.ts';
import type { NasEntry } from '../../nas/nas.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { ChangeNote } from '../../subscribers/audit-trail.ts';
import { checkProvisioning } from '../../subscribers/check-provisioning.ts';
import { declareLine } from '../../subscribers/declare-line.ts';
import { declarePlan, plansAfter } from '../../subscribers/declare-plan.ts';
import { declaredNas } from '../../subscribers/declared.ts';
import {
  type DeclaredChange,
  lineChange,
  nasChange,
  planChange,
  poolChange,
} from '../../subscribers/declared-changes.ts';
import type {
  NasDeclaration,
  PlanDeclaration,
  PoolDeclaration,
  ProvisioningChanges,
  ProvisioningDocument,
  ProvisioningError,
} from '../../subscribers/provisioning.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { applyCatalogue } from './apply-catalogue.ts';
import { lockApply } from './apply-lock.ts';
import { applyPeople } from './apply-people.ts';
import { auditAll } from './audit.ts';
import { inPieces } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';
import { type PresentLines, presentPaused } from './declare-paused.ts';
import { followLines } from './follow-lines.ts';
import { inTransaction } from './in-transaction.ts';
import { askToLookAtPlan } from './keep-terms.ts';
import { type KnownLedger, loadKnown } from './load-known.ts';
import { applyPools, readBarePools, touchPools } from './pools.ts';
import { nasSecretContext } from './rows.ts';
import { type ChangedLine, writeLines } from './write-lines.ts';

/** Rows of the trail that are told at a time. */
const NOTES_AT_ONCE = 2_000;

/** One apply at work: the transaction and what every step of it needs. */
interface Apply {
  readonly tx: LedgerDb;
  readonly secrets: SecretBox;
  readonly known: KnownLedger;
  readonly by: ChangeNote;
  readonly now: Instant;
}

/** `LedgerStore.apply`: reads what is stored, checks, and writes the differences with their outbox and audit rows. */
export function applyDocument(
  db: LedgerDb,
  secrets: SecretBox,
  document: ProvisioningDocument,
  by: ChangeNote,
  now: Instant,
): Promise<Result<ProvisioningChanges, readonly ProvisioningError[]>> {
  return inTransaction(db, async (tx) => {
    await lockApply(tx);
    const known = await loadKnown(tx, secrets, document);
    const errors = checkProvisioning(document, known, now);
    if (errors.length > 0) return fail(errors);
    const apply: Apply = { tx, secrets, known, by, now };
    const nas = await applyNas(apply, document.nas ?? []);
    const plans = await applyPlans(apply, document.plans ?? []);
    const pools = await applyDeclaredPools(apply, document.pools ?? []);
    if (nas + plans + pools > 0)
      await tx.insertInto('outbox').values({ kind: 'reference', key: '' }).execute();
    const lines = document.lines ?? [];
    const plansNow = plansAfter(document.plans ?? [], known.plans, now);
    const declaring = { tx, secrets, actor: by.actor, now };
    const present = await presentPaused(declaring, lines, known, plansNow);
    const changed = changedLines(present, plansNow, now);
    const grants = await writeLines(tx, secrets, changed, now, by.actor);
    await followLines(tx, changed, now);
    await note(apply, changed, ({ next, stored }) => lineChange(next, stored));
    if (await touchPools(tx, changed.flatMap(staticIpChange), now)) {
      await tx.insertInto('outbox').values({ kind: 'reference', key: '' }).execute();
    }
    const stored = known.people.customers;
    const customers = await applyPeople(document, { tx, stored, by, now });
    const sold = await applyCatalogue(document, { tx, stored: known.catalogue, by, now });
    const names = new Set([...present.resumed, ...changed.map(({ next }) => next.username)]);
    return ok({ nas, plans, lines: names.size, grants, ...withoutZeros({ pools, customers, ...sold }) });
  });
}

function withoutZeros(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** The static addresses that a line has lost and got. */
function staticIpChange({ next, stored }: ChangedLine): readonly string[] {
  const before = stored?.staticIp ?? '';
  return before === next.staticIp ? [] : [before, next.staticIp].filter((address) => address !== '');
}

async function applyNas(apply: Apply, declarations: readonly NasDeclaration[]): Promise<number> {
  const { tx, secrets, known, now } = apply;
  const changed: NasEntry[] = [];
  // Locked in the order in which the sink locks them.
  for (const declaration of declarations.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const entry = declaredNas(declaration);
    if (JSON.stringify(known.nas.get(entry.name)) === JSON.stringify(entry)) continue;
    const columns = {
      address: entry.address,
      sealed_secret: secrets.seal(entry.secret, nasSecretContext(entry.name, 'secret')),
      sealed_secret_next:
        entry.secretNext === ''
          ? ''
          : secrets.seal(entry.secretNext, nasSecretContext(entry.name, 'secretNext')),
      vendor: entry.vendor,
      coa_port: entry.coaPort,
      coa_address: entry.coaAddress,
      swap_directions: entry.swapDirections,
      require_message_authenticator: entry.requireMessageAuthenticator,
      allow_mac_authentication: entry.allowMacAuthentication,
      accept_attributes: JSON.stringify(entry.acceptAttributes ?? {}),
      driver_settings: JSON.stringify(entry.driverSettings ?? {}),
      updated_at: toTime(now),
    };
    await tx
      .insertInto('nas')
      .values({ name: entry.name, boot: 0, created_at: toTime(now), ...columns })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute();
    changed.push(entry);
  }
  await note(apply, changed, (entry) => nasChange(entry, known.nas.get(entry.name)));
  return changed.length;
}

async function applyPlans(apply: Apply, declarations: readonly PlanDeclaration[]): Promise<number> {
  const { tx, known, now } = apply;
  const changed: PlanVersion[] = [];
  for (const declaration of declarations) {
    const version = declarePlan(declaration, known.plans.get(declaration.name), now);
    if (version === undefined) continue;
    const { name, ...plan } = version.plan;
    const { id } = await tx
      .insertInto('plan')
      .values({ name, created_at: toTime(now), updated_at: toTime(now) })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ updated_at: toTime(now) }))
      .returning('id')
      .executeTakeFirstOrThrow();
    const definition = JSON.stringify(plan);
    await tx
      .insertInto('plan_version')
      .values({ plan_id: id, valid_from: toTime(version.from), definition, created_at: toTime(now) })
      .onConflict((conflict) => conflict.columns(['plan_id', 'valid_from']).doUpdateSet({ definition }))
      .execute();
    if (known.plans.has(name)) await askToLookAtPlan(tx, id, now);
    changed.push(version);
  }
  await note(apply, changed, (version) => planChange(version, known.plans.get(version.plan.name)));
  return changed.length;
}

async function applyDeclaredPools(apply: Apply, declarations: readonly PoolDeclaration[]): Promise<number> {
  if (declarations.length === 0) return 0;
  const stored = new Map((await readBarePools(apply.tx)).map((pool) => [pool.name, pool]));
  const changed = await applyPools(apply.tx, declarations, apply.now);
  await note(apply, declarations, (pool) => poolChange(pool, stored.get(pool.name)));
  return changed;
}

/** Writes what became of each thing to the audit trail, piece by piece: a first load has a row for every line. */
async function note<T>(
  { tx, by, now }: Apply,
  things: readonly T[],
  tell: (thing: T) => DeclaredChange | undefined,
): Promise<void> {
  for (const piece of inPieces(things, NOTES_AT_ONCE)) {
    const changes = piece.flatMap((thing) => tell(thing) ?? []);
    await auditAll(
      tx,
      changes.map((change) => ({ ...by, ...change })),
      now,
    );
  }
}

function changedLines(
  { lines, known }: PresentLines,
  plans: ReturnType<typeof plansAfter>,
  now: Instant,
): ChangedLine[] {
  const changed: ChangedLine[] = [];
  for (const declaration of lines) {
    const stored = known.lines.get(declaration.username);
    const next = declareLine(declaration, stored, (name) => plans.get(name), now);
    if (next !== undefined) {
      changed.push({ next, stored, storedRow: known.lineRows.get(declaration.username) });
    }
  }
  return changed;
}
