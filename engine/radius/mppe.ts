import { md4 } from './md4.ts';
import type { Secret } from './secret.ts';
import { sha1 } from './sha1.ts';
import { encryptUserPassword } from './user-password.ts';

/** Octets of a 128-bit session key. */
const MPPE_KEY_OCTETS = 16;

const LM_KEY_OCTETS = 8;

// Fixed texts and paddings of RFC 3079 §3.4; what one side sends with, the other receives with.
const MASTER_TEXT = Buffer.from('This is the MPPE Master Key');
const CLIENT_SENDS_TEXT = Buffer.from(
  'On the client side, this is the send key; on the server side, it is the receive key.',
);
const SERVER_SENDS_TEXT = Buffer.from(
  'On the client side, this is the receive key; on the server side, it is the send key.',
);
const PADDING_1 = new Uint8Array(40);
const PADDING_2 = new Uint8Array(40).fill(0xf2);

/** The 128-bit start keys of an MS-CHAPv2 login, named from the NAS's side, each 16 octets. */
export interface MppeStartKeys {
  /** For MS-MPPE-Send-Key: what the NAS encrypts with. */
  readonly sendKey: Uint8Array;
  /** For MS-MPPE-Recv-Key: what the NAS decrypts with. */
  readonly receiveKey: Uint8Array;
}

/**
 * Derives the start keys from the NT hash (16 octets) and the NT response (24) of an accepted MS-CHAPv2 login
 * (RFC 3079 §3.4). They still have to be salted for the wire: `encryptSalted`.
 */
export function mppeStartKeys(ntHash: Uint8Array, ntResponse: Uint8Array): MppeStartKeys {
  const masterKey = keyFrom(md4(ntHash), ntResponse, MASTER_TEXT);
  return {
    sendKey: keyFrom(masterKey, PADDING_1, SERVER_SENDS_TEXT, PADDING_2),
    receiveKey: keyFrom(masterKey, PADDING_1, CLIENT_SENDS_TEXT, PADDING_2),
  };
}

/**
 * The value of MS-CHAP-MPPE-Keys for an MS-CHAPv1 login (RFC 2548 §2.4.1): LM key (8 octets), NT key (16) and
 * padding (8), hidden like User-Password: 32 octets. The NT key is the hash of the NT hash, from which RFC
 * 3079 §2 lets both ends start; RFC 2548 reads as if it were the NT hash itself, with which encryption never
 * comes up. The LM key is zero because no LAN Manager hash is kept: 40-bit and 56-bit MPPE under MS-CHAPv1
 * cannot work.
 */
export function msChapMppeKeys(
  ntHash: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): Uint8Array {
  const keys = new Uint8Array(2 * MPPE_KEY_OCTETS);
  keys.set(md4(ntHash), LM_KEY_OCTETS);
  const hidden = encryptUserPassword(keys, requestAuthenticator, secret);
  if (hidden === undefined) throw new Error('32 octets fit a User-Password');
  return hidden;
}

function keyFrom(...parts: readonly Uint8Array[]): Uint8Array {
  return sha1(...parts).subarray(0, MPPE_KEY_OCTETS);
}
