import type { MessageOutcome, TakenMessage } from '../../engine/messaging/message-store.ts';
import type { LedgerDb } from '../../engine/store/ledger/database.ts';
import type { KyselyMessages } from '../../engine/store/ledger/messages.ts';
import { NOW } from '../engine/messaging/sample.ts';

/** A database for messages. */
export interface MessagePlace {
  readonly db: LedgerDb;
  remove(): Promise<void>;
}

/** What the tests of a suite share. */
export interface World {
  readonly db: LedgerDb;
  readonly store: KyselyMessages;
}

/** Seconds for which the tests take messages. */
export const LEASE = 120;

/** The world, once it is there. */
export type GetWorld = () => World;

/** All that is due at `NOW`, for the sandbox. */
export function takeAll(store: KyselyMessages): Promise<readonly TakenMessage[]> {
  return store.take(1_000, 'sandbox', NOW, LEASE);
}

/** Delivers all that is due at `NOW`; how many that was. */
export async function finishAll(store: KyselyMessages): Promise<number> {
  const taken = await takeAll(store);
  return store.done(
    taken.map((message) => outcomeOf(message, 'delivered')),
    NOW,
  );
}

/** A provider's outcome for a message that was taken. */
export function outcomeOf({ id, attempt }: TakenMessage, state: MessageOutcome['state']): MessageOutcome {
  const wasTaken = state === 'sent' || state === 'delivered';
  return {
    ...{ id, attempt, state, reason: '', cost: undefined, nextAt: undefined, uncertainSince: undefined },
    providerId: wasTaken ? `p-${id}` : '',
  };
}
