import type { LoggedEvent, LogPartition } from '../pipeline/counter-store.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createRepeater, type JobLog } from './repeat.ts';
import type { EventHistory, EventLedger } from './sink-targets.ts';

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
   * Carries one batch over and resolves to its size, 0 when the log holds nothing new or is not ours. Rejects when a store does
   * not answer; the next call repeats the very same batch, which changes nothing where it had arrived already.
   */
  runOnce(): Promise<number>;
  /** Carries everything over that is in the log by now. Rejects like `runOnce`. */
  drain(): Promise<void>;
  /** Runs every `intervalMs` until `stop`, with growing pauses while a store is down. */
  start(intervalMs: number): void;
  stop(): Promise<void>;
}

/** Events of one batch at most. */
export const SINK_BATCH = 5_000;

/**
 * A batch is fixed in the counter store before anything of it is sent, so that after a crash at any point the same
 * range goes out under the same token: mark begun, history, ledger, mark done, trim.
 */
export function createSink(parts: SinkParts): Sink {
  const step = createStep(parts);
  const runOnce = oneAtATime(step);
  const repeater = createRepeater('sink', async () => (await runOnce()) === SINK_BATCH, parts.log);
  return {
    runOnce,
    async drain() {
      while ((await runOnce()) > 0);
    },
    start: repeater.start,
    stop: repeater.stop,
  };
}

function createStep({ source, history, ledger, mayRun }: SinkParts): () => Promise<number> {
  let trimmedThrough = 0;
  const trim = async (through: number): Promise<void> => {
    if (through > trimmedThrough) await source.trimEvents(through);
    trimmedThrough = through;
  };
  return async () => {
    if (mayRun !== undefined && !(await mayRun())) return 0;
    const { sunkThrough, begun } = await source.sinkMark();
    const events =
      begun === undefined
        ? await source.readEvents(sunkThrough, SINK_BATCH)
        : await readRange(source, begun.first, begun.last);
    const first = events[0]?.position ?? begun?.first;
    const last = events.at(-1)?.position ?? begun?.last;
    if (first === undefined || last === undefined) {
      await trim(sunkThrough);
      return 0;
    }
    if (begun === undefined) await source.putSinkMark({ sunkThrough, begun: { first, last } });
    if (events.length > 0) {
      await history.insert(events, batchToken(source.partition, events));
      await ledger.recordEvents(events, source.partition);
    }
    await source.putSinkMark({ sunkThrough: last, begun: undefined });
    await trim(last);
    return events.length;
  };
}

/** The events of a range that was begun before, however large batches were then. */
async function readRange(
  source: SinkParts['source'],
  first: number,
  last: number,
): Promise<readonly LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (let after = first - 1; after < last; ) {
    const page = await source.readEvents(after, SINK_BATCH);
    for (const event of page) if (event.position <= last) events.push(event);
    after = page.at(-1)?.position ?? last;
  }
  return events;
}

/**
 * The batch's name in the history. The time of its first event is part of it because a counter store that was lost
 * and rebuilt counts positions anew, and a known token would then swallow new events.
 */
function batchToken(partition: number, events: readonly LoggedEvent[]): string {
  const first = events[0]!;
  return `${partition}:${first.position}-${events.at(-1)!.position}:${first.event.at}`;
}
