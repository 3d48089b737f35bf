import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZERO_AUTHENTICATOR } from '../../../engine/radius/authenticator.ts';
import {
  verifyMessageAuthenticator,
  writeMessageAuthenticator,
} from '../../../engine/radius/message-authenticator.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';

interface RadiusPeer {
  encode(packet: object): Buffer;
}
const peer = createRequire(import.meta.url)('radius') as RadiusPeer;
const secretText = 'xyzzy5461';
const secret = prepareSecret(Buffer.from(secretText));
const octets16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

/** Code, Identifier, Length, Authenticator, `before`, Message-Authenticator of 0x77s, `after`. */
function packetWith(authenticator: Uint8Array, before: Uint8Array, after: Uint8Array) {
  const length = 20 + before.length + 18 + after.length;
  const header = [1, 9, length >> 8, length & 0xff];
  const value = new Uint8Array(16).fill(0x77);
  const packet = Buffer.from([...header, ...authenticator, ...before, 80, 18, ...value, ...after]);
  return { packet, valueOffset: 20 + before.length + 2 };
}

describe('Message-Authenticator', () => {
  it('is HMAC-MD5 over the packet with the given authenticator and a zero value', () => {
    const arbitrary = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(arbitrary, arbitrary, octets16, octets16, (before, after, own, counted) => {
        const { packet, valueOffset } = packetWith(own, before, after);
        const model = Buffer.from(packet).fill(0, valueOffset, valueOffset + 16);
        model.set(counted, 4);
        const expected = createHmac('md5', secretText).update(model).digest('hex');
        expect(verifyMessageAuthenticator(packet, valueOffset, counted, secret)).toBe(false);
        writeMessageAuthenticator(packet, valueOffset, counted, secret);
        expect(packet.toString('hex', valueOffset, valueOffset + 16)).toBe(expected);
        expect(packet.toString('hex', 4, 20)).toBe(Buffer.from(own).toString('hex'));
        expect(verifyMessageAuthenticator(packet, valueOffset, counted, secret)).toBe(true);
      }),
    );
  });

  it('of an Access-Request by the radius package is right', () => {
    const packet = peer.encode({
      code: 'Access-Request',
      secret: secretText,
      add_message_authenticator: true,
      attributes: [['User-Name', 'nemo']],
    });
    const valueOffset = packet.indexOf(Buffer.from([80, 18]), 20) + 2;
    expect(verifyMessageAuthenticator(packet, valueOffset, packet.subarray(4, 20), secret)).toBe(true);
    expect(verifyMessageAuthenticator(packet, valueOffset, ZERO_AUTHENTICATOR, secret)).toBe(false);
  });

  it('breaks when any one bit changes, and checking leaves the packet as it was', () => {
    const own = Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex');
    const { packet, valueOffset } = packetWith(
      own,
      Buffer.from('01066e656d6f', 'hex'),
      Buffer.from('0506000003', 'hex'),
    );
    writeMessageAuthenticator(packet, valueOffset, own, secret);
    const before = packet.toString('hex');
    for (let bit = 0; bit < packet.length * 8; bit += 1) {
      packet[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyMessageAuthenticator(packet, valueOffset, packet.subarray(4, 20), secret)).toBe(false);
      packet[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(packet.toString('hex')).toBe(before);
    expect(verifyMessageAuthenticator(packet, valueOffset, own, prepareSecret(Buffer.from('xyzzy')))).toBe(
      false,
    );
  });

  it('is not believed where the value would lie outside the attributes', () => {
    const { packet, valueOffset } = packetWith(new Uint8Array(16), new Uint8Array(0), new Uint8Array(0));
    for (const at of [-1, 0, 4, 19, valueOffset + 1, packet.length, packet.length + 40]) {
      expect(verifyMessageAuthenticator(packet, at, ZERO_AUTHENTICATOR, secret)).toBe(false);
    }
    expect(verifyMessageAuthenticator(new Uint8Array(3), 20, ZERO_AUTHENTICATOR, secret)).toBe(false);
  });
});
