import type { Anomaly } from '../accounting/record.ts';
import type { NasLearned } from '../nas/nas.ts';
import type { AccessDecision } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';
import { StoreAway } from '../values/store-away.ts';
import type { EngineEvent } from './engine-event.ts';
import { type JournalEntry, type JournalledEntry, usernameOf } from './journal.ts';
import type { JournalWriter } from './journal-writer.ts';
import { PIPELINE_LIMITS } from './limits.ts';
import type { AccountingRule, LoginRule } from './line-rule.ts';
import type { SessionAccounting } from './session-accounting.ts';
import type { StandIn } from './stand-in.ts';

/** What goes on with. */
export interface OutageParts {
  readonly writer: Pick<JournalWriter, 'add' | 'waiting'>;
  readonly partitionOf: (username: string) => number;
  /** The line as it was when the store was last heard of. */
  readonly lastKnown: (username: string) => LineState | undefined;
  /** Told of each partition that could not be reached, when it was thought to be there. */
  readonly onAway: (partition: number) => void;
}

interface OverlaidLine {
  /** `undefined` where nothing is known but that records have come. */
  state: LineState | undefined;
  /** Position of its newest entry in the journal. */
  through: number;
  /** Its entries on their way to the journal. */
  unwritten: number;
}

const NOTHING_ODD: readonly Anomaly[] = [];

/** What belongs to no line is for this partition. */
const COMMON_PARTITION = 0;

/**
 * Answers packets while the store is away: rules run on the line as it was last known, what they make of it is kept in
 * memory, and what must not be lost is on disk in the journal before the answer. Volume stays as it was, and orders to
 * NAS are dropped: nobody is cut or slowed on the word of a state that may be old. A line stays here, also when the
 * store is back, until all its entries are in the store, so that its records are counted in the order of their arrival.
 */
export class OutageLines implements StandIn {
  private readonly parts: OutageParts;
  private readonly overlay = new Map<string, OverlaidLine>();
  private readonly away = new Set<number>();

  constructor(parts: OutageParts) {
    this.parts = parts;
  }

  get waiting(): number {
    return this.parts.writer.waiting;
  }

  /** Partitions that could not be reached when they were last tried. */
  get awayPartitions(): ReadonlySet<number> {
    return this.away;
  }

  holds(username: string): boolean {
    if (this.away.size > 0 && this.away.has(this.parts.partitionOf(username))) return true;
    return this.overlay.size > 0 && this.overlay.has(username);
  }

  storeIsAway(username: string): void {
    this.partitionIsAway(this.parts.partitionOf(username));
  }

  partitionIsAway(partition: number): void {
    if (this.away.has(partition)) return;
    this.away.add(partition);
    this.parts.onAway(partition);
  }

  /** The partition answers again: lines without entries in the journal go to the store. */
  partitionIsBack(partition: number): void {
    this.away.delete(partition);
  }

  peek(username: string): LineState {
    return this.stateOf(username) ?? unknown(username);
  }

  async login(username: string, rule: LoginRule): Promise<AccessDecision> {
    const state = this.peek(username);
    const { change, result } = rule(state);
    if (!result.accepted || change?.state === undefined) return result;
    const session = change.state.sessions.find(({ key }) => key === result.profile.sessionKey);
    const event = change.events.find(({ type }) => type === 'access');
    if (session === undefined || event?.type !== 'access')
      throw new Error('an accepted login without its slot');
    await this.keep(this.moved(username, state, change.state), { about: 'login', username, session, event });
    return result;
  }

  async account(accounting: SessionAccounting, rule: AccountingRule): Promise<readonly Anomaly[]> {
    const { username } = accounting.record;
    const state = this.stateOf(username);
    const outcome = state && rule(state);
    await this.keep(this.moved(username, state, outcome?.change?.state), accounting);
    return outcome?.result ?? NOTHING_ODD;
  }

  /** Keeps history rows that belong to no line and met a store that is away; resolves when they are on disk. */
  async record(events: readonly EngineEvent[]): Promise<void> {
    this.partitionIsAway(COMMON_PARTITION);
    await this.parts.writer.add(COMMON_PARTITION, { about: 'events', events });
  }

  /** Keeps what was learned of a NAS and met a store that is away; resolves when it is on disk. */
  async learn(nas: string, learned: NasLearned, at: Instant): Promise<void> {
    this.partitionIsAway(COMMON_PARTITION);
    await this.parts.writer.add(COMMON_PARTITION, { about: 'learned', nas, learned, at });
  }

  /** These entries are in the store: lines of which nothing else waits go there again. */
  release(entries: readonly JournalledEntry[]): void {
    for (const { entry, position } of entries) {
      const username = usernameOf(entry);
      const line = username === undefined ? undefined : this.overlay.get(username);
      if (username === undefined || line === undefined) continue;
      if (line.unwritten === 0 && line.through <= position) this.overlay.delete(username);
    }
  }

  /** All lines of the partition go to the store again. */
  releaseAll(partition: number): void {
    for (const username of this.overlay.keys()) {
      if (this.parts.partitionOf(username) === partition) this.overlay.delete(username);
    }
  }

  private stateOf(username: string): LineState | undefined {
    return this.overlay.get(username)?.state ?? this.parts.lastKnown(username);
  }

  /** The line after a rule; its volume is settled when the entry is counted in the store. */
  private moved(username: string, before: LineState | undefined, after: LineState | undefined): OverlaidLine {
    const state = before && after ? { ...after, grants: before.grants } : before;
    const known = this.overlay.get(username);
    if (known !== undefined) {
      known.state = state;
      return known;
    }
    if (this.overlay.size >= PIPELINE_LIMITS.overlayLines) {
      for (const oldest of this.overlay.keys()) {
        this.overlay.delete(oldest);
        break;
      }
    }
    const line: OverlaidLine = { state, through: 0, unwritten: 0 };
    this.overlay.set(username, line);
    return line;
  }

  private async keep(line: OverlaidLine, entry: JournalEntry): Promise<void> {
    const partition = this.parts.partitionOf(usernameOf(entry) ?? '');
    line.unwritten++;
    try {
      line.through = Math.max(line.through, await this.parts.writer.add(partition, entry));
    } finally {
      line.unwritten--;
    }
  }
}

function unknown(username: string): never {
  throw new StoreAway(`the counters are away, and ${username} is known nowhere else`);
}
