import { prepareSecret, type Secret } from '../radius/secret.ts';
import type { NasEntry, NasLearned } from './nas.ts';
import type { TrafficClassReader } from './traffic-class.ts';
import type { VendorDriver } from './vendors/vendor-driver.ts';
import { openDriver } from './vendors/vendor-drivers.ts';

/** A NAS ready for the packet path: secrets prepared, and what its packets have taught so far. */
export interface NasClient {
  readonly entry: NasEntry;
  /** The secret, then the next one while it is being rotated. */
  readonly secrets: readonly [Secret, ...Secret[]];
  readonly learned: NasLearned;
  /** The entry stands for one address, not a block, so that what one packet shows is true of all. */
  readonly isSingle: boolean;
  /** `entry.acceptAttributes` as they are sent, headers included. */
  readonly acceptAttributes: Uint8Array;
  /** Speaks the dialect of this NAS. */
  readonly driver: VendorDriver;
  /** Tells what an Accounting-Request of this NAS counts. */
  readonly trafficClassOf: TrafficClassReader;
}

/**
 * Prepares an entry; a secret is taken as UTF-8 octets. The attributes are encoded and the driver is opened by who has
 * the dictionaries; a driver opened without them leaves out what a template names.
 */
export function nasClient(
  entry: NasEntry,
  learned: NasLearned,
  acceptAttributes: Uint8Array = new Uint8Array(0),
  driver: VendorDriver = openDriver(entry),
  trafficClassOf: TrafficClassReader = () => '',
): NasClient {
  const first = prepareSecret(Buffer.from(entry.secret));
  const next = entry.secretNext === '' ? [] : [prepareSecret(Buffer.from(entry.secretNext))];
  const isSingle = !entry.address.includes('/');
  return { entry, secrets: [first, ...next], learned, isSingle, acceptAttributes, driver, trafficClassOf };
}
