import type { Instant } from '../values/instant.ts';

/**
 * Why a line may not be online although it is paid: staff said so (or declared it), its customer's documents are not in
 * order, or the customer has paused it.
 */
export type SuspensionCause = 'staff' | 'documents' | 'pause';

/** A cause that is in force. */
export interface Suspension {
  readonly cause: SuspensionCause;
  readonly since: Instant;
}

/** Who wants a cause to begin or to end, and why; '' for no reason. */
export interface SuspensionChange {
  readonly cause: SuspensionCause;
  readonly actor: string;
  readonly reason: string;
}

/**
 * What became of it. `changed`: the line's status is another one now. `noted`: the cause is there, or gone, and the status
 * stays, since there are other causes. `unchanged`: it was so already. `closed`: a closed line has no causes.
 */
export type SuspensionOutcome = 'changed' | 'noted' | 'unchanged' | 'closed';
