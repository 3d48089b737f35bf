import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttributeType, errorCauseName } from '../../../engine/radius/attribute-type.ts';
import { readWireValues } from '../../../engine/radius/attribute-wire.ts';
import { Code, codeName } from '../../../engine/radius/code.ts';
import { decodePacket, LIMITS } from '../../../engine/radius/decode-packet.ts';
import { DISCARD_REASONS, type DiscardReason } from '../../../engine/radius/discard-reason.ts';
import { decodeNamed } from '../../../engine/radius/named-attributes.ts';
import { authenticatorOf, type Packet } from '../../../engine/radius/packet.ts';
import {
  findAttribute,
  readIpv4,
  readOctets,
  readText,
  readUint32,
} from '../../../engine/radius/read-attribute.ts';
import { codecDictionary } from './codec-dictionary.ts';
import { hex, RFC_2865_EXAMPLES } from './rfc-packets.ts';

function decoded(bytes: Buffer): Packet {
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

/** A datagram with a correct Length; `length` puts another one in its place. */
function datagram(attributes: string | Buffer, { code = 4, length = -1 } = {}): Buffer {
  const body = typeof attributes === 'string' ? hex(attributes) : attributes;
  const bytes = Buffer.concat([Buffer.alloc(20), body]);
  bytes[0] = code;
  bytes.writeUInt16BE(length === -1 ? bytes.length : length, 2);
  return bytes;
}

/** Type and value, in hexadecimal, of every attribute. */
function contents(packet: Packet): string[] {
  return packet.attributes.map((a) => `${a.type} ${readOctets(packet, a).toString('hex')}`);
}

describe('the examples of RFC 2865 §7', () => {
  it('reads a login request and its Accept', () => {
    const request = decoded(hex(RFC_2865_EXAMPLES.telnet.request));
    expect([request.code, request.identifier, request.messageAuthenticatorAt]).toEqual([1, 0, -1]);
    expect(authenticatorOf(request).toString('hex')).toBe('0f403f9473978057bd83d5cb98f4227a');
    expect(contents(request)).toEqual([
      '1 6e656d6f',
      '2 0dbe708d93d413ce3196e43f782a0aee',
      '4 c0a80110',
      '5 00000003',
    ]);
    expect(readText(request, findAttribute(request, AttributeType.UserName)!)).toBe('nemo');
    expect(readIpv4(request, findAttribute(request, AttributeType.NasIpAddress)!)).toBe('192.168.1.16');
    expect(readUint32(request, findAttribute(request, AttributeType.NasPort)!)).toBe(3);

    const reply = decoded(hex(RFC_2865_EXAMPLES.telnet.reply));
    expect([codeName(reply.code), reply.identifier]).toEqual(['Access-Accept', 0]);
    expect(contents(reply)).toEqual(['6 00000001', '15 00000000', '14 c0a80103']);
  });

  it('reads a CHAP request for PPP and its Accept', () => {
    expect(contents(decoded(hex(RFC_2865_EXAMPLES.framed.request)))).toEqual([
      '1 666c6f707379',
      '3 16e97557c316185895f293ff6344077275',
      '4 c0a80110',
      '5 00000014',
      '6 00000002',
      '7 00000001',
    ]);
    expect(contents(decoded(hex(RFC_2865_EXAMPLES.framed.reply)))).toEqual([
      '6 00000002',
      '7 00000001',
      '8 fffffffe',
      '10 00000002',
      '13 00000001',
      '12 000005dc',
    ]);
  });

  it('reads an answer to a challenge and its Reject, which has no attributes', () => {
    const request = decoded(hex(RFC_2865_EXAMPLES.challenged.request));
    expect(contents(request).at(-1)).toBe('24 3332373639343330');
    const reject = decoded(hex(RFC_2865_EXAMPLES.challenged.reply));
    expect([reject.code, reject.identifier, reject.attributes]).toEqual([Code.AccessReject, 3, []]);
  });
});

describe('structure', () => {
  const cases: [DiscardReason, string, Buffer][] = [
    ['too-short', 'nothing', Buffer.alloc(0)],
    ['too-short', '19 octets', datagram('').subarray(0, 19)],
    ['too-short', 'Length 19', datagram('', { length: 19 })],
    ['too-long', 'Length 4097', datagram(Buffer.alloc(4077))],
    ['length-mismatch', 'Length beyond the datagram', datagram('', { length: 21 })],
    ['unknown-code', 'code 0', datagram('', { code: 0 })],
    ['unknown-code', 'code 255', datagram('', { code: 255 })],
    ['attribute-too-short', 'Length 0', datagram('01 00')],
    ['attribute-too-short', 'Length 1', datagram('01 01')],
    ['attribute-overrun', 'one octet left', datagram('01 03 61 01')],
    ['attribute-overrun', 'Length beyond the packet', datagram('01 04 61')],
    ['too-many-attributes', '201 of them', datagram('01 02 '.repeat(201))],
    ['duplicate-message-authenticator', 'two', datagram(`50 12${'00'.repeat(16)}`.repeat(2))],
    ['message-authenticator-length', '15 octets', datagram(`50 11${'00'.repeat(15)}`)],
    ['message-authenticator-length', '17 octets', datagram(`50 13${'00'.repeat(17)}`)],
    ['message-authenticator-length', 'none', datagram('50 02')],
  ];
  it.each(cases)('is refused as %s: %s', (reason, _what, bytes) => {
    expect(decodePacket(bytes)).toBe(reason);
  });

  it('may be as large as the limits', () => {
    expect(decoded(datagram('01 02 '.repeat(LIMITS.attributes))).attributes).toHaveLength(200);
    const whole = Buffer.concat([...Array(15).fill(Buffer.alloc(255, 255)), Buffer.alloc(251, 251)]);
    expect(decoded(datagram(whole)).bytes).toHaveLength(LIMITS.maximumOctets);
  });

  it('leaves out padding after Length, even what would be wrong as an attribute', () => {
    const packet = decoded(Buffer.concat([datagram('01 03 61'), hex('50 00 ff')]));
    expect(packet.bytes).toHaveLength(23);
    expect(contents(packet)).toEqual(['1 61']);
  });

  it('points at the Message-Authenticator wherever it stands', () => {
    expect(decoded(datagram(`01 03 61 50 12${'00'.repeat(16)}`)).messageAuthenticatorAt).toBe(25);
  });
});

describe('bytes nobody meant as a packet', () => {
  function checkBounds(bytes: Buffer): void {
    const packet = decodePacket(bytes);
    if (typeof packet === 'string') {
      expect(DISCARD_REASONS).toContain(packet);
      return;
    }
    let at = 20;
    for (const { start, end } of packet.attributes) {
      expect(start).toBe(at + 2);
      expect(end).toBeGreaterThanOrEqual(start);
      at = end;
    }
    expect(at).toBe(packet.bytes.length);
    expect(decodeNamed(packet, codecDictionary).length).toBeGreaterThanOrEqual(0);
    expect(readWireValues(packet, codecDictionary)).toBeInstanceOf(Array);
  }

  it('never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => checkBounds(Buffer.from(bytes))));
  });

  it('never throw behind a good header', () => {
    const interesting = fc.constantFrom(1, 2, 26, 55, 64, 69, 79, 80, 241, 245, 246);
    const attribute = fc
      .tuple(interesting, fc.uint8Array({ maxLength: 40 }))
      .map(([type, value]) => Buffer.from([type, value.length + 2, ...value]));
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 12 }), (attributes) =>
        checkBounds(datagram(Buffer.concat(attributes))),
      ),
    );
  });

  it('never throw when they were a packet once', () => {
    const originals = Object.values(RFC_2865_EXAMPLES).flatMap((pair) => [
      hex(pair.request),
      hex(pair.reply),
    ]);
    const change = fc.tuple(fc.nat({ max: 70 }), fc.constantFrom(0, 1, 2, 19, 26, 80, 127, 255));
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(change, { maxLength: 4 }),
        fc.nat({ max: 10 }),
        (original, changes, cut) => {
          const bytes = Buffer.from(original.subarray(0, original.length - cut));
          for (const [at, value] of changes) bytes[at] = value;
          checkBounds(bytes);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('names', () => {
  it('says what a code or an Error-Cause is called', () => {
    expect([codeName(43), codeName(99)]).toEqual(['CoA-Request', 'Code-99']);
    expect([errorCauseName(503), errorCauseName(999)]).toEqual([
      'Session-Context-Not-Found',
      'Error-Cause-999',
    ]);
  });

  it('keeps one text per discard reason', () => {
    expect(new Set(DISCARD_REASONS).size).toBe(DISCARD_REASONS.length);
  });
});
