import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareSecret } from '../../../engine/radius/secret.ts';
import { decryptUserPassword, encryptUserPassword } from '../../../engine/radius/user-password.ts';

interface RadiusPeer {
  encode(packet: object): Buffer;
}
const peer = createRequire(import.meta.url)('radius') as RadiusPeer;

const secretText = 'xyzzy5461';
const secret = prepareSecret(Buffer.from(secretText));
const authenticator = Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex');
const octets16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('User-Password', () => {
  it('is hidden and read as in RFC 2865 §7.1', () => {
    const hidden = encryptUserPassword(Buffer.from('arctangent'), authenticator, secret);
    expect(Buffer.from(hidden!).toString('hex')).toBe('0dbe708d93d413ce3196e43f782a0aee');
    expect(Buffer.from(decryptUserPassword(hidden!, authenticator, secret)!).toString()).toBe('arctangent');
  });

  it('comes back from hiding, at every length and with zeros at its end dropped', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 128 }),
        octets16,
        fc.uint8Array({ minLength: 1, maxLength: 90 }),
        (password, requestAuthenticator, key) => {
          const own = prepareSecret(key);
          const hidden = encryptUserPassword(password, requestAuthenticator, own)!;
          expect(hidden.length).toBe(Math.max(16, Math.ceil(password.length / 16) * 16));
          const read = Buffer.from(decryptUserPassword(hidden, requestAuthenticator, own)!);
          expect(read.toString('hex')).toBe(
            Buffer.from(password)
              .toString('hex')
              .replace(/(?:00)+$/, ''),
          );
        },
      ),
    );
  });

  it('keeps zeros inside a password', () => {
    const hidden = encryptUserPassword(Buffer.from([1, 0, 0, 2, 0]), authenticator, secret)!;
    expect([...decryptUserPassword(hidden, authenticator, secret)!]).toEqual([1, 0, 0, 2]);
  });

  it('is hidden as the radius package hides it', () => {
    for (const password of ['a', 'x'.repeat(16), 'y'.repeat(17), 'رمز عبور', 'z'.repeat(100)]) {
      const packet = peer.encode({
        code: 'Access-Request',
        secret: secretText,
        attributes: [['User-Password', password]],
      });
      const theirs = packet.subarray(22);
      const ours = encryptUserPassword(Buffer.from(password), packet.subarray(4, 20), secret)!;
      expect(Buffer.from(ours).toString('hex')).toBe(theirs.toString('hex'));
    }
  });

  it('has 16, 32, … 128 octets, nothing else', () => {
    for (let length = 0; length <= 255; length += 1) {
      const isRight = length > 0 && length <= 128 && length % 16 === 0;
      expect(decryptUserPassword(new Uint8Array(length), authenticator, secret) !== undefined).toBe(isRight);
    }
    expect(encryptUserPassword(new Uint8Array(129), authenticator, secret)).toBeUndefined();
  });
});
