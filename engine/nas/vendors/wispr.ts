import { AttributeType } from '../../radius/attribute-type.ts';
import { CAPTIVE_NAME, type VendorDriver } from './vendor-driver.ts';

const WISPR = 14122;
const BANDWIDTH_MAX_UP = 7;
const BANDWIDTH_MAX_DOWN = 8;
const UINT32_MAX = 0xffffffff;

/** WISPr attributes in bit/s, also read by CoovaChilli and Ubiquiti; capped at 4.29 Gbit/s by their 32 bits. */
export const wispr: VendorDriver = {
  writeAccept(writer, { service }) {
    if (service.mode === 'captive') writer.text(AttributeType.FilterId, CAPTIVE_NAME);
    if (service.downKbps === 0 || service.upKbps === 0) return;
    writer.vendorUint32(WISPR, BANDWIDTH_MAX_UP, Math.min(service.upKbps * 1000, UINT32_MAX));
    writer.vendorUint32(WISPR, BANDWIDTH_MAX_DOWN, Math.min(service.downKbps * 1000, UINT32_MAX));
  },
  writeSpeedChange: undefined,
};
