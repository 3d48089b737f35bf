import type { Anomaly } from '../accounting/record.ts';
import type { AddressDesk } from '../addresses/address-desk.ts';
import type { PlanHistory } from '../catalog/plan-history.ts';
import type { NasLearned } from '../nas/nas.ts';
import type { NasClient } from '../nas/nas-client.ts';
import type { NasRegistry } from '../nas/nas-registry.ts';
import type { LineProfile } from '../policy/line-state.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import type { DiscardReason } from '../radius/discard-reason.ts';
import type { HmacMd5Key } from '../radius/hmac-md5.ts';
import type { Packet } from '../radius/packet.ts';
import type { Secret } from '../radius/secret.ts';
import type { Instant } from '../values/instant.ts';
import type { EngineEvent } from './engine-event.ts';
import type { LineEngine } from './line-engine.ts';
import type { RecentRecords } from './recent-records.ts';

/** A verified request on its way through the pipeline. */
export interface Request {
  readonly packet: Packet;
  readonly nas: NasClient;
  readonly secret: Secret;
  /** Source address of the packet. */
  readonly source: string;
  readonly receivedAt: Instant;
}

/** How a request ended: octets to send back (after a delay for rejects), or a counted silent discard. */
export type Outcome =
  | {
      readonly reply: Buffer;
      readonly outcome: 'accept' | 'reject' | 'acknowledged';
      readonly reason: RejectReason | '';
      readonly delayMs: number;
    }
  | { readonly discard: DiscardReason };

/** Everything the handlers need from outside; nothing here knows a database, a clock or a socket. */
export interface PacketContext {
  readonly engine: LineEngine;
  /** Current NAS list and plans; replaced as a whole when they change. */
  registry: NasRegistry;
  plans: ReadonlyMap<string, PlanHistory>;
  readonly classKey: HmacMd5Key;
  /** The line's internet password in the clear, '' when it has none. */
  readonly passwordOf: (profile: LineProfile) => string;
  /** Fresh random octets. */
  readonly random: (octets: number) => Buffer;
  /** Where acknowledged records are kept for a store that can be lost; absent where it cannot. */
  readonly recent: RecentRecords | undefined;
  /** Who lends addresses of our pools; absent where there are none. */
  readonly addresses?: AddressDesk | undefined;
  /** Keeps an access event for the history; need not be durable before the answer. */
  readonly logAccess: (event: EngineEvent) => void;
  /** Told of oddities of accounting records, for metrics. */
  readonly onAnomalies: (nas: string, anomalies: readonly Anomaly[]) => void;
  /** Raises what is known of a NAS, in memory at once and durably; resolves when stored. */
  readonly learn: (nas: NasClient, learned: NasLearned, at: Instant) => Promise<void>;
}

/** Current boot epoch of a NAS by name, 0 for one that is gone. */
export function bootOf(context: PacketContext, nas: string): number {
  return context.registry.named(nas)?.learned.boot ?? 0;
}
