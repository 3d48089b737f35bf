import type { AppliedService } from '../../accounting/session.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import type { Octets } from '../../values/octets.ts';

/** What a driver may turn into its vendor's attributes. Speeds of 0 mean "the NAS's default". */
export interface VendorService {
  readonly service: AppliedService;
  /** Octets after which the NAS itself may end the session, `undefined` for no cap. */
  readonly volumeCapOctets: Octets | undefined;
}

/** What is known of a session that its NAS is to be told about; texts are '' when they are not. */
export interface SessionIdentity {
  readonly username: string;
  readonly acctSessionId: string;
  /** NAS-Port in decimal, or the text of NAS-Port-Id. */
  readonly nasPort: string;
  readonly nasAddress: string;
  readonly callingStationId: string;
  readonly framedIp: string;
}

/** A running session that is to have another service. */
export interface ServiceChange {
  /** What the NAS was last told, `undefined` when nobody knows any more. */
  readonly before: AppliedService | undefined;
  readonly after: AppliedService;
  /** Acct-Interim-Interval that the session was given, `undefined` when unknown. */
  readonly interimSeconds: number | undefined;
}

/** Writes one CoA-Request behind the attributes that name the session. */
export type CoaStep = (writer: PacketWriter) => void;

/**
 * What a refusal means. retry: the same request may be taken a moment later. disconnect: this NAS will not do it, end
 * the session instead. gone: the NAS has no such session.
 */
export type AfterNak = 'retry' | 'disconnect' | 'gone';

/**
 * The only place that knows a vendor's attributes; one for each NAS, made from its settings. Drivers write into a
 * packet that is being built; they keep no state.
 */
export interface VendorDriver {
  /** Framed-Pool of a captive session where that is what marks it, '' where an attribute of the vendor does. */
  readonly captivePool: string;
  /** Attributes of an Access-Accept that carry speed, volume and the captive profile. */
  writeAccept(writer: PacketWriter, service: VendorService): void;
  /**
   * Whether a login can be given less than the full service: a NAS that is told no speed would give a line that has used
   * up its volume all of its own.
   */
  canGive(service: AppliedService): boolean;
  /** The attributes by which this NAS finds a session (RFC 5176 §3), for CoA and Disconnect alike. */
  identify(writer: PacketWriter, session: SessionIdentity): void;
  /**
   * The CoA-Requests that change the service, to be sent one after the other as each is acknowledged; or `reconnect`
   * where only a new login brings the change.
   */
  changeService(change: ServiceChange): readonly CoaStep[] | 'reconnect';
  /** What an answer of CoA-NAK or Disconnect-NAK means; Error-Cause is 0 when the NAS gave none. */
  afterNak(errorCause: number): AfterNak;
}

/** Default name of the address list, filter, pool or service that lets a captive subscriber reach the panel and the banks only. */
export const CAPTIVE_NAME = 'mizan-captive';
