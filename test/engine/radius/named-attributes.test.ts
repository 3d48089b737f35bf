import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { decodeNamed, encodeNamed, type NamedValue } from '../../../engine/radius/named-attributes.ts';
import type { Packet } from '../../../engine/radius/packet.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import type { ValueKeys } from '../../../engine/radius/value-codec.ts';
import { codecDictionary } from './codec-dictionary.ts';
import { hex } from './rfc-packets.ts';

function packetOf(attributes: Uint8Array): Packet {
  const writer = new PacketWriter();
  writer.begin(1, 0);
  writer.raw(attributes);
  const packet = decodePacket(writer.finish());
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

function encoded(name: string, value: NamedValue, keys: ValueKeys = {}): Buffer {
  const result = encodeNamed(codecDictionary, name, value, keys);
  if (!result.ok) throw new Error(`${name}: ${result.error}`);
  return Buffer.from(result.value);
}

function named(attributes: Uint8Array, keys: ValueKeys = {}) {
  return decodeNamed(packetOf(attributes), codecDictionary, keys);
}

const toHex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;
const octets = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength }).map(toHex);
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((s) => Buffer.byteLength(s) <= 200);
const ipv6 = fc.ipV6().map((address) => new URL(`http://[${address}]`).hostname.slice(1, -1));
const groups = (size: number, count: number) =>
  fc.uint8Array({ minLength: size * count, maxLength: size * count }).map((bytes) =>
    Buffer.from(bytes)
      .toString('hex')
      .match(new RegExp(`.{${2 * size}}`, 'g'))!
      .join(':'),
  );
const tag = fc.integer({ min: 1, max: 31 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** For every attribute of the dictionary that holds a value, values in the form in which they are shown. */
const VALUES: Record<string, fc.Arbitrary<NamedValue>> = {
  'User-Name': text,
  'User-Password': octets(128),
  'NAS-IP-Address': fc.ipV4(),
  'NAS-Port': uint32,
  'Service-Type': fc.constantFrom('Framed-User', 3, 4_000_000_000),
  Class: octets(253),
  'Event-Timestamp': uint32,
  'Tunnel-Type': fc.oneof(
    fc.constant('L2TP'),
    fc.record({ tag, value: fc.integer({ min: 4, max: 2 ** 24 - 1 }) }),
  ),
  'Tunnel-Client-Endpoint': fc.oneof(
    fc.record({ tag, value: text }),
    text.filter((s) => s.charCodeAt(0) > 0),
  ),
  'Tunnel-Password': fc.record({ tag, value: octets(200) }),
  'EAP-Message': octets(1_200),
  'Framed-Interface-Id': groups(2, 4),
  'Framed-IPv6-Prefix': ipv6.map((address) => `${address}/128`),
  'Test-Address': fc.oneof(fc.ipV4(), ipv6),
  'Test-Prefix4': fc.ipV4().map((address) => `${address}/32`),
  'Framed-IPv6-Address': ipv6,
  'Test-Exact': fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex),
  'Test-Byte': fc.nat(255),
  'Test-Short': fc.nat(65_535),
  'Test-Signed': fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  'Test-Long': fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n })),
  'Test-Ether': groups(1, 6),
  'Test-List': fc.array(uint32, { minLength: 1, maxLength: 50 }),
  'Test-Inner': uint32,
  'Test-Extended': text,
  'Test-Long-Extended': octets(1_200),
  'Acme-Rate': text,
  'Acme-Limit': uint32,
  'Wide-Number': uint32,
  'Bare-Text': text,
  'WiMAX-Blob': octets(600),
  'Acme-Evs': octets(600),
};

/** A value alone under its name, or inside the attributes around it. */
function wrapped(name: string, value: NamedValue) {
  return name === 'Test-Inner' ? { name: 'Test-Tlv', value: [{ name, value }] } : { name, value };
}

