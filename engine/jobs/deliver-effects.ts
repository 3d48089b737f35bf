import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LoggedEffect, LogPartition } from '../pipeline/counter-store.ts';
import { type EffectResult, effectDone, effectEvent } from '../pipeline/effect-done.ts';
import type { LineContext } from '../pipeline/line-change.ts';
import type { LineEngine } from '../pipeline/line-engine.ts';
import type { Effect } from '../policy/effect.ts';
import { climbLadder, type LadderParts } from './climb-ladder.ts';
import { EffectRemover } from './effect-remover.ts';

/** What the deliverer works with. */
export interface EffectParts extends LadderParts {
  readonly log: Pick<LogPartition, 'partition' | 'readEffects' | 'removeEffects'>;
  /** False while another program delivers the effects of this partition. */
  readonly isOurs: () => boolean;
  readonly engine: LineEngine;
  readonly lineContext: () => LineContext;
  /** Told how each effect ended, for metrics. */
  readonly onResult: (effect: Effect, result: EffectResult) => void;
  /** Told of a store that failed; the effects stay in their log. */
  readonly onError: (error: unknown) => void;
}

/** Orders begun in one go, between which packets have their turn. */
const PAGE = 100;

/** Orders to one NAS whose answer is awaited at once: what the client has in flight to it, and the next ones. */
const PER_NAS_MAX = 512;

/** Orders whose answer is awaited at once; the others wait in their log, not in memory. */
const UNDER_WAY_MAX = 16_384;

/** The orders of one NAS. */
interface Lane {
  underWay: number;
  /** The first order in the log that is left there because too many are under way. */
  leftAt: number | undefined;
}

/**
 * Carries effects from their log to the NAS. Each climbs the ladder CoA → Disconnect by itself and leaves the log only
 * when its outcome is stored with the line, so a crash in between repeats it and loses nothing. What is too much for one
 * NAS stays in the log and is looked for again there, so that a mute one does not hold up the others.
 */
export class EffectDeliverer {
  private readonly parts: EffectParts;
  private readonly underWay = new Set<number>();
  private readonly remover: EffectRemover;
  private readonly lanes = new Map<string, Lane>();
  private readTo = 0;
  private stopped = false;
  private reading: Promise<void> | undefined;
  private again = false;
  private fromBeginning = false;

  constructor(parts: EffectParts) {
    this.parts = parts;
    this.remover = new EffectRemover(parts.log);
  }

  get partition(): number {
    return this.parts.log.partition;
  }

  /** Looks at all effects in the log, which another program may have read before, or which was lost and begun anew. */
  restart(): void {
    this.fromBeginning = true;
    this.wake();
  }

  /** Looks for new effects now, and for those that could not be stored; may be called as often as wished. */
  wake(): void {
    if (this.stopped || !this.parts.isOurs()) return;
    if (this.reading !== undefined) {
      this.again = true;
      return;
    }
    this.reading = this.readAll()
      .catch(this.parts.onError)
      .finally(() => {
        this.reading = undefined;
        if (this.again) {
          this.again = false;
          this.wake();
        }
      });
  }

  /**
   * Begins no more. An effect whose NAS has not answered by then stays in the log and is sent again after the restart;
   * call it before the client is closed.
   */
  stop(): void {
    this.stopped = true;
  }

  /** Effects whose answer is awaited. */
  get inFlight(): number {
    return this.underWay.size;
  }

  private async readAll(): Promise<void> {
    if (this.fromBeginning) {
      this.readTo = 0;
      for (const lane of this.lanes.values()) lane.leftAt = undefined;
    }
    this.fromBeginning = false;
    for (const [nas, lane] of this.lanes) {
      if (lane.leftAt !== undefined && lane.underWay <= PER_NAS_MAX / 2) await this.readLeft(nas, lane);
    }
    while (this.mayRead()) {
      const page = await this.parts.log.readEffects(this.readTo, PAGE);
      for (const logged of page) {
        this.readTo = logged.position;
        this.begin(logged);
      }
      if (page.length < PAGE) return;
      await nextTurn();
    }
  }

  /** Goes on with the orders of one NAS from where they were left. */
  private async readLeft(nas: string, lane: Lane): Promise<void> {
    let after = (lane.leftAt ?? 1) - 1;
    lane.leftAt = undefined;
    while (lane.leftAt === undefined && after < this.readTo && this.mayRead()) {
      const page = await this.parts.log.readEffects(after, PAGE);
      for (const logged of page) {
        after = logged.position;
        if (after <= this.readTo && logged.effect.nas === nas) this.begin(logged);
      }
      if (page.length < PAGE) return;
      await nextTurn();
    }
    if (after < this.readTo) lane.leftAt ??= after + 1;
  }

  private mayRead(): boolean {
    return this.underWay.size < UNDER_WAY_MAX && this.parts.isOurs() && !this.stopped;
  }

  /** Orders of a NAS are begun in their order: one is left, and so are all after it. */
  private begin(logged: LoggedEffect): void {
    const { position, effect } = logged;
    if (this.underWay.has(position)) return;
    const lane = this.laneOf(effect.nas);
    if (lane.leftAt !== undefined || lane.underWay >= PER_NAS_MAX) {
      lane.leftAt = Math.min(lane.leftAt ?? position, position);
      return;
    }
    this.underWay.add(position);
    lane.underWay++;
    void this.deliver(logged, lane);
  }

  private laneOf(nas: string): Lane {
    const lane = this.lanes.get(nas) ?? { underWay: 0, leftAt: undefined };
    this.lanes.set(nas, lane);
    return lane;
  }

  private async deliver({ position, effect }: LoggedEffect, lane: Lane): Promise<void> {
    try {
      const result = await climbLadder(this.parts, effect);
      if (this.stopped && result?.result === 'timeout') return;
      if (result !== undefined) {
        this.parts.onResult(effect, result);
        await this.store(effect, result);
      }
      await this.remover.remove(position);
    } catch (error) {
      this.readTo = Math.min(this.readTo, position - 1);
      this.parts.onError(error);
    } finally {
      const wasFull = this.underWay.size >= UNDER_WAY_MAX;
      this.underWay.delete(position);
      lane.underWay--;
      if (wasFull || (lane.leftAt !== undefined && lane.underWay <= PER_NAS_MAX / 2)) this.wake();
    }
  }

  private async store(effect: Effect, result: EffectResult): Promise<void> {
    const context = this.parts.lineContext();
    const isKnown = await this.parts.engine.run(effect.username, context.now, (line) => ({
      change: line === undefined ? undefined : effectDone(line, effect, result, context),
      result: line !== undefined,
    }));
    if (!isKnown) await this.parts.engine.record([effectEvent(effect, result, context)]);
  }
}
