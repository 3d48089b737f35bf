import { setTimeout as sleep } from 'node:timers/promises';
import type {
  CommitOutcome,
  LineCommit,
  PartitionPast,
  StoreChange,
  VersionedLine,
} from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import { StoreAway } from '../../values/store-away.ts';
import { packEvent } from './pack-event.ts';
import { CommitArgs, plannedAfter } from './redis-commit-args.ts';
import { type PartitionKeys, partitionKeys, REDIS_CHANNELS } from './redis-keys.ts';
import { KnownLines } from './redis-known-lines.ts';
import { readLineFields } from './redis-line-fields.ts';
import type { RedisNode } from './redis-node.ts';

/** What a partition needs from its store. */
export interface PartitionParts {
  readonly nodeOf: (partition: number) => RedisNode;
  readonly partitions: number;
  /** Lines remembered at most. */
  readonly knownLines: number;
  /** What messages to others are signed with. */
  readonly self: string;
  /** Whether the server counts us among those who listen to lines: 1 or 0, -1 where it cannot count. */
  readonly listening: () => 1 | 0 | -1;
  readonly tell: (change: StoreChange) => void;
  readonly warn: (sentence: string) => void;
}

/** Lines of one function call: Redis serves nobody else meanwhile. */
const CALL_LINES = 200;

/** In this time rules that ran on what was known of the last epoch meet a refusal before the new one is open. */
const SETTLE_MS = 50;

const OK: CommitOutcome = { ok: true };

/**
 * One partition as this program knows it: the epoch in which it may be used and the highest event position that was told.
 * Both go with every call, and the server refuses all of it when it is in another epoch or has less than that: then it
 * was emptied, or an older copy of it came back, and nothing may be judged on it.
 */
export class RedisPartition {
  readonly partition: number;
  readonly keys: PartitionKeys;
  private readonly parts: PartitionParts;
  private readonly known: KnownLines;
  /** '' while the partition may not be used. */
  private epoch = '';
  /** The last epoch in which it was used. */
  private former = '';
  private told = 0;
  private why = 'was not looked at yet';
  /** The node that was looked at; another one has to be looked at first. */
  private node: RedisNode | undefined;
  private looking: Promise<void> | undefined;
  private closings = 0;

  constructor(partition: number, parts: PartitionParts) {
    this.partition = partition;
    this.keys = partitionKeys(partition);
    this.parts = parts;
    this.known = new KnownLines(parts.knownLines);
  }

  /** The node that has the partition. @throws StoreAway when nobody has. */
  get server(): RedisNode {
    return this.parts.nodeOf(this.partition);
  }

  /** True while it takes commits. */
  get isOpen(): boolean {
    return this.epoch !== '' && this.node === this.server && this.node.isUsable;
  }

  /** @throws StoreAway while the partition takes no commits. */
  checkOpen(): void {
    const { server } = this;
    server.check();
    if (this.epoch === '') throw this.away(this.why);
    if (this.node === server) return;
    this.close('has moved to another node');
    void this.look();
    throw this.away(this.why);
  }

  /** It must be looked at before it is used again. */
  close(why: string): void {
    this.epoch = '';
    this.why = why;
    this.closings++;
    this.known.doubtAll();
  }

