import type { SecretBox } from '../../runtime/secret-box.ts';
import type { StatusChange } from '../../subscribers/ledger-store.ts';
import type { Instant } from '../../values/instant.ts';
import type { LedgerDb } from './database.ts';
import { endPauseOf } from './life/pauses.ts';
import { holdLine, writeStatus } from './line-status.ts';

/**
 * `LedgerStore.setStatus`; `tx` is a transaction. A pause is over with the suspension that it was: days on which the line
 * is on, or closed, are not credited.
 */
export async function setStatus(
  tx: LedgerDb,
  secrets: SecretBox,
  username: string,
  change: StatusChange,
  now: Instant,
): Promise<boolean> {
  const held = await holdLine(tx, username);
  if (held === undefined) return false;
  const goesOn = held.status !== 'suspended' || change.status === 'suspended';
  const isEnded = !goesOn && (await endPauseOf(tx, secrets, held, change.actor, now));
  await writeStatus(tx, isEnded ? (await holdLine(tx, held.id))! : held, change, now);
  return true;
}
