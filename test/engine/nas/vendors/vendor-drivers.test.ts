import { describe, expect, it } from 'vitest';
import type { AppliedService } from '../../../../engine/accounting/session.ts';
import { NAS_VENDORS, type NasVendor } from '../../../../engine/nas/nas.ts';
import { vendorDriver } from '../../../../engine/nas/vendors/vendor-drivers.ts';
import { decodePacket } from '../../../../engine/radius/decode-packet.ts';
import { PacketWriter } from '../../../../engine/radius/packet-writer.ts';
import { findAttribute, readText } from '../../../../engine/radius/read-attribute.ts';
import { findVendorAttribute } from '../../../../engine/radius/vendor-attribute.ts';
import { octets } from '../../../../engine/values/octets.ts';

type Write = (writer: PacketWriter) => void;

function written(write: Write) {
  const writer = new PacketWriter();
  writer.begin(2, 1);
  write(writer);
  const packet = decodePacket(writer.finish());
  if (typeof packet === 'string') throw new Error(packet);
  return {
    text: (type: number) => {
      const found = findAttribute(packet, type);
      return found === undefined ? undefined : readText(packet, found);
    },
    vendor: (id: number, type: number) => {
      const found = findVendorAttribute(packet, id, type);
      return found === undefined ? undefined : readText(packet, found);
    },
    vendorHex: (id: number, type: number) => {
      const found = findVendorAttribute(packet, id, type);
      if (found === undefined) return undefined;
      return packet.bytes.subarray(found.start, found.end).toString('hex');
    },
    octets: packet.bytes.length - 20,
  };
}

const full: AppliedService = { mode: 'full', downKbps: 16_384, upKbps: 2_048 };
const ownSpeed: AppliedService = { mode: 'full', downKbps: 0, upKbps: 0 };
const captive: AppliedService = { mode: 'captive', downKbps: 0, upKbps: 0 };
const accept = (vendor: NasVendor, service: AppliedService, cap?: number) =>
  written((writer) =>
    vendorDriver(vendor).writeAccept(writer, {
      service,
      volumeCapOctets: cap === undefined ? undefined : octets(cap),
    }),
  );
const FILTER_ID = 11;
const FRAMED_POOL = 88;
const MIKROTIK = 14988;
const WISPR = 14122;

describe('vendor drivers', () => {
  it('write upload/download for MikroTik, in Access-Accept and CoA alike', () => {
    expect(accept('mikrotik', full).vendor(MIKROTIK, 8)).toBe('2048k/16384k');
    const change = vendorDriver('mikrotik').writeSpeedChange;
    expect(written((writer) => change?.(writer, full)).vendor(MIKROTIK, 8)).toBe('2048k/16384k');
  });

  it.each([
    [1, '00000001', '00000000'],
    [2 ** 32 - 1, 'ffffffff', '00000000'],
    [2 ** 32, '00000000', '00000001'],
    [2 ** 53 - 1, 'ffffffff', '001fffff'],
  ])('split a cap of %d octets into MikroTik limits', (cap, low, high) => {
    const packet = accept('mikrotik', full, cap);
    expect([packet.vendorHex(MIKROTIK, 17), packet.vendorHex(MIKROTIK, 18)]).toEqual([low, high]);
  });

  it('write no cap of 0, which RouterOS reads as none', () => {
    expect(accept('mikrotik', full, 0).vendorHex(MIKROTIK, 17)).toBeUndefined();
  });

  it('write download/upload in kbit/s for accel-ppp', () => {
    expect(accept('accel-ppp', full).text(FILTER_ID)).toBe('16384/2048');
  });

  it('write bit/s for WISPr, at most what 32 bits hold', () => {
    const packet = accept('wispr', full);
    expect(packet.vendorHex(WISPR, 7)).toBe((2_048_000).toString(16).padStart(8, '0'));
    expect(packet.vendorHex(WISPR, 8)).toBe((16_384_000).toString(16).padStart(8, '0'));
    const fast = accept('wispr', { mode: 'full', downKbps: 100_000_000, upKbps: 4_294_967 });
    expect(fast.vendorHex(WISPR, 8)).toBe('ffffffff');
    expect(fast.vendorHex(WISPR, 7)).toBe((4_294_967_000).toString(16));
  });

  it.each(NAS_VENDORS)('of %s leave the speed to the NAS when the plan names none', (vendor) => {
    expect(accept(vendor, ownSpeed).octets).toBe(0);
  });

  it.each(NAS_VENDORS)('of %s name the captive profile', (vendor) => {
    const packet = accept(vendor, captive);
    const named = [packet.text(FILTER_ID), packet.text(FRAMED_POOL), packet.vendor(MIKROTIK, 19)];
    const where = vendor === 'mikrotik' ? 2 : vendor === 'accel-ppp' ? 1 : 0;
    expect(named[where]).toBe('mizan-captive');
    expect(named.filter((name) => name !== undefined)).toHaveLength(1);
  });
});