  /** Reads in what epoch the partition is, and goes on in it if it is one. */
  look(): Promise<void> {
    this.looking ??= this.lookNow()
      .catch(() => undefined)
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  /** A look that begins from now on: one in work may have read what was there before. */
  async lookAgain(): Promise<void> {
    await this.looking;
    await this.look();
  }

  private async lookNow(): Promise<void> {
    if (this.isOpen) return;
    const node = this.server;
    const names = ['epoch', 'events', 'partitions'];
    const answer = (await node.call('HMGET', [this.keys.meta, ...names])) as (string | null)[];
    const [epoch, last, partitions] = answer;
    if (epoch === null || epoch === undefined || epoch === '') {
      this.close('was never begun, was lost, or is being rebuilt');
    } else if (Number(partitions) !== this.parts.partitions) {
      this.close(`is one of ${partitions}, not of ${this.parts.partitions}: restart Mizan`);
    } else if (epoch !== this.former) {
      await this.begin(node, epoch, Number(last));
    } else if (Number(last) < this.told) {
      await this.distrust(epoch, `events end at ${last}, ${this.told} was told`);
    } else {
      this.known.doubtAll();
      this.node = node;
      this.epoch = epoch;
    }
  }

  private async begin(node: RedisNode, epoch: string, last: number): Promise<void> {
    this.known.clear();
    if (this.former !== '') {
      const { closings } = this;
      this.parts.tell({ kind: 'rebuilt', partition: this.partition });
      this.parts.tell({ kind: 'missed' });
      await sleep(SETTLE_MS);
      if (this.closings !== closings) return;
    }
    this.former = epoch;
    this.told = last;
    this.node = node;
    this.epoch = epoch;
  }

  /** The partition shows less than was told: nobody may go on with it until it is rebuilt. */
  private async distrust(epoch: string, how: string): Promise<void> {
    this.close(`was rolled back (${how}) and has to be rebuilt`);
    this.parts.warn(`Redis has lost what it had acknowledged in partition ${this.partition}: ${how}`);
    await this.server.run('distrust', [this.keys.meta], [epoch]);
  }

  /** What it says of its past, in whatever epoch it is. */
  async past(): Promise<PartitionPast> {
    const answer = await this.server.call('HMGET', [this.keys.meta, 'epoch', 'events']);
    const [epoch, last] = answer as (string | null)[];
    return { epoch: epoch ?? '', lastEvent: Number(last ?? 0) };
  }

  /**
   * Calls a function that is only run in our epoch and on nothing less than was told.
   * @param isRead whether it writes nothing.
   */
  async run(name: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    this.checkOpen();
    const { epoch } = this;
    let answer: unknown;
    try {
      answer = await this.server.run(name, keys, [epoch, String(this.told)].concat(args));
    } catch (error) {
      throw this.explain(error, epoch);
    }
    // What was lost and looked at again meanwhile is not described by an answer from before.
    if (this.epoch !== epoch) throw this.away('was lost while it answered');
    return answer;
  }

  /** Calls a function for what holds in every epoch, also while the partition is lost or being rebuilt. */
  runInAnyEpoch(name: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    return this.server.run(name, keys, [this.epoch, String(this.told)].concat(args));
  }

  private explain(error: unknown, epoch: string): unknown {
    const message = error instanceof Error ? error.message : '';
    const isRolledBack = message.startsWith('MZROLLED');
    if (!isRolledBack && !message.startsWith('MZEPOCH')) return error;
    if (this.epoch === epoch) {
      if (isRolledBack) void this.distrust(epoch, message).catch(() => undefined);
      else this.close('is not in the epoch it was in');
      void this.look();
    }
    return this.away(this.why, error);
  }

  private away(why: string, cause?: unknown): StoreAway {
    return new StoreAway(`partition ${this.partition} of the counters ${why}`, { cause });
  }

  /** Events of this partition's log end here; it never has less. */
  raise(position: unknown): void {
    this.told = Math.max(this.told, Number(position));
  }

  async load(username: string): Promise<VersionedLine> {
    const { meta, gone, due, line } = this.keys;
    const answer = await this.run('load', [meta, gone, due, line + username], [username]);
    return this.read(username, answer as string[]);
  }

  /** Outcomes in the order of the lines, all of this partition. Rejects when all calls have ended and one has failed. */
  async commit(lines: readonly LineCommit[]): Promise<readonly CommitOutcome[]> {
    if (lines.length <= CALL_LINES) return this.commitCall(lines);
    const calls: Promise<readonly CommitOutcome[]>[] = [];
    for (let from = 0; from < lines.length; from += CALL_LINES) {
      calls.push(this.commitCall(lines.slice(from, from + CALL_LINES)));
    }
    // Every call is waited for, also when one fails: its lines must not be loaded while others are still on the way.
    const settled = await Promise.allSettled(calls);
    return settled.flatMap((call) => {
      if (call.status === 'rejected') throw call.reason;
      return call.value;
    });
  }

  private async commitCall(lines: readonly LineCommit[]): Promise<readonly CommitOutcome[]> {
    const { meta, gone, due, events, effects, line: prefix } = this.keys;
    const keys = [meta, gone, due, events, effects];
    const { changes, lines: told } = REDIS_CHANNELS;
    const listening = String(this.parts.listening());
    const lineArgs = new CommitArgs();
    for (const line of lines) {
      keys.push(prefix + line.username);
      lineArgs.add(line, this.known.at(line.username, line.expectedVersion));
    }
    const head = [this.parts.self, changes, told, listening, String(prefix.length), lineArgs.eventText];
    try {
      const answer = await this.run('commit', keys, head.concat(lineArgs.args));
      const [position, ...answers] = answer as [number, ...(number | string[])[]];
      this.raise(position);
      return answers.map((one, index) => this.outcome(lines[index]!, one));
    } catch (error) {
      for (const { username } of lines) this.known.doubt(username);
      throw error;
    }
  }

  private outcome(commit: LineCommit, answer: number | string[]): CommitOutcome {
    const { username, state, expectedVersion } = commit;
    if (typeof answer !== 'number') return { ok: false, stored: this.read(username, answer) };
    const planned = plannedAfter(commit, this.known.at(username, expectedVersion));
    this.known.put(username, { state, version: expectedVersion + 1, planned });
    return OK;
  }

  /** @throws StoreAway when the line had a higher version before. */
  private read(username: string, [versionText, moment, ...fields]: readonly string[]): VersionedLine {
    const version = Number(versionText);
    if (this.known.hasNewer(username, version)) {
      void this.distrust(this.epoch, `a line is at version ${version}, a later one was told`).catch(
        () => undefined,
      );
      throw this.away(this.why);
    }
    const state = readLineFields(username, fields);
    this.known.put(username, { state, version, planned: moment === '' ? undefined : Number(moment) });
    return { state, version };
  }

  async append(events: readonly EngineEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { meta, events: log } = this.keys;
    this.raise(await this.run('append', [meta, log], eventArgs(events)));
  }
}

/** Count and text of events, one line each. */
export function eventArgs(events: readonly EngineEvent[]): readonly [string, string] {
  return [String(events.length), events.map((event) => JSON.stringify(packEvent(event))).join('\n')];
}
