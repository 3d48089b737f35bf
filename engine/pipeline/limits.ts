/** All limits of the packet path in one place; full means a counted drop, never growth. */
export const PIPELINE_LIMITS = {
  /** Replies are kept this long for retransmissions (RFC 5080 §2.2.2: 5 to 30 s). */
  replyCacheMs: 15_000,
  /** Source ports with replies in the cache. */
  replyCacheSources: 50_000,
  /** Rejects waiting for their delay. */
  delayedRejects: 20_000,
  /** A Reject waits this long at least (deprecating-radius: 1 to 10 s with jitter)… */
  rejectDelayMs: 1_000,
  /** …and up to this much more. */
  rejectJitterMs: 200,
  /** Line states kept in memory. */
  cachedLines: 200_000,
  /** Beyond them one line in so many takes the place of the oldest. */
  rememberOneIn: 16,
  /** Lines in one commit. */
  commitLines: 1_000,
  /** Turns of the event loop for which a commit waits while packets keep coming. */
  gatherTurns: 16,
  /** Lines waiting for a commit; beyond it packets are dropped and the NAS tries again. */
  pendingLines: 50_000,
  /** Times a rule is run again because another writer was faster. */
  conflictRetries: 20,
  /** An Event-Timestamp this far from our clock is not taken as the time of usage. */
  eventTimestampSkewMs: 300_000,
  /** Acct-Delay-Time above this is a fault of the NAS. */
  delaySecondsMax: 30 * 86_400,
  /** Acct-Session-Time above this (10 years) is a fault of the NAS and ignored. */
  sessionSecondsMax: 3_653 * 86_400,
  /** A counter above this is cut to it, so that two of them still add up exactly; either way it is implausible. */
  counterOctetsMax: 2 ** 52 - 1,
  /** Lines that are answered from memory while the store is away; the oldest are then known as they were before. */
  overlayLines: 200_000,
  /** Acknowledged records that can be counted once more when the store is lost… */
  recentRecords: 200_000,
  /** …and for how long: the sink is done with them by then. */
  recentRecordsMs: 120_000,
  /** Different rejects that are folded into one history row each second. */
  accessEventsPerSecond: 5_000,
} as const;
