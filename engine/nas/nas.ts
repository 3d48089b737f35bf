import type { Instant } from '../values/instant.ts';
import type { AcceptAttributes } from './accept-attributes.ts';
import type { DriverSettings } from './driver-settings.ts';

/**
 * Families of NAS that have their own attributes for speed, volume and CoA; `generic` speaks the RFCs, and whatever its
 * settings tell it to.
 */
export const NAS_VENDORS = [
  'generic',
  'mikrotik',
  'accel-ppp',
  'wispr',
  'coova',
  'cisco',
  'huawei',
  'juniper',
  'nokia',
  'zte',
  'redback',
] as const;

/** One of `NAS_VENDORS`. */
export type NasVendor = (typeof NAS_VENDORS)[number];

/** A NAS as staff entered it. Secrets are in the clear here: the object lives in memory only. */
export interface NasEntry {
  readonly name: string;
  /** An address or a CIDR block, IPv4 or IPv6. */
  readonly address: string;
  readonly secret: string;
  /** Second secret accepted while the NAS is being moved to a new one, '' when none. */
  readonly secretNext: string;
  readonly vendor: NasVendor;
  /** UDP port of Disconnect and CoA; the vendor's own is told by `vendorKind`. */
  readonly coaPort: number;
  /** Where CoA is sent when it differs from the packet's source, '' for the source. */
  readonly coaAddress: string;
  /** The NAS reports input as the traffic towards the subscriber. */
  readonly swapDirections: boolean;
  /** Demand Message-Authenticator on every Access-Request from now on, whatever was learned. */
  readonly requireMessageAuthenticator: boolean;
  /** Accept by Calling-Station-Id alone when User-Name is that MAC (IPoE). */
  readonly allowMacAuthentication: boolean;
  /** What every Access-Accept carries beyond the engine's own; absent when nothing, as in entries of old versions. */
  readonly acceptAttributes?: AcceptAttributes | undefined;
  /** What the vendor's driver is told of this NAS; absent when nothing, as in entries of old versions. */
  readonly driverSettings?: DriverSettings | undefined;
}

/**
 * What was learned from the NAS's own packets. Every field only ever grows (a ratchet), so that a forged or odd
 * packet cannot lower a guard.
 */
export interface NasLearned {
  /** First Access-Request with a valid Message-Authenticator and no EAP-Message; from then on it is required. */
  readonly messageAuthenticatorSince: Instant | undefined;
  /** Acct-Input-Gigawords or Acct-Output-Gigawords was seen. */
  readonly gigawordsSince: Instant | undefined;
  /** Number of boots seen (Accounting-On/Off). */
  readonly boot: number;
  /** Time of the last boot, `undefined` when none was seen. */
  readonly bootedAt: Instant | undefined;
}
