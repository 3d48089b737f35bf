import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggedEvent, LogPartition } from '../pipeline/counter-store.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createRepeater, type JobLog } from './repeat.ts';
import type { EventHistory, EventLedger } from './sink-targets.ts';
import { WaitingEvents } from './waiting-events.ts';

/** What the sink works on. */
export interface SinkParts {
  readonly source: Pick<LogPartition, 'partition' | 'readEvents' | 'trimEvents' | 'sinkMark' | 'putSinkMark'>;
  readonly history: EventHistory;
  readonly ledger: EventLedger;
  /** Whether this program is the one that carries this partition over; asked before every batch. */
  readonly mayRun?: () => Promise<boolean>;
  readonly log: JobLog;
}

/** Carries the event log of a partition into the usage history and the ledger. */
export interface Sink {
  /**
   * Carries one batch over and resolves to its number of events, 0 when the log holds nothing new or is not ours. Rejects when a store does
   * not answer; the next call repeats the very same batch, which changes nothing where it had arrived already.
   */
  runOnce(): Promise<number>;
  /** Carries everything over that is in the log by now. Rejects like `runOnce`. */
  drain(): Promise<void>;
  /** Runs every `intervalMs` until `stop`, with growing pauses while a store is down. */
  start(intervalMs: number): void;
  stop(): Promise<void>;
}

/** Events that the history takes at once. */
export const SINK_PAGE = 10_000;

/** Pages of one batch at most. */
export const SINK_PAGES = 10;

/** Events read at once: neither Redis nor this thread, which serves pages as well, is held up for longer. */
const READ_AT_ONCE = 2_000;

/** Sessions that the ledger takes at once, for the same reason. */
const RECORD_AT_ONCE = 1_000;

/** A batch of so many events means that there are many every second, or have been a moment ago. */
const MANY_EVENTS = 500;

/** Then so many turns are let pass: the ledger's row of a session is written once for all its events meanwhile. */
const TURNS_BETWEEN_LARGE_BATCHES = 9;

/**
 * A batch goes out in pages, each fixed in the counter store before it is sent, so that after a crash at any point the
 * same pages go out under the same tokens: for each page mark begun and history; then ledger, mark done, trim.
 */
export function createSink(parts: SinkParts): Sink {
  let turnsToWait = 0;
  let trimmedThrough = 0;
  const trim = async (through: number): Promise<void> => {
    if (through > trimmedThrough) await parts.source.trimEvents(through);
    trimmedThrough = through;
  };
  const runOnce = oneAtATime(async () => {
    const carried = await carryBatch(parts, trim);
    turnsToWait = carried >= MANY_EVENTS ? TURNS_BETWEEN_LARGE_BATCHES : 0;
    return carried;
  });
  const turn = async () => {
    if (turnsToWait > 0) {
      turnsToWait -= 1;
      return false;
    }
    return (await runOnce()) === SINK_PAGE * SINK_PAGES;
  };
  const repeater = createRepeater('sink', turn, parts.log);
  return {
    runOnce,
    async drain() {
      while ((await runOnce()) > 0);
    },
    start: repeater.start,
    stop: repeater.stop,
  };
}

/** Resolves to the number of events carried over; a batch that another program has taken over is left to it. */
async function carryBatch(parts: SinkParts, trim: (through: number) => Promise<void>): Promise<number> {
  const { source, history, ledger } = parts;
  const mayRun = parts.mayRun ?? (async () => true);
  if (!(await mayRun())) return 0;
  const { sunkThrough, begun } = await source.sinkMark();
  const first = begun?.first ?? sunkThrough + 1;
  const end = begun?.last ?? Number.POSITIVE_INFINITY;
  const waiting = new WaitingEvents();
  let through = first - 1;
  let carried = 0;
  for (let pages = 0; begun !== undefined || pages < SINK_PAGES; pages++) {
    const page = await readPage(source, through, end);
    if (page.length > 0) {
      through = page.at(-1)!.position;
      if (begun === undefined) await source.putSinkMark({ sunkThrough, begun: { first, last: through } });
      await history.insert(page, pageToken(source.partition, page));
      waiting.add(page);
      carried += page.length;
      if (!(await mayRun())) return 0;
    }
    if (page.length < SINK_PAGE) break;
  }
  if (begun !== undefined) through = begun.last;
  await recordAll(ledger, waiting.list(), source.partition);
  if (through > sunkThrough) await source.putSinkMark({ sunkThrough: through, begun: undefined });
  await trim(through);
  return carried;
}

async function recordAll(
  ledger: EventLedger,
  events: readonly LoggedEvent[],
  partition: number,
): Promise<void> {
  for (let at = 0; at < events.length; at += RECORD_AT_ONCE) {
    await ledger.recordEvents(events.slice(at, at + RECORD_AT_ONCE), partition);
    await nextTurn();
  }
}

/** Events after a position, as many as make a page, none beyond `end`. */
async function readPage(
  source: SinkParts['source'],
  after: number,
  end: number,
): Promise<readonly LoggedEvent[]> {
  const page: LoggedEvent[] = [];
  for (let through = after; page.length < SINK_PAGE; ) {
    const limit = Math.min(READ_AT_ONCE, SINK_PAGE - page.length);
    const events = await source.readEvents(through, limit);
    for (const event of events) if (event.position <= end) page.push(event);
    through = events.at(-1)?.position ?? end;
    if (events.length < limit || through >= end) break;
    await nextTurn();
  }
  return page;
}

/**
 * The page's name in the history. The time of its first event is part of it because a counter store that was lost
 * and rebuilt counts positions anew, and a known token would then swallow new events.
 */
function pageToken(partition: number, events: readonly LoggedEvent[]): string {
  const first = events[0]!;
  return `${partition}:${first.position}-${events.at(-1)!.position}:${first.event.at}`;
}
