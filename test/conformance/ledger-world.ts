import type { EventLedger } from '../../engine/jobs/sink-targets.ts';
import type { LedgerStore } from '../../engine/subscribers/ledger-store.ts';
import type { ProvisioningChanges, ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import type { ReconcileLedger } from '../../engine/subscribers/reconcile.ts';
import { NOW } from '../engine/store/ledger/sample.ts';

/** A place that a ledger can be opened at again and again, empty at first. */
export interface LedgerPlaceForTest {
  open(): Promise<LedgerStore & EventLedger & ReconcileLedger>;
  remove(): Promise<void>;
}

/** The ledger that the tests of a suite follow through its life; set before the first of them. */
export const world = {} as { place: LedgerPlaceForTest; ledger: LedgerStore & EventLedger & ReconcileLedger };

/** The outbox, emptied. */
export async function takeOutbox(): Promise<string[]> {
  const pending = await world.ledger.pendingProjections(1_000);
  await world.ledger.completeProjections(pending.map(({ id }) => id));
  return pending.map(({ kind, key }) => `${kind} ${key}`.trim());
}

/** Applies a document that is right; throws its errors when it is not. */
export async function apply(parts: ProvisioningDocument, now = NOW): Promise<ProvisioningChanges> {
  const applied = await world.ledger.apply(parts, now);
  if (!applied.ok) throw new Error(JSON.stringify(applied.error));
  return applied.value;
}