describe('round trips', () => {
  it.each(Object.keys(VALUES))('%s', (name) => {
    fc.assert(
      fc.property(VALUES[name]!, (value) => {
        expect(named(encoded(name, value))).toEqual([wrapped(name, value)]);
      }),
    );
  });

  it('cover every attribute of the dictionary that is not a container', () => {
    const containers = ['tlv', 'vsa', 'extended', 'long-extended', 'evs'];
    const names = [...codecDictionary.attributesByName.values()]
      .filter(({ dataType, name }) => !containers.includes(dataType) && name !== 'Test-Deep')
      .map(({ name }) => name);
    expect(Object.keys(VALUES).sort()).toEqual(names.sort());
  });

  it('of TLVs in TLVs, known and unknown', () => {
    const value = [
      { name: 'Test-Inner', value: 5 },
      { name: 'Test-Nest', value: [{ name: 'Test-Deep', value: 'deep' }] },
      { name: 'Attr-207.9', value: '0x0102' },
      { name: 'raw.Test-Inner', value: '0xff' },
    ];
    const bytes = encoded('Test-Tlv', value);
    expect(bytes.toString('hex')).toBe(
      'cf17' + '010600000005' + '0208' + '010664656570' + '09040102' + '0103ff',
    );
    expect(named(bytes)).toEqual([{ name: 'Test-Tlv', value }]);
  });

  it('of any attributes at all lose nothing', () => {
    const types = fc.constantFrom(1, 4, 26, 64, 66, 69, 79, 97, 99, 155, 200, 206, 207, 222, 241, 245);
    const attribute = fc
      .tuple(types, fc.uint8Array({ minLength: 1, maxLength: 30 }))
      .map(([type, value]) => Buffer.of(type, value.length + 2, ...value));
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 8 }), (attributes) => {
        const shown = named(Buffer.concat(attributes));
        const again = named(Buffer.concat(shown.map(({ name, value }) => encoded(name, value))));
        expect(again).toEqual(shown);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('what operators see', () => {
  it.each([
    ['01 03 ff', 'raw.User-Name', '0xff'],
    ['01 02', 'raw.User-Name', '0x'],
    ['f1 03 01', 'raw.Test-Extended', '0x'],
    ['42 03 00', 'raw.Tunnel-Client-Endpoint', '0x00'],
    ['04 05 0a 00 00', 'raw.NAS-IP-Address', '0x0a0000'],
    ['61 04 00 81', 'raw.Framed-IPv6-Prefix', '0x0081'],
    ['61 07 00 20 20 01 0d', 'raw.Framed-IPv6-Prefix', '0x002020010d'],
    ['61 06 00 10 20 01', 'Framed-IPv6-Prefix', '2001::/16'],
    ['c8 03 01', 'raw.Test-Exact', '0x01'],
    ['ce 03 01', 'raw.Test-List', '0x01'],
    ['cf 03 01', 'raw.Test-Tlv', '0x01'],
    ['de 03 01', 'Attr-222', '0x01'],
    ['1a 09 00 00 fd e7 07 03 01', 'Attr-26.64999.7', '0x01'],
    ['1a 09 00 00 fd e7 07 04 01', 'Vendor-Specific', '0x0000fde7070401'],
    ['1a 05 00 00 01', 'Vendor-Specific', '0x000001'],
    ['f1 04 07 01', 'Attr-241.7', '0x01'],
    ['f1 09 1a 00 00 00 09 02 ff', 'Attr-241.26.9.2', '0xff'],
    ['f5 05 01 80 aa', 'Extended-Attribute-5', '0x0180aa'],
    ['40 06 00 00 00 03', 'Tunnel-Type', 'L2TP'],
    ['42 03 41', 'Tunnel-Client-Endpoint', 'A'],
  ])('%s is %s = %s', (bytes, name, value) => {
    expect(named(hex(bytes))).toEqual([{ name, value }]);
    const again = named(encoded(name, value));
    expect(again).toEqual([{ name, value }]);
  });

  it('two attributes of one vendor in one Vendor-Specific', () => {
    expect(named(hex('1a 0f 00 00 fd e7 08 03 41 09 06 00 00 00 07'))).toEqual([
      { name: 'Acme-Rate', value: 'A' },
      { name: 'Acme-Limit', value: 7 },
    ]);
  });

  it('numbers as text and by name', () => {
    expect(encoded('NAS-Port', '7')).toEqual(encoded('NAS-Port', 7));
    expect(encoded('Test-Long', '18446744073709551615')).toEqual(encoded('Test-Long', 2n ** 64n - 1n));
    expect(encoded('Service-Type', 2)).toEqual(encoded('Service-Type', 'Framed-User'));
    expect(encoded('Tunnel-Type', { tag: 3, value: 'L2TP' }).toString('hex')).toBe('400603000003');
  });

  it('hidden values through the keys that are given', () => {
    const flip = (_: unknown, bytes: Uint8Array) => bytes.map((octet) => octet ^ 0xff);
    const keys = { reveal: flip, hide: flip };
    const bytes = encoded('Tunnel-Password', { tag: 2, value: 'secret' }, keys);
    expect(bytes.toString('hex')).toBe('4509028c9a9c8d9a8b');
    expect(named(bytes, keys)).toEqual([{ name: 'Tunnel-Password', value: { tag: 2, value: 'secret' } }]);
    expect(named(bytes)).toEqual([{ name: 'Tunnel-Password', value: { tag: 2, value: '0x8c9a9c8d9a8b' } }]);
    expect(named(bytes, { reveal: () => undefined })[0]!.name).toBe('raw.Tunnel-Password');
  });

  it('no attribute for an empty text, but whatever a raw name says', () => {
    expect(encoded('User-Name', '')).toHaveLength(0);
    expect(encoded('Class', '0x')).toHaveLength(0);
    expect(encoded('raw.User-Name', '0x')).toEqual(Buffer.of(1, 2));
  });

  it.each<[string, NamedValue, string]>([
    ['Nobody-Knows', 1, 'unknown-attribute'],
    ['Attr-256', '0x01', 'unknown-attribute'],
    ['Attr-26.0.1', '0x01', 'unknown-attribute'],
    ['Attr-26.4294967296.1', '0x01', 'unknown-attribute'],
    ['Attr-222', 'text', 'malformed-value'],
    ['Class', '0x0', 'malformed-value'],
    ['Class', 1, 'malformed-value'],
    ['User-Name', 7, 'malformed-value'],
    ['User-Name', '\ud800', 'malformed-value'],
    ['User-Password', 'clear text', 'malformed-value'],
    ['Service-Type', 'No-Such-Name', 'malformed-value'],
    ['NAS-Port', 1.5, 'malformed-value'],
    ['NAS-Port', -1, 'out-of-range'],
    ['NAS-Port', 2 ** 32, 'out-of-range'],
    ['NAS-Port', [1], 'malformed-value'],
    ['NAS-Port', [], 'malformed-value'],
    ['NAS-Port', { tag: 1, value: 1 }, 'malformed-value'],
    ['Tunnel-Type', { tag: 1, value: 2 ** 24 }, 'out-of-range'],
    ['Tunnel-Type', { tag: 32, value: 1 }, 'out-of-range'],
    ['NAS-IP-Address', '10.0.0.256', 'malformed-value'],
    ['Framed-IPv6-Prefix', '2001:db8::', 'malformed-value'],
    ['Test-Prefix4', '10.0.0.0/33', 'malformed-value'],
    ['Test-Ether', '00:11:22:33:44', 'malformed-value'],
    ['Test-Exact', '0x010203', 'wrong-length'],
    ['User-Name', 'x'.repeat(254), 'too-long'],
    ['Acme-Rate', 'x'.repeat(248), 'too-long'],
    ['Test-Extended', 'x'.repeat(253), 'too-long'],
    ['Test-Tlv', 'text', 'malformed-value'],
    ['Test-Tlv', [{ name: 'NAS-Port', value: 1 }], 'unknown-attribute'],
    ['Test-Tlv', [{ name: 'Attr-207.9', value: `0x${'00'.repeat(254)}` }], 'too-long'],
    ['Attr-207.9', `0x${'00'.repeat(254)}`, 'too-long'],
    ['NAS-Port', [{ name: 'NAS-Port', value: 1 }], 'malformed-value'],
  ])('%s = %s is refused as %s', (name, value, reason) => {
    expect(encodeNamed(codecDictionary, name, value)).toEqual({ ok: false, error: reason });
  });
});
