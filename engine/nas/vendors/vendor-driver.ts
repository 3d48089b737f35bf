import type { AppliedService } from '../../accounting/session.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import type { Octets } from '../../values/octets.ts';

/** What a driver may turn into its vendor's attributes. Speeds of 0 mean "the NAS's default". */
export interface VendorService {
  readonly service: AppliedService;
  /** Octets after which the NAS itself may end the session, `undefined` for no cap. */
  readonly volumeCapOctets: Octets | undefined;
}

/**
 * The only place that knows a vendor's attributes. Drivers write into a packet that is being built; they keep no state.
 */
export interface VendorDriver {
  /** Attributes of an Access-Accept that carry speed, volume and the captive profile. */
  writeAccept(writer: PacketWriter, service: VendorService): void;
  /**
   * Attributes of a CoA-Request that changes the speed in session; absent where a reconnect is needed. Is given speeds
   * above 0 only: back to the NAS's own default goes a reconnect.
   */
  readonly writeSpeedChange: ((writer: PacketWriter, service: AppliedService) => void) | undefined;
}

/** Name of the address list, filter or pool that lets a captive subscriber reach the panel and the banks only. */
export const CAPTIVE_NAME = 'mizan-captive';
