import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  verifyRequestAuthenticator,
  verifyResponseAuthenticator,
  writeRequestAuthenticator,
  writeResponseAuthenticator,
} from '../../../engine/radius/authenticator.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';

interface RadiusPeer {
  encode(packet: object): Buffer;
  encode_response(reply: object): Buffer;
  decode(packet: { packet: Buffer; secret: string }): object;
  verify_response(exchange: { request: Buffer; response: Buffer; secret: string }): boolean;
}
const peer = createRequire(import.meta.url)('radius') as RadiusPeer;

const secretText = 'xyzzy5461';
const secret = prepareSecret(Buffer.from(secretText));
const nemoAuthenticator = Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex');
const nemoReply = '0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103';

/** A packet of `attributes` with a right Length field and an empty Authenticator. */
function packetOf(code: number, attributes: Uint8Array): Uint8Array {
  const packet = new Uint8Array(20 + attributes.length);
  packet[0] = code;
  packet[1] = 42;
  packet[2] = packet.length >> 8;
  packet[3] = packet.length & 0xff;
  packet.set(attributes, 20);
  return packet;
}

describe('the Response Authenticator', () => {
  it('of the Access-Accept in RFC 2865 §7.1 is right, and is the one written', () => {
    const reply = Buffer.from(nemoReply, 'hex');
    expect(verifyResponseAuthenticator(reply, nemoAuthenticator, secret)).toBe(true);
    reply.fill(0xee, 4, 20);
    expect(verifyResponseAuthenticator(reply, nemoAuthenticator, secret)).toBe(false);
    writeResponseAuthenticator(reply, nemoAuthenticator, secret);
    expect(reply.toString('hex')).toBe(nemoReply);
  });

  it('breaks when any one bit of reply, request authenticator or secret changes', () => {
    const reply = Buffer.from(nemoReply, 'hex');
    for (let bit = 0; bit < reply.length * 8; bit += 1) {
      const bent = Buffer.from(reply);
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyResponseAuthenticator(bent, nemoAuthenticator, secret)).toBe(false);
    }
    for (let bit = 0; bit < 128; bit += 1) {
      const bent = Buffer.from(nemoAuthenticator);
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyResponseAuthenticator(reply, bent, secret)).toBe(false);
    }
    expect(
      verifyResponseAuthenticator(reply, nemoAuthenticator, prepareSecret(Buffer.from('xyzzy5460'))),
    ).toBe(false);
  });

  it('agrees with the radius package both ways', () => {
    for (let round = 0; round < 50; round += 1) {
      const attributes: [string, string][] = [['Reply-Message', randomBytes(1 + round).toString('hex')]];
      const request = peer.encode({
        code: 'Access-Request',
        secret: secretText,
        attributes: [['User-Name', 'nemo']],
      });
      const decoded = peer.decode({ packet: request, secret: secretText });
      const reply = peer.encode_response({
        packet: decoded,
        code: 'Access-Accept',
        secret: secretText,
        attributes,
      });
      expect(verifyResponseAuthenticator(reply, request.subarray(4, 20), secret)).toBe(true);
      const ours = Buffer.from(reply).fill(0, 4, 20);
      writeResponseAuthenticator(ours, request.subarray(4, 20), secret);
      expect(peer.verify_response({ request, response: ours, secret: secretText })).toBe(true);
    }
  });
});

describe('the Request Authenticator', () => {
  it('is MD5 over the packet with a zero field, then the secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (attributes) => {
        const packet = packetOf(4, attributes);
        const expected = createHash('md5').update(packet).update(secret.octets).digest('hex');
        expect(verifyRequestAuthenticator(packet, secret)).toBe(false);
        writeRequestAuthenticator(packet, secret);
        expect(Buffer.from(packet.subarray(4, 20)).toString('hex')).toBe(expected);
        expect(verifyRequestAuthenticator(packet, secret)).toBe(true);
      }),
    );
  });

  it('does not depend on what the field held before it is written', () => {
    const packet = packetOf(40, Buffer.from('01066e656d6f', 'hex'));
    packet.fill(0x55, 4, 20);
    writeRequestAuthenticator(packet, secret);
    expect(verifyRequestAuthenticator(packet, secret)).toBe(true);
  });

  it('breaks when any one bit changes, and checking leaves the packet as it was', () => {
    const packet = packetOf(4, Buffer.from('01066e656d6f280600000001', 'hex'));
    writeRequestAuthenticator(packet, secret);
    const before = Buffer.from(packet).toString('hex');
    for (let bit = 0; bit < packet.length * 8; bit += 1) {
      packet[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyRequestAuthenticator(packet, secret)).toBe(false);
      packet[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(Buffer.from(packet).toString('hex')).toBe(before);
  });

  it('of an Accounting-Request by the radius package is right', () => {
    const packet = peer.encode({
      code: 'Accounting-Request',
      secret: secretText,
      attributes: [
        ['User-Name', 'flopsy'],
        ['Acct-Status-Type', 'Start'],
        ['Acct-Session-Id', '81a2'],
      ],
    });
    expect(verifyRequestAuthenticator(packet, secret)).toBe(true);
    expect(verifyRequestAuthenticator(packet, prepareSecret(Buffer.from('other')))).toBe(false);
  });

  it('is not to be found in fewer than 20 octets', () => {
    for (let length = 0; length < 20; length += 1) {
      expect(verifyRequestAuthenticator(new Uint8Array(length), secret)).toBe(false);
      expect(verifyResponseAuthenticator(new Uint8Array(length), nemoAuthenticator, secret)).toBe(false);
    }
  });
});
