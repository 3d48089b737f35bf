import type { Anomaly } from '../accounting/record.ts';
import type { AccessDecision } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import type { Instant } from '../values/instant.ts';
import type { CommitOutcome, CounterStore, VersionedLine } from './counter-store.ts';
import type { EngineEvent } from './engine-event.ts';
import { gather } from './gather.ts';
import { PIPELINE_LIMITS } from './limits.ts';
import type { AccountingRule, LineRule, LoginRule, RuleResult } from './line-rule.ts';
import {
  keepResult,
  landed,
  newPendingLine,
  newWaiter,
  type PendingLine,
  takeBatch,
  toCommit,
  type Waiter,
} from './pending-line.ts';
import { RememberedLines } from './remembered-lines.ts';
import type { SessionAccounting } from './session-accounting.ts';
import { handOver, type StandIn, type Substitutable, standInFor } from './stand-in.ts';
import { Turns } from './turns.ts';

/** Called after each commit, for metrics and for waking the deliverer of effects. */
export interface CommitObserver {
  onCommit(lines: number, conflicts: number, effects: number): void;
  /** What a line was and is, once its change is durable. */
  onLine?(before: LineState | undefined, after: LineState | undefined, version: number): void;
}

interface LooseEvents {
  readonly events: readonly EngineEvent[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Runs rules on lines and commits what they decide. Rules run at once on the newest state in memory; what they change
 * is gathered while a commit is in flight and forms the next one, so that one fsync covers many packets. A promise
 * resolves only when its change is durable. When another writer was faster, the rules run again on what it stored.
 */
export class LineEngine {
  private readonly remembered: RememberedLines;
  private pending = new Map<string, PendingLine>();
  /** Lines whose commit is in flight; what comes meanwhile builds on them, in memory only. */
  private flying: ReadonlyMap<string, PendingLine> = new Map();
  private pendingEvents: LooseEvents[] = [];
  /** Rules of a line that is being loaded run in the order in which they came. */
  private readonly loading = new Turns();
  private inFlight = false;
  private scheduled = false;
  private readonly store: CounterStore;
  private readonly observer: CommitObserver;
  private readonly standIn: StandIn | undefined;

  /** @param standIn answers packets while the store is away; without it they are rejected. */
  constructor(store: CounterStore, observer: CommitObserver, standIn?: StandIn) {
    this.store = store;
    this.remembered = new RememberedLines((username) => store.load(username), standIn !== undefined);
    this.observer = observer;
    this.standIn = standIn;
  }

  /** Lines waiting for their commit, the one in flight included. */
  get waiting(): number {
    return this.pending.size + this.flying.size + (this.standIn?.waiting ?? 0);
  }

  /** Lines in memory, for those who copy them and those who go on from them while the store is away. */
  get memory(): Pick<RememberedLines, 'get' | 'recall' | 'entries' | 'forgotten'> {
    return this.remembered;
  }

  /** Newest state of a line, changes not yet durable included; for rules whose outcome stores nothing. */
  async peek(username: string): Promise<LineState | undefined> {
    if (this.standIn?.holds(username)) return this.standIn.peek(username);
    const known = this.inMemory(username);
    if (known !== undefined) return known.state;
    try {
      return (await this.current(username)).state;
    } catch (error) {
      return standInFor(this.standIn, username, error).peek(username);
    }
  }

  /**
   * Runs `rule` on the line and resolves with its result once all that it looked at and changed is stored; a rule that
   * changes nothing of a stored line resolves at once. Rejects when the store failed: then nothing is stored and the
   * caller must not answer.
   * @param at the present, for the index of planned moments.
   */
  run<T>(username: string, at: Instant, rule: LineRule<T>): Promise<T> {
    return this.runFor(username, at, rule, undefined);
  }

  /** Runs the rule of a login; where there is a stand-in, it takes over while the store is away. */
  login(username: string, at: Instant, rule: LoginRule): Promise<AccessDecision> {
    if (this.standIn?.holds(username)) return this.standIn.login(username, rule);
    return this.runFor(username, at, rule, 'login');
  }

  /** Runs the rule of an accounting record; where there is a stand-in, it takes over while the store is away. */
  account(accounting: SessionAccounting, rule: AccountingRule): Promise<readonly Anomaly[] | undefined> {
    const { username, receivedAt } = accounting.record;
    if (this.standIn?.holds(username)) return this.standIn.account(accounting, rule);
    return this.runFor(username, receivedAt, rule, accounting);
  }

  private runFor<T>(
    username: string,
    at: Instant,
    rule: LineRule<T>,
    packet: Substitutable | undefined,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiter = newWaiter({ rule, packet, at, resolve: resolve as Waiter['resolve'], reject });
      if (this.loading.has(username)) this.applyInTurn(username, waiter, () => this.current(username));
      else if (this.inMemory(username) !== undefined) this.apply(username, waiter, undefined);
      else this.loadAndApply(username, waiter);
    });
  }

  private inMemory(username: string): Pick<VersionedLine, 'state'> | undefined {
    return this.pending.get(username) ?? this.flying.get(username) ?? this.remembered.get(username);
  }

  /** A store in this process answers at once, and its line costs no promise. */
  private loadAndApply(username: string, waiter: Waiter): void {
    try {
      const base = this.current(username);
      if (base instanceof Promise) this.applyInTurn(username, waiter, () => base);
      else this.apply(username, waiter, base);
    } catch (error) {
      void this.giveUp(username, waiter, error);
    }
  }

  private applyInTurn(username: string, waiter: Waiter, load: () => VersionedLine | Promise<VersionedLine>) {
    const failed = (error: unknown) => this.giveUp(username, waiter, error);
    const work = async () => this.apply(username, waiter, await load());
    void this.loading.run(username, () => work().catch(failed));
  }

