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

const PAGE = 500;

/** Orders whose answer is awaited at once; the others wait in their log, not in memory. */
const UNDER_WAY_MAX = 4_096;

/**
 * Carries effects from their log to the NAS. Each climbs the ladder CoA → Disconnect by itself and leaves the log only
 * when its outcome is stored with the line, so a crash in between repeats it and loses nothing.
 */
export class EffectDeliverer {
  private readonly parts: EffectParts;
  private readonly underWay = new Set<number>();
  private readonly remover: EffectRemover;
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
    while (this.underWay.size < UNDER_WAY_MAX && this.parts.isOurs()) {
      if (this.fromBeginning) this.readTo = 0;
      this.fromBeginning = false;
      const page = await this.parts.log.readEffects(this.readTo, PAGE);
      for (const logged of page) {
        this.readTo = logged.position;
        if (this.underWay.has(logged.position)) continue;
        this.underWay.add(logged.position);
        void this.deliver(logged);
      }
      if (page.length < PAGE) return;
    }
  }

  private async deliver({ position, effect }: LoggedEffect): Promise<void> {
    try {
      const result = await climbLadder(this.parts, effect);
      if (this.stopped && result.result === 'timeout') return;
      this.parts.onResult(effect, result);
      await this.store(effect, result);
      await this.remover.remove(position);
    } catch (error) {
      this.readTo = Math.min(this.readTo, position - 1);
      this.parts.onError(error);
    } finally {
      const wasFull = this.underWay.size >= UNDER_WAY_MAX;
      this.underWay.delete(position);
      if (wasFull) this.wake();
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
