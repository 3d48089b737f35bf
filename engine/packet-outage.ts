import { join } from 'node:path';
import type { Logger } from 'pino';
import { TwinKeeper } from './jobs/keep-twin.ts';
import { JournalReplay } from './jobs/replay-journal.ts';
import type { CounterStore, StoreChange } from './pipeline/counter-store.ts';
import type { JournalEntry } from './pipeline/journal.ts';
import { JournalWriter } from './pipeline/journal-writer.ts';
import type { LineEngine } from './pipeline/line-engine.ts';
import type { LineTwin } from './pipeline/line-twin.ts';
import { OutageLines } from './pipeline/outage-lines.ts';
import { RecentRecords } from './pipeline/recent-records.ts';
import type { LineState } from './policy/line-state.ts';
import { monotonicMs } from './runtime/clock.ts';
import { inTime } from './runtime/in-time.ts';
import { LmdbJournal } from './store/counters/lmdb-journal.ts';
import { LmdbTwin } from './store/counters/lmdb-twin.ts';
import { MINUTE_MS, SECOND_MS } from './values/instant.ts';

/** What going on without the counters needs. */
export interface OutageOptions {
  /** Folder of this process alone, for the journal and the copy of the lines. */
  readonly folder: string;
  readonly counters: CounterStore;
  readonly engine: () => LineEngine;
  /** Counts a journalled entry in the counters; resolves when durable. */
  readonly replay: (entry: JournalEntry) => Promise<void>;
  readonly onJournalled: (about: JournalEntry['about']) => void;
  readonly logError: (message: string) => (error: unknown) => void;
  readonly log: Logger;
}

/** A store that comes and goes within this time is one outage. */
const CALM_MS = SECOND_MS;

/** Other processes count what they have journalled before silent sessions are looked at. */
const WAKE_AFTER_MS = 30 * SECOND_MS;

/** An entry that cannot be counted keeps ends of services from being looked at for no longer than this. */
const STUCK_MS = 10 * MINUTE_MS;

/** Packets do not wait for longer than this for the journal of an earlier process. */
const START_WITHIN_MS = 5 * SECOND_MS;

/** What the packet path has when its counters can be away: journal, replay, the local copy, and one log line per outage. */
export class PacketOutage {
  readonly lines: OutageLines;
  readonly twin: LineTwin;
  readonly recent = new RecentRecords();
  private readonly options: OutageOptions;
  private readonly journal: LmdbJournal;
  private readonly replay: JournalReplay;
  private readonly keeper: TwinKeeper;
  private readonly counts = { session: 0, login: 0, learned: 0, events: 0 };
  private beganAt: number | undefined;
  private troubledAt = Number.NEGATIVE_INFINITY;
  private settledAt = Number.NEGATIVE_INFINITY;

  constructor(options: OutageOptions) {
    const { folder, counters } = options;
    this.options = options;
    this.journal = new LmdbJournal(join(folder, 'journal'));
    this.twin = new LmdbTwin(join(folder, 'twin'));
    const writer = new JournalWriter(this.journal);
    this.lines = new OutageLines({
      writer: {
        add: (partition, entry) => this.count(entry.about, writer.add(partition, entry)),
        get waiting() {
          return writer.waiting;
        },
      },
      partitionOf: (username) => counters.partitionOf(username),
      lastKnown: (username) => this.lastKnown(username),
      onAway: (partition) => this.onAway(partition),
    });
    this.replay = new JournalReplay({
      journal: this.journal,
      lines: this.lines,
      probe: async (partition) => counters.load(nameIn(counters, partition)),
      replay: options.replay,
      onSettled: () => this.onSettled(),
      onError: options.logError('what was journalled could not be counted; it stays and is tried again'),
    });
    this.keeper = new TwinKeeper({
      twin: this.twin,
      counters,
      memory: {
        entries: () => options.engine().memory.entries(),
        forgotten: () => options.engine().memory.forgotten(),
        get: (username) => options.engine().memory.get(username),
      },
      mayRead: () => this.replay.settled,
      onError: options.logError('the local copy of the lines could not be kept'),
    });
  }

  get journalEntries(): number {
    return this.journal.size;
  }

  get isAway(): boolean {
    return this.lines.awayPartitions.size > 0;
  }

  /** Sessions that seem silent may have reported to a journal: false until all of it can have been counted. */
  get mayWake(): boolean {
    const now = monotonicMs();
    if (this.replay.settled) return now >= this.settledAt + WAKE_AFTER_MS;
    return !this.isAway && now >= this.troubledAt + STUCK_MS;
  }

  /** Begins with what an earlier process has journalled, and gives it some time before packets come. */
  async start(): Promise<void> {
    const entries = this.journal.size;
    if (entries > 0) {
      this.troubledAt = monotonicMs();
      this.options.log.warn({ entries }, 'an earlier process has left a journal; it is counted now');
    }
    this.keeper.start();
    await inTime(this.replay.start(), START_WITHIN_MS).catch(() => undefined);
  }

  /** Others have changed the counters. */
  onChange(change: StoreChange): void {
    if (change.kind !== 'rebuilt') return;
    const { counters, log } = this.options;
    const { partition } = change;
    this.troubledAt = monotonicMs();
    const records = this.recent.of((username) => counters.partitionOf(username) === partition);
    this.replay.repeat(partition, records);
    log.warn(
      { partition, records: records.length },
      'the counters were rebuilt; the last records are counted again',
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.replay.stop(), this.keeper.stop()]);
    await Promise.all([this.journal.close(), this.twin.close()]);
  }

  /** Memory, if nobody else has changed the line since; else the newer of what memory and copy once knew. */
  private lastKnown(username: string): LineState | undefined {
    const { memory } = this.options.engine();
    const remembered = memory.get(username);
    if (remembered !== undefined) return remembered.state;
    const recalled = memory.recall(username);
    const copied = this.twin.line(username);
    const isCopyNewer = copied !== undefined && copied.version > (recalled?.version ?? -1);
    return isCopyNewer ? copied.state : recalled?.state;
  }

  private count(about: JournalEntry['about'], written: Promise<number>): Promise<number> {
    this.counts[about]++;
    this.options.onJournalled(about);
    return written;
  }

  private onAway(partition: number): void {
    this.troubledAt = monotonicMs();
    this.replay.unsettle();
    if (this.beganAt !== undefined) return;
    this.beganAt = this.troubledAt;
    Object.assign(this.counts, { session: 0, login: 0, learned: 0, events: 0 });
    this.options.log.warn(
      { partition },
      'the counters are away: accounting goes to the journal, logins are decided by what was last known',
    );
  }

  private onSettled(): void {
    const now = monotonicMs();
    if (now < this.troubledAt + CALM_MS) {
      this.replay.unsettle();
      return;
    }
    this.settledAt = now;
    if (this.beganAt === undefined) return;
    const seconds = Math.round((now - this.beganAt) / SECOND_MS);
    this.beganAt = undefined;
    const { session: records, login: logins } = this.counts;
    this.options.log.warn(
      { seconds, records, logins },
      'the counters are back, and all of the journal is in them',
    );
  }
}

/** A username, of a line or of none, that lies in the partition: loading it needs no more than that it can be used. */
function nameIn(counters: Pick<CounterStore, 'partitionOf'>, partition: number): string {
  for (let number = 0; ; number++)
    if (counters.partitionOf(String(number)) === partition) return String(number);
}
