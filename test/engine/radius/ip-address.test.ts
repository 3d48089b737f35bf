import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../../engine/radius/ip-address.ts';

describe('IPv4', () => {
  it('has one text per address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (octets) => {
        const text = formatIpv4(octets, 0);
        expect(parseIpv4(text)).toBe(Buffer.from(octets).readUInt32BE());
      }),
    );
  });

  it('accepts what node:net accepts', () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.string({ unit: fc.constantFrom('0', '1', '25', '9', '.', '.', ' ') }),
    );
    fc.assert(
      fc.property(text, (s) => {
        expect(parseIpv4(s) !== -1).toBe(isIPv4(s));
      }),
      { numRuns: 2_000 },
    );
    for (const s of ['', '1.2.3', '1.2.3.4.', '1.2.3.256', '01.2.3.4', '1..2.3', '-1.2.3.4']) {
      expect(parseIpv4(s)).toBe(-1);
    }
  });
});

describe('IPv6', () => {
  it('is written as the URL standard writes it, IPv4-mapped or not', () => {
    const group = fc.constantFrom(0, 0, 0, 1, 0xdb8, 0xffff);
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const octets = Uint8Array.from(groups.flatMap((value) => [value >> 8, value & 0xff]));
        const text = formatIpv6(octets, 0);
        const url = new URL(`http://[${groups.map((value) => value.toString(16)).join(':')}]`);
        expect(text).toBe(url.hostname.slice(1, -1));
        expect(parseIpv6(text)).toEqual(octets);
      }),
      { numRuns: 1_000 },
    );
  });

  it('accepts what node:net accepts, without zones', () => {
    const pieces = fc.constantFrom('0', '1', 'ab', 'FFFF', ':', ':', '::', '1.2.3.4', 'g', '12345');
    const text = fc.oneof(
      fc.ipV6(),
      fc.array(pieces, { maxLength: 16 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (s) => {
        expect(parseIpv6(s) !== undefined).toBe(isIPv6(s));
      }),
      { numRuns: 5_000 },
    );
    expect(parseIpv6('fe80::1%eth0')).toBeUndefined();
    expect(parseIpv6('1:2:3:4:5:6:7::')).toBeDefined();
    expect(parseIpv6('1:2:3:4:5:6:7:8::')).toBeUndefined();
  });
});
