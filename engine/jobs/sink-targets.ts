import type { LoggedEvent } from '../pipeline/counter-store.ts';

/** Where the sink writes the history of usage. */
export interface EventHistory {
  /**
   * Stores the events durably. The same token again stores nothing, so a range of the log keeps its token for ever;
   * the same events under another token change no total.
   */
  insert(events: readonly LoggedEvent[], token: string): Promise<void>;
}

/** Where the sink writes sessions, consumption of grants and what NAS have taught us. */
export interface EventLedger {
  /** Takes over the events of one partition in one transaction; events taken over before change nothing. */
  recordEvents(events: readonly LoggedEvent[], partition: number): Promise<void>;
}
