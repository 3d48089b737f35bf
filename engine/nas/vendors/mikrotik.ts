import type { AppliedService } from '../../accounting/session.ts';
import type { PacketWriter } from '../../radius/packet-writer.ts';
import { CAPTIVE_NAME, type VendorDriver } from './vendor-driver.ts';

const MIKROTIK = 14988;
const RATE_LIMIT = 8;
const TOTAL_LIMIT = 17;
const TOTAL_LIMIT_GIGAWORDS = 18;
const ADDRESS_LIST = 19;
const GIGAWORD = 2 ** 32;

/** MikroTik RouterOS: `rx/tx` is upload/download in bit/s, k = 1000 (MikroTik manual "RADIUS"). */
export const mikrotik: VendorDriver = {
  writeAccept(writer, { service, volumeCapOctets }) {
    writeRate(writer, service);
    if (service.mode === 'captive') writer.vendorText(MIKROTIK, ADDRESS_LIST, CAPTIVE_NAME);
    // A limit of 0 means no limit to RouterOS; a line with nothing left is not given one.
    if (volumeCapOctets !== undefined && volumeCapOctets > 0) {
      writer.vendorUint32(MIKROTIK, TOTAL_LIMIT, volumeCapOctets % GIGAWORD);
      writer.vendorUint32(MIKROTIK, TOTAL_LIMIT_GIGAWORDS, Math.trunc(volumeCapOctets / GIGAWORD));
    }
  },
  writeSpeedChange: writeRate,
};

function writeRate(writer: PacketWriter, service: AppliedService): void {
  if (service.upKbps === 0 || service.downKbps === 0) return;
  writer.vendorText(MIKROTIK, RATE_LIMIT, `${service.upKbps}k/${service.downKbps}k`);
}
