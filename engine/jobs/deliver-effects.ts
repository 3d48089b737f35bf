import type { NasClient } from '../nas/nas-client.ts';
import { vendorDriver } from '../nas/vendors/vendor-drivers.ts';
import type { LoggedEffect, LogPartition } from '../pipeline/counter-store.ts';
import { type EffectResult, effectDone, effectEvent } from '../pipeline/effect-done.ts';
import type { LineContext } from '../pipeline/line-change.ts';
import type { LineEngine } from '../pipeline/line-engine.ts';
import type { Effect } from '../policy/effect.ts';
import { AttributeType } from '../radius/attribute-type.ts';
import { Code } from '../radius/code.ts';
import type { PacketWriter } from '../radius/packet-writer.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DynamicAnswer, DynamicClient, DynamicTarget } from '../transport/dynamic-client.ts';
import { SECOND_MS } from '../values/instant.ts';

/** What the deliverer works with. */
export interface EffectParts {
  readonly log: Pick<LogPartition, 'partition' | 'readEffects' | 'removeEffects'>;
  /** False while another program delivers the effects of this partition. */
  readonly isOurs: () => boolean;
  readonly engine: LineEngine;
  readonly client: DynamicClient;
  readonly clock: Clock;
  readonly nasNamed: (name: string) => NasClient | undefined;
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
  private readTo = 0;
  private stopped = false;
  private reading: Promise<void> | undefined;
  private again = false;
  private fromBeginning = false;

  constructor(parts: EffectParts) {
    this.parts = parts;
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
      const result = await this.climb(effect);
      if (this.stopped && result.result === 'timeout') return;
      this.parts.onResult(effect, result);
      await this.store(effect, result);
      await this.parts.log.removeEffects([position]);
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

  private async climb(effect: Effect): Promise<EffectResult> {
    const startedAt = this.parts.clock.now();
    const nas = this.parts.nasNamed(effect.nas);
    const target = nas && targetOf(nas, effect);
    if (nas === undefined || target === undefined) {
      return { kind: effect.kind, result: 'no-nas', errorCause: 0, attempts: 0, latencyMs: 0 };
    }
    const timestamp = Math.floor(startedAt / SECOND_MS);
    const { writeSpeedChange } = vendorDriver(nas.entry.vendor);
    let attempts = 0;
    if (writeSpeedChange !== undefined && isSpeedChange(effect)) {
      const answer = await this.parts.client.send(Code.CoaRequest, target, (writer) => {
        writeIdentity(writer, effect, timestamp);
        writeSpeedChange(writer, effect.service);
      });
      attempts += answer.transmissions;
      if (answer.code === Code.CoaAck) return this.resultOf('change-speed', answer, attempts, startedAt);
    }
    const answer = await this.parts.client.send(Code.DisconnectRequest, target, (writer) =>
      writeIdentity(writer, effect, timestamp),
    );
    return this.resultOf('disconnect', answer, attempts + answer.transmissions, startedAt);
  }

  private resultOf(
    kind: Effect['kind'],
    answer: DynamicAnswer,
    attempts: number,
    startedAt: number,
  ): EffectResult {
    const isAck = answer.code === (kind === 'change-speed' ? Code.CoaAck : Code.DisconnectAck);
    const result = isAck ? 'ack' : answer.code === undefined ? 'timeout' : 'nak';
    const latencyMs = Math.max(0, this.parts.clock.now() - startedAt);
    return { kind, result, errorCause: answer.errorCause, attempts, latencyMs };
  }
}

/** Back to the NAS's own default speed goes a new login only: no vendor has a value that says "default" in a CoA. */
function isSpeedChange({ kind, service }: Effect): boolean {
  return kind === 'change-speed' && service.downKbps > 0 && service.upKbps > 0;
}

function targetOf(nas: NasClient, effect: Effect): DynamicTarget | undefined {
  const { entry } = nas;
  const address =
    entry.coaAddress !== '' ? entry.coaAddress : nas.isSingle ? entry.address : effect.nasAddress;
  return address === '' ? undefined : { address, port: entry.coaPort, secret: nas.secrets[0] };
}

/** Session identification (RFC 5176 §3) and Event-Timestamp, which some NAS insist on (packetfence#6964). */
function writeIdentity(writer: PacketWriter, effect: Effect, timestampSeconds: number): void {
  writer.text(AttributeType.UserName, effect.username);
  writer.text(AttributeType.AcctSessionId, effect.acctSessionId);
  if (effect.framedIp !== '') writer.ipv4(AttributeType.FramedIpAddress, effect.framedIp);
  writer.uint32(AttributeType.EventTimestamp, timestampSeconds);
}