  /** The store failed: the stand-in goes on for a packet, if there is one. */
  private giveUp(username: string, { rule, packet, resolve, reject }: Waiter, error: unknown): Promise<void> {
    return handOver(this.standIn, username, rule, packet, error).then(resolve, reject);
  }

  /** Stores events that belong to no line; resolves when they are durable. */
  record(events: readonly EngineEvent[]): Promise<void> {
    return new Promise((done, failed) => {
      this.pendingEvents.push({ events, done, failed });
      this.schedule();
    });
  }

  /** Another user of the store has stored `version` of the line. */
  forgetOlder(username: string, version: number): void {
    this.remembered.forgetOlder(username, version);
  }

  /** Other users of the store may have stored anything. */
  forgetAll(): void {
    this.remembered.forgetAll();
  }

  /** What flies is newer than what is loaded meanwhile, and is remembered when it has landed. */
  private current(username: string): VersionedLine | Promise<VersionedLine> {
    return this.remembered.current(username, () => !this.flying.has(username));
  }

  private apply(username: string, waiter: Waiter, loaded: VersionedLine | undefined): void {
    let line = this.pending.get(username);
    const flying = this.flying.get(username);
    const base = flying === undefined ? (this.remembered.get(username) ?? loaded) : landed(flying);
    const state = line === undefined ? base?.state : line.state;
    let outcome: RuleResult<unknown>;
    try {
      outcome = waiter.rule(state);
    } catch (error) {
      waiter.reject(error);
      return;
    }
    if (outcome.change === undefined) {
      // "Nothing to change" is true only once that on which it was decided is durable.
      const decidedOn = line ?? flying;
      if (decidedOn === undefined) waiter.resolve(outcome.result);
      else decidedOn.waiters.push(keepResult(waiter, outcome.result));
      return;
    }
    if (line === undefined) {
      line = newPendingLine(base, waiter.at);
      this.pending.set(username, line);
    }
    line.state = outcome.change.state;
    for (const event of outcome.change.events) line.events.push(event);
    for (const effect of outcome.change.effects) line.effects.push(effect);
    line.wakeAt = outcome.change.wakeAt;
    line.at = Math.max(line.at, waiter.at);
    line.waiters.push(keepResult(waiter, outcome.result));
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight) return;
    this.scheduled = true;
    gather(this.pendingCount, this.gathered);
  }

  private readonly pendingCount = () => this.pending.size;

  private readonly gathered = () => {
    this.scheduled = false;
    void this.flush();
  };

  private async flush(): Promise<void> {
    this.inFlight = true;
    this.flying = takeBatch(this.pending, PIPELINE_LIMITS.commitLines);
    const loose = this.pendingEvents;
    this.pendingEvents = [];
    await Promise.all([this.commitLines(this.flying), this.commitEvents(loose)]);
    this.inFlight = false;
    if (this.pending.size > 0 || this.pendingEvents.length > 0) this.schedule();
  }

  private async commitLines(batch: ReadonlyMap<string, PendingLine>): Promise<void> {
    if (batch.size === 0) return;
    const commits = [...batch].map(([username, line]) => toCommit(username, line));
    let outcomes: readonly CommitOutcome[];
    try {
      outcomes = await this.store.commit(commits);
      if (outcomes.length !== commits.length) throw new Error('the store did not answer for every line');
    } catch (error) {
      this.flying = new Map();
      this.fail(batch, error);
      return;
    }
    this.flying = new Map();
    this.land(batch, outcomes);
  }

  private land(batch: ReadonlyMap<string, PendingLine>, outcomes: readonly CommitOutcome[]): void {
    let conflicts = 0;
    let effects = 0;
    let index = 0;
    for (const [username, line] of batch) {
      const outcome = outcomes[index++];
      if (outcome?.ok === true) {
        effects += line.effects.length;
        this.remembered.put(username, landed(line));
        this.observer.onLine?.(line.base, line.state, line.baseVersion + 1);
        for (const waiter of line.waiters) waiter.resolve(waiter.result);
      } else if (outcome !== undefined) {
        conflicts++;
        this.runAgain(username, line, outcome.stored);
      }
    }
    this.observer.onCommit(batch.size, conflicts, effects);
  }

  /** Another writer stored something else: all rules that built on our state run again on the stored one. */
  private runAgain(username: string, line: PendingLine, stored: VersionedLine): void {
    const later = this.pending.get(username);
    this.pending.delete(username);
    this.remembered.put(username, stored);
    for (const waiter of [...line.waiters, ...(later?.waiters ?? [])]) {
      waiter.retries++;
      if (waiter.retries > PIPELINE_LIMITS.conflictRetries) {
        waiter.reject(new Error(`line ${username} is changed by others without end`));
      } else {
        this.apply(username, waiter, stored);
      }
    }
  }

  /** The store failed: nothing is stored, so nothing of it is remembered and nobody is told it succeeded. */
  private fail(batch: ReadonlyMap<string, PendingLine>, error: unknown): void {
    for (const [username, line] of batch) {
      const later = this.pending.get(username);
      this.pending.delete(username);
      this.remembered.forget(username);
      const waiters = [...line.waiters, ...(later?.waiters ?? [])];
      for (const waiter of waiters) void this.giveUp(username, waiter, error);
    }
  }

  private async commitEvents(loose: readonly LooseEvents[]): Promise<void> {
    if (loose.length === 0) return;
    try {
      await this.store.append(loose.flatMap((entry) => entry.events));
      for (const entry of loose) entry.done();
    } catch (error) {
      for (const entry of loose) entry.failed(error);
    }
  }
}
