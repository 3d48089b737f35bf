import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { readExtendedAttributes } from '../../../engine/radius/extended-attribute.ts';
import type { Packet } from '../../../engine/radius/packet.ts';
import { readOctets } from '../../../engine/radius/read-attribute.ts';
import { findVendorAttribute, readVendorContents } from '../../../engine/radius/vendor-attribute.ts';
import { hex } from './rfc-packets.ts';

function packetOf(attributes: string): Packet {
  const bytes = Buffer.concat([Buffer.alloc(20), hex(attributes)]);
  bytes[0] = 4;
  bytes.writeUInt16BE(bytes.length, 2);
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

/** A Vendor-Specific of vendor 9 around `contents`. */
function vsa(contents: string): string {
  const octets = hex(contents);
  return Buffer.of(26, octets.length + 6, 0, 0, 0, 9, ...octets).toString('hex');
}

function walk(contents: string, format?: Parameters<typeof readVendorContents>[2]) {
  const packet = packetOf(vsa(contents));
  const { vendor, attributes, malformedAt } = readVendorContents(packet, packet.attributes[0]!, format);
  const shown = attributes.map(
    (a) => `${a.type} ${readOctets(packet, a).toString('hex')}${a.continued ? '+' : ''}`,
  );
  return { vendor, shown, malformedAt: malformedAt === -1 ? -1 : malformedAt - 26 };
}

describe('contents of a Vendor-Specific', () => {
  it.each([
    ['01 03 41 02 02 03 04 aa bb', ['1 41', '2 ', '3 aabb'], -1],
    ['', [], -1],
    ['01 03 41 02', ['1 41'], 3],
    ['01 03 41 02 01', ['1 41'], 3],
    ['01 03 41 02 00 55', ['1 41'], 3],
    ['01 03 41 02 04 aa', ['1 41'], 3],
  ])('%s', (contents, shown, malformedAt) => {
    expect(walk(contents)).toEqual({ vendor: 9, shown, malformedAt });
  });

  it('in the layouts of other vendors', () => {
    const format = { typeOctets: 2, lengthOctets: 2, continuation: false } as const;
    expect(walk('01 2c 00 05 41', format)).toEqual({ vendor: 9, shown: ['300 41'], malformedAt: -1 });
    const bare = { typeOctets: 4, lengthOctets: 0, continuation: false } as const;
    expect(walk('80 01 11 70 41 42', bare).shown).toEqual([`${0x80011170} 4142`]);
    const wimax = { typeOctets: 1, lengthOctets: 1, continuation: true } as const;
    expect(walk('05 04 80 41 05 04 00 42', wimax).shown).toEqual(['5 41+', '5 42']);
    expect(walk('05 02', wimax).malformedAt).toBe(0);
  });

  it('has no vendor when it is too short', () => {
    const packet = packetOf('1a 05 00 00 09');
    expect(readVendorContents(packet, packet.attributes[0]!)).toEqual({
      vendor: -1,
      attributes: [],
      malformedAt: 22,
    });
  });
});

describe('an attribute of a vendor', () => {
  it('is found behind others, in a later Vendor-Specific, and behind one that breaks off', () => {
    const packet = packetOf(`1a 03 00 01 03 41 ${vsa('01 03 41 02 09')} ${vsa('02 03 42 03 03 43')}`);
    const values = [1, 2, 3, 4].map((type) => findVendorAttribute(packet, 9, type));
    expect(values.map((a) => a && readOctets(packet, a).toString())).toEqual(['A', 'B', 'C', undefined]);
    expect(findVendorAttribute(packet, 10, 1)).toBeUndefined();
  });
});

describe('extended attributes', () => {
  const full = `f5 ff 01 80 ${'aa'.repeat(251)}`;

  it.each([
    ['joined', `${full} f5 05 01 00 bb`, [252, true]],
    ['cut at the end of the packet', full, [251, false]],
    ['cut by another extended type', `${full} f5 05 02 00 bb`, [251, false, 1, true]],
    ['cut by another attribute', `${full} 01 03 41 f5 05 01 00 bb`, [251, false, 1, true]],
    ['more promised in a short one', 'f5 05 01 80 aa f5 05 01 00 bb', [1, false, 1, true]],
    ['no flags', 'f5 03 01', [1, false]],
    ['no type', 'f1 02', [0, false]],
    ['no vendor', 'f1 06 1a 00 00 09', [3, false]],
    ['of a vendor', 'f1 08 1a 00 00 00 09 03', [0, true]],
  ])('%s', (_name, attributes, expected) => {
    const found = readExtendedAttributes(packetOf(attributes));
    expect(found.flatMap(({ value, complete }) => [value.length, complete])).toEqual(expected);
  });
});
