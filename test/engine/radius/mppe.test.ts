import { describe, expect, it } from 'vitest';
import { mppeStartKeys, msChapMppeKeys } from '../../../engine/radius/mppe.ts';
import { ntPasswordHash } from '../../../engine/radius/ms-chap.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';
import { decryptUserPassword } from '../../../engine/radius/user-password.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ntHash = ntPasswordHash('clientPass');

describe('MPPE start keys', () => {
  const ntResponse = Buffer.from('82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df', 'hex');

  it('send with the key of RFC 3079 §3.5.3 and receive with what its client sends', () => {
    const keys = mppeStartKeys(ntHash, ntResponse);
    expect(hex(keys.sendKey)).toBe('8b7cdc149b993a1ba118cb153f56dccb');
    expect(hex(keys.receiveKey)).toBe('d5f0e9521e3ea9589645e86051c82226');
  });

  it('depend on the response, so that every login has its own', () => {
    ntResponse[0]! ^= 1;
    const keys = mppeStartKeys(ntHash, ntResponse);
    ntResponse[0]! ^= 1;
    expect(hex(keys.sendKey)).not.toBe('8b7cdc149b993a1ba118cb153f56dccb');
    expect(hex(keys.receiveKey)).not.toBe('d5f0e9521e3ea9589645e86051c82226');
  });
});

describe('MS-CHAP-MPPE-Keys', () => {
  it('hides an empty LM key and the hash of the NT hash (RFC 2759 §9.2: 41c00c58…)', () => {
    const secret = prepareSecret(Buffer.from('xyzzy5461'));
    const authenticator = Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex');
    const value = msChapMppeKeys(ntHash, authenticator, secret);
    expect(value).toHaveLength(32);
    const keys = decryptUserPassword(value, authenticator, secret)!;
    expect(hex(keys)).toBe(`${'00'.repeat(8)}41c00c584bd2d91c4017a2a12fa59f3f`);
  });
});
