import { mergeLearned, NOTHING_LEARNED } from '../../nas/merge-learned.ts';
import type { NasLearned } from '../../nas/nas.ts';
import type { LoggedEvent } from '../../pipeline/counter-store.ts';
import type { NasEvent, UsageEvent } from '../../pipeline/engine-event.ts';

/** Everything a batch of events says about one session. */
export interface FoldedSession {
  /** The newest event: by its time, then by its place in the log. */
  readonly newest: UsageEvent;
  readonly position: number;
  readonly startedAt: number;
  /** Highest counters of the batch: input, output, charged, free, quarantined, burned, overshot. */
  readonly counters: readonly number[];
}

/** Cumulative counters of a usage event. */
const COUNTERS = [
  'inputOctets',
  'outputOctets',
  'chargedOctets',
  'freeOctets',
  'quarantinedOctets',
  'burnedOctets',
  'overshotOctets',
] as const;

/** A batch reduced to one row per session, grant and NAS. */
export interface FoldedEvents {
  readonly sessions: readonly FoldedSession[];
  /** Highest consumption per grant id. */
  readonly consumed: ReadonlyMap<string, number>;
  readonly learned: ReadonlyMap<string, NasLearned>;
}

/**
 * Reduces a batch of the log: highest counters, newest state, tightest knowledge. Order and repetition of the
 * events change nothing.
 */
export function foldEvents(events: readonly LoggedEvent[]): FoldedEvents {
  const sessions = new Map<string, FoldedSession>();
  const consumed = new Map<string, number>();
  const learned = new Map<string, NasLearned>();
  for (const { position, event } of events) {
    if (event.type === 'usage') {
      if (isWithinRecord(event)) continue;
      const key = `${event.lineId}/${event.sessionKey}`;
      sessions.set(key, foldSession(sessions.get(key), event, position));
      for (const [id, octets] of event.consumed) consumed.set(id, Math.max(octets, consumed.get(id) ?? 0));
    } else if (event.type === 'nas') {
      learned.set(event.nas, mergeLearned(learned.get(event.nas) ?? NOTHING_LEARNED, learnedOf(event)));
    }
  }
  return { sessions: [...sessions.values()], consumed, learned };
}

/**
 * A row within a record: its record's own row follows, in this batch or in the next. Taken by itself it would say that
 * octets were burned and not from which grant, nor how the session goes on.
 */
function isWithinRecord({ kind, resume }: UsageEvent): boolean {
  return kind === 'split' && resume === undefined;
}

function foldSession(folded: FoldedSession | undefined, event: UsageEvent, position: number): FoldedSession {
  const own = COUNTERS.map((counter) => event[counter]);
  if (folded === undefined) return { newest: event, position, startedAt: event.startedAt, counters: own };
  const { newest } = folded;
  const isNewer = event.at > newest.at || (event.at === newest.at && position >= folded.position);
  return {
    newest: isNewer ? event : newest,
    position: isNewer ? position : folded.position,
    startedAt: Math.min(folded.startedAt, event.startedAt),
    counters: folded.counters.map((counter, index) => Math.max(counter, own[index]!)),
  };
}

function learnedOf({ messageAuthenticatorSince, gigawordsSince, boot, bootedAt }: NasEvent): NasLearned {
  return { messageAuthenticatorSince, gigawordsSince, boot, bootedAt };
}
