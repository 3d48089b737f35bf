import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { readExtendedAttributes } from '../../../engine/radius/extended-attribute.ts';
import type { Packet } from '../../../engine/radius/packet.ts';
import { PacketWriter, truncateUtf8 } from '../../../engine/radius/packet-writer.ts';
import {
  findAttribute,
  findAttributes,
  readConcatenated,
  readIpv4,
  readIpv6,
  readIpv6Prefix,
  readOctets,
  readTaggedText,
  readTaggedUint24,
  readText,
  readUint32,
  readUint64,
} from '../../../engine/radius/read-attribute.ts';
import { findVendorAttribute } from '../../../engine/radius/vendor-attribute.ts';
import { hex, RFC_2865_EXAMPLES } from './rfc-packets.ts';

const writer = new PacketWriter();

function decoded(bytes: Buffer): Packet {
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

function written(write: (writer: PacketWriter) => void): Packet {
  writer.begin(2, 7);
  write(writer);
  return decoded(writer.finish());
}

describe('the examples of RFC 2865 §7', () => {
  it('come out octet for octet', () => {
    const reply = hex(RFC_2865_EXAMPLES.telnet.reply);
    writer.begin(2, 0, reply.subarray(4, 20));
    writer.uint32(6, 1);
    writer.uint32(15, 0);
    writer.ipv4(14, '192.168.1.3');
    expect(writer.finish()).toEqual(reply);

    const request = hex(RFC_2865_EXAMPLES.framed.request);
    writer.begin(1, 1, request.subarray(4, 20));
    writer.text(1, 'flopsy');
    writer.octets(3, hex('16 e9 75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75'));
    writer.ipv4(4, '192.168.1.16');
    for (const [type, value] of [
      [5, 20],
      [6, 2],
      [7, 1],
    ] as const)
      writer.uint32(type, value);
    expect(writer.finish()).toEqual(request);
  });
});

describe('what is written is read back', () => {
  const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((s) => Buffer.byteLength(s) < 240);

  it('numbers and texts, in the standard space and a vendor’s', () => {
    fc.assert(
      fc.property(
        uint32,
        fc.maxSafeNat(),
        text,
        fc.uint8Array({ minLength: 1, maxLength: 247 }),
        (n, big, s, bytes) => {
          const packet = written((w) => {
            w.vendorUint32(14988, 1, n);
            w.vendorText(14988, 8, s);
            w.vendorOctets(9, 8, bytes);
            w.uint32(27, n);
            w.uint64(124, big);
            w.text(1, s);
            w.octets(25, bytes);
          });
          expect(readUint32(packet, findAttribute(packet, 27)!)).toBe(n);
          expect(readUint64(packet, findAttribute(packet, 124)!)).toBe(big);
          expect(readText(packet, findAttribute(packet, 1)!)).toBe(s);
          expect(readOctets(packet, findAttribute(packet, 25)!)).toEqual(Buffer.from(bytes));
          expect(readUint32(packet, findVendorAttribute(packet, 14988, 1)!)).toBe(n);
          expect(readText(packet, findVendorAttribute(packet, 14988, 8)!)).toBe(s);
          expect(readOctets(packet, findVendorAttribute(packet, 9, 8)!)).toEqual(Buffer.from(bytes));
          expect(findVendorAttribute(packet, 9, 1)).toBeUndefined();
        },
      ),
    );
  });

  it('addresses and prefixes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV6(), (v4, v6) => {
        const canonical = new URL(`http://[${v6}]`).hostname.slice(1, -1);
        const packet = written((w) => {
          w.ipv4(8, v4);
          w.ipv6(168, v6);
          w.ipv6Prefix(97, `${v6}/128`);
          w.vendorIpv4(311, 28, v4);
        });
        expect(readIpv4(packet, findAttribute(packet, 8)!)).toBe(v4);
        expect(readIpv6(packet, findAttribute(packet, 168)!)).toBe(canonical);
        expect(readIpv6Prefix(packet, findAttribute(packet, 97)!)).toBe(`${canonical}/128`);
        expect(readIpv4(packet, findVendorAttribute(packet, 311, 28)!)).toBe(v4);
      }),
    );
  });

  it('a prefix without the bits it does not cover', () => {
    const packet = written((w) => w.ipv6Prefix(97, '2001:db8:ffff:ffff::1/33'));
    const attribute = findAttribute(packet, 97)!;
    expect(readOctets(packet, attribute).toString('hex')).toBe('002120010db880000000000000000000' + '0000');
    expect(readIpv6Prefix(packet, attribute)).toBe('2001:db8:8000::/33');
  });

  it('tagged values', () => {
    fc.assert(
      fc.property(fc.nat(31), fc.nat(2 ** 24 - 1), text, (tag, value, s) => {
        const packet = written((w) => {
          w.taggedUint24(64, tag, value);
          w.taggedText(66, tag, s);
        });
        expect(readTaggedUint24(packet, findAttribute(packet, 64)!)).toEqual({ tag, value });
        expect(readTaggedText(packet, findAttribute(packet, 66)!)).toEqual({ tag, value: s });
      }),
    );
  });

  it('long values in several attributes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 1_500 }), (bytes) => {
        const packet = written((w) => {
          w.concatenated(79, bytes);
          w.extended(245, 5, bytes);
          w.extendedVendor(246, 9, 3, bytes);
          w.extended(241, 5, bytes.subarray(0, 252));
        });
        const value = Buffer.from(bytes);
        expect(readConcatenated(packet, 79)).toEqual(value);
        expect(findAttributes(packet, 79)).toHaveLength(Math.ceil(bytes.length / 253));
        expect(readExtendedAttributes(packet)).toEqual([
          { type: 245, extendedType: 5, vendor: 0, vendorType: 0, value, complete: true },
          { type: 246, extendedType: 26, vendor: 9, vendorType: 3, value, complete: true },
          {
            type: 241,
            extendedType: 5,
            vendor: 0,
            vendorType: 0,
            value: value.subarray(0, 252),
            complete: true,
          },
        ]);
      }),
    );
  });

  it('Proxy-State unchanged and in order, Message-Authenticator first', () => {
    const request = written((w) => {
      w.octets(33, Buffer.of(1));
      w.text(1, 'nemo');
      w.raw(Buffer.of(33, 2));
      w.octets(33, Buffer.of(2, 3));
    });
    writer.begin(2, 9);
    const at = writer.messageAuthenticator();
    writer.copyAttributes(request, 33);
    const reply = decoded(writer.finish());
    expect([at, reply.messageAuthenticatorAt, reply.attributes[0]!.type]).toEqual([22, 22, 80]);
    expect(reply.bytes.subarray(20).toString('hex')).toBe(`5012${'00'.repeat(16)}210301210221040203`);
  });
});

