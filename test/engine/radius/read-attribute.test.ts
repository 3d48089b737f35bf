import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readIpv4,
  readIpv4Prefix,
  readIpv6,
  readIpv6Prefix,
  readTaggedOctets,
  readTaggedUint24,
  readText,
  readUint32,
  readUint64,
} from '../../../engine/radius/read-attribute.ts';
import { hex } from './rfc-packets.ts';

/** Reads `value` with other octets around it, which must not be looked at. */
function read<T>(
  reader: (packet: { bytes: Buffer }, attribute: { type: number; start: number; end: number }) => T,
  value: string | Uint8Array,
): T {
  const octets = typeof value === 'string' ? hex(value) : Buffer.from(value);
  const bytes = Buffer.concat([Buffer.of(0xc3), octets, Buffer.of(0xbf)]);
  return reader({ bytes }, { type: 1, start: 1, end: 1 + octets.length });
}

describe('a value of the wrong size', () => {
  it.each([
    ['uint32', readUint32, [4]],
    ['uint64', readUint64, [8]],
    ['IPv4', readIpv4, [4]],
    ['IPv6', readIpv6, [16]],
    ['IPv4 prefix', readIpv4Prefix, [6]],
    ['tagged integer', readTaggedUint24, [4]],
  ] as const)('reads as undefined: %s', (_name, reader, sizes) => {
    for (let size = 0; size <= 40; size++) {
      const value = read<unknown>(reader, new Uint8Array(size));
      expect(value === undefined).toBe(!(sizes as readonly number[]).includes(size));
    }
  });
});

describe('integers', () => {
  it('are unsigned', () => {
    expect(read(readUint32, 'ff ff ff fe')).toBe(4_294_967_294);
    expect(read(readUint64, '00 1f ff ff ff ff ff ff')).toBe(Number.MAX_SAFE_INTEGER);
    expect(read(readUint64, '00 20 00 00 00 00 00 00')).toBeUndefined();
  });
});

describe('text', () => {
  it('is UTF-8 where it can be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (s) => {
        expect(read(readText, Buffer.from(s))).toBe(s);
      }),
    );
  });

  it('is latin1 otherwise, character for octet, control characters too', () => {
    expect(read(readText, '61 e9 00 0a')).toBe('aé\u0000\n');
    const long = Buffer.alloc(100, 0xe9);
    expect(read(readText, long)).toBe('é'.repeat(100));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const bytes = Buffer.from(octets);
        const text = read(readText, bytes);
        expect([Buffer.from(text), Buffer.from(text, 'latin1')].some((back) => back.equals(bytes))).toBe(
          true,
        );
      }),
    );
  });
});

describe('prefixes', () => {
  it.each([
    ['00 30 20 01 0d b8 00 01', '2001:db8:1::/48'],
    ['00 00', '::/0'],
    ['00 24 20 01 0d b8 ff', '2001:db8:f000::/36'],
    [`00 80 ${'ff'.repeat(16)}`, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128'],
    ['00 30 20 01 0d b8 00', undefined],
    [`00 81 ${'ff'.repeat(16)}`, undefined],
    [`00 80 ${'ff'.repeat(17)}`, undefined],
    ['00', undefined],
  ])('of IPv6: %s is %s', (value, text) => expect(read(readIpv6Prefix, value)).toBe(text));

  it.each([
    ['00 18 0a 01 02 03', '10.1.2.0/24'],
    ['00 d8 0a 01 02 03', '10.1.2.0/24'],
    ['00 00 0a 01 02 03', '0.0.0.0/0'],
    ['00 21 0a 01 02 03', undefined],
  ])('of IPv4: %s is %s', (value, text) => expect(read(readIpv4Prefix, value)).toBe(text));
});

describe('tags', () => {
  it('of integers are always the first octet', () => {
    expect(read(readTaggedUint24, '1f 00 00 03')).toEqual({ tag: 31, value: 3 });
    expect(read(readTaggedUint24, '20 00 00 03')).toEqual({ tag: 0, value: 3 });
  });

  it('of strings end at 31', () => {
    expect(read(readTaggedOctets, '1f 41')).toEqual({ tag: 31, value: hex('41') });
    expect(read(readTaggedOctets, '00 41')).toEqual({ tag: 0, value: hex('41') });
    expect(read(readTaggedOctets, '20 41')).toEqual({ tag: 0, value: hex('20 41') });
    expect(read(readTaggedOctets, '')).toEqual({ tag: 0, value: hex('') });
  });
});
