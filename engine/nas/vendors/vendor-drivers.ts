import { AttributeType } from '../../radius/attribute-type.ts';
import type { NasVendor } from '../nas.ts';
import { accelPpp } from './accel-ppp.ts';
import { mikrotik } from './mikrotik.ts';
import { CAPTIVE_NAME, type VendorDriver } from './vendor-driver.ts';
import { wispr } from './wispr.ts';

/** Standard attributes only: speed is what the NAS gives by itself, and a change needs a reconnect. */
const standard: VendorDriver = {
  writeAccept(writer, { service }) {
    if (service.mode === 'captive') writer.text(AttributeType.FilterId, CAPTIVE_NAME);
  },
  writeSpeedChange: undefined,
};

const DRIVERS: Readonly<Record<NasVendor, VendorDriver>> = {
  generic: standard,
  mikrotik,
  'accel-ppp': accelPpp,
  wispr,
  cisco: standard,
  huawei: standard,
  juniper: standard,
  nokia: standard,
  zte: standard,
  redback: standard,
};

/** Driver of a vendor; vendors without one of their own get the standard attributes. */
export function vendorDriver(vendor: NasVendor): VendorDriver {
  return DRIVERS[vendor];
}