describe('the edges', () => {
  it('leaves out what is empty', () => {
    const packet = written((w) => {
      w.text(18, '');
      w.truncatedText(18, '');
      w.octets(25, Buffer.of());
      w.concatenated(79, Buffer.of());
      w.vendorText(9, 1, '');
      w.vendorOctets(9, 1, Buffer.of());
    });
    expect(packet.attributes).toEqual([]);
  });

  it('cuts a text for people at a whole character', () => {
    const message = 'میزان '.repeat(40);
    const packet = written((w) => w.truncatedText(18, message));
    const text = readText(packet, findAttribute(packet, 18)!);
    expect(message.startsWith(text)).toBe(true);
    expect(Buffer.byteLength(text)).toBeGreaterThan(249);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (s, most) => {
        const cut = truncateUtf8(s, most);
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(s.startsWith(cut.toString())).toBe(true);
        expect(Math.min(Buffer.byteLength(s), most) - cut.length).toBeLessThan(4);
      }),
    );
  });

  it.each<[string, (w: PacketWriter) => void]>([
    ['254 octets', (w) => w.octets(25, Buffer.alloc(254))],
    ['254 octets of text', (w) => w.text(1, 'x'.repeat(254))],
    ['248 octets for a vendor', (w) => w.vendorText(9, 1, 'x'.repeat(248))],
    ['253 octets in an extended space', (w) => w.extended(241, 1, Buffer.alloc(253))],
    ['a packet of 4097 octets', (w) => w.concatenated(79, Buffer.alloc(4046))],
    ['a negative integer', (w) => w.uint32(27, -1)],
    ['2^32', (w) => w.vendorUint32(9, 1, 2 ** 32)],
    ['a fraction', (w) => w.uint32(27, 1.5)],
    ['25 bits with a tag', (w) => w.taggedUint24(64, 0, 2 ** 24)],
    ['tag 32', (w) => w.taggedText(66, 32, 'x')],
    ['no IPv4 address', (w) => w.ipv4(8, '10.0.0')],
    ['no IPv6 address', (w) => w.ipv6(168, '::1::')],
    ['no IPv6 prefix', (w) => w.ipv6Prefix(97, '2001:db8::/129')],
    ['an authenticator of 15 octets', (w) => w.begin(2, 0, Buffer.alloc(15))],
  ])('throws for %s', (_what, write) => {
    expect(() => written(write)).toThrow(RangeError);
  });

  it('forgets the packet before', () => {
    writer.begin(1, 1, Buffer.alloc(16, 0xff));
    writer.text(1, 'somebody');
    const first = writer.finish();
    const copy = Buffer.from(first);
    const second = written(() => {});
    expect(second.bytes.toString('hex')).toBe(`02070014${'00'.repeat(16)}`);
    expect(first).toEqual(copy);
  });
});
