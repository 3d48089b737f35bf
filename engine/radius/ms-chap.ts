import { DES_BLOCK_OCTETS, DES_KEY_OCTETS, desEncryptBlock } from './des.ts';
import { MD4_DIGEST_OCTETS, md4 } from './md4.ts';
import { sameOctets } from './secret.ts';
import { sha1 } from './sha1.ts';

/** Octets of the values of MS-CHAP-Response and MS-CHAP2-Response (RFC 2548 §2.1.3, §2.3.2). */
const MS_CHAP_RESPONSE_OCTETS = 50;

/** Octets of the challenge of MS-CHAPv1; that of MS-CHAPv2 has 16. */
const MS_CHAP_CHALLENGE_OCTETS = 8;

/** Octets of the authenticator challenge and of the peer challenge of MS-CHAPv2. */
const MS_CHAP2_CHALLENGE_OCTETS = 16;

/** Ident (1), Flags (1), LM-Response (24), NT-Response (24): RFC 2548 §2.1.3. */
const V1_FLAGS_AT = 1;
const V1_NT_RESPONSE_IS_PRESENT = 1;

/** Ident (1), Flags (1, zero), Peer-Challenge (16), Reserved (8, zero), Response (24): RFC 2548 §2.3.2. */
const V2_PEER_CHALLENGE_AT = 2;

/** Both layouts end with the response made from the NT hash. */
const NT_RESPONSE_AT = 26;
const NT_RESPONSE_OCTETS = 24;

const BACKSLASH = 0x5c;

/** 255 octets less the headers of Vendor-Specific (6) and of the attribute within (2). */
const MAX_VENDOR_VALUE_OCTETS = 247;

// Fixed texts of RFC 2759 §8.7 that bind the proof to its purpose.
const SIGNING_TEXT = Buffer.from('Magic server to client signing constant');
const PADDING_TEXT = Buffer.from('Pad to make it do more than one iteration');

/** What an accepted MS-CHAPv2 response earns. */
export interface MsChapV2Success {
  /** `S=` and 40 upper-case hex digits: the server's proof that it knows the password. */
  readonly authenticatorResponse: string;
}

/** Why an MS-CHAP login failed, as the peer's dialler is told (RFC 2433 §7, RFC 2759 §6). */
export interface MsChapFailure {
  /** 646 outside hours, 647 disabled, 648 password expired, 649 may not dial in, 691 wrong credentials. */
  readonly code: 646 | 647 | 648 | 649 | 691;
  /** Whether the peer may answer again on the same link, using `challenge`. */
  readonly retryAllowed: boolean;
  /** Fresh random challenge: 8 octets for MS-CHAPv1, 16 for MS-CHAPv2. */
  readonly challenge: Uint8Array;
  /** Text for the subscriber; MS-CHAPv2 alone has room for it. */
  readonly message: string;
}

/**
 * The NT hash of a password: MD4 of its UTF-16LE form (RFC 2759 §8.3), 16 octets. As good as the password to
 * a thief, so it is stored encrypted.
 */
export function ntPasswordHash(password: string): Uint8Array {
  return md4(Buffer.from(password, 'utf16le'));
}

/**
 * Checks the NT response of an MS-CHAP-Response value (RFC 2548 §2.1.3) to the 8-octet challenge. False too
 * when the peer offers the LAN Manager response alone, which is refused for its weakness, and for wrong
 * lengths.
 */
export function verifyMsChapV1(response: Uint8Array, challenge: Uint8Array, ntHash: Uint8Array): boolean {
  if (response.length !== MS_CHAP_RESPONSE_OCTETS || challenge.length !== MS_CHAP_CHALLENGE_OCTETS)
    return false;
  if (response[V1_FLAGS_AT] !== V1_NT_RESPONSE_IS_PRESENT) return false;
  return sameOctets(challengeResponse(challenge, ntHash), 0, response, NT_RESPONSE_AT, NT_RESPONSE_OCTETS);
}

/**
 * Checks an MS-CHAP2-Response value (RFC 2548 §2.3.2) to the 16-octet challenge and proves the server in
 * return (RFC 2759 §8). `username` is the User-Name as received; a `DOMAIN\` before it does not enter the
 * hash (RFC 2759 §4). False for a wrong response and for wrong lengths.
 */
export function verifyMsChapV2(
  response: Uint8Array,
  authenticatorChallenge: Uint8Array,
  username: Uint8Array,
  ntHash: Uint8Array,
): false | MsChapV2Success {
  if (response.length !== MS_CHAP_RESPONSE_OCTETS) return false;
  if (authenticatorChallenge.length !== MS_CHAP2_CHALLENGE_OCTETS) return false;
  const peerChallengeEnd = V2_PEER_CHALLENGE_AT + MS_CHAP2_CHALLENGE_OCTETS;
  const peerChallenge = response.subarray(V2_PEER_CHALLENGE_AT, peerChallengeEnd);
  const challenge = challengeHash(peerChallenge, authenticatorChallenge, username);
  const expected = challengeResponse(challenge, ntHash);
  if (!sameOctets(expected, 0, response, NT_RESPONSE_AT, NT_RESPONSE_OCTETS)) return false;
  return { authenticatorResponse: authenticatorResponse(ntHash, expected, challenge) };
}

/** The Ident octet of an MS-CHAP-Response or MS-CHAP2-Response value, which the answer repeats. */
export function msChapIdentOf(response: Uint8Array): number {
  return response[0]!;
}

/** The NT response (24 octets) in an MS-CHAP-Response or MS-CHAP2-Response value of 50 octets. */
export function ntResponseOf(response: Uint8Array): Uint8Array {
  return response.subarray(NT_RESPONSE_AT, NT_RESPONSE_AT + NT_RESPONSE_OCTETS);
}

/** The value of MS-CHAP2-Success (RFC 2548 §2.3.3): Ident, then `S=` and 40 hex digits, 43 octets in all. */
export function msChap2SuccessValue(ident: number, success: MsChapV2Success): Uint8Array {
  return Buffer.from([ident, ...Buffer.from(success.authenticatorResponse, 'latin1')]);
}

/**
 * The value of MS-CHAP-Error (RFC 2548 §2.1.5): Ident, then the text of RFC 2433 §7 (V=2, no message) for an
 * 8-octet challenge, of RFC 2759 §6 (V=3 and message) for one of 16. A message too long for an attribute is
 * cut between characters.
 */
export function msChapErrorValue(ident: number, failure: MsChapFailure): Uint8Array {
  const { code, retryAllowed, challenge, message } = failure;
  const start = `E=${code} R=${retryAllowed ? 1 : 0} C=${upperHex(challenge)}`;
  const text = challenge.length === MS_CHAP_CHALLENGE_OCTETS ? `${start} V=2` : `${start} V=3 M=${message}`;
  const value = new Uint8Array(MAX_VENDOR_VALUE_OCTETS);
  value[0] = ident;
  const { written } = new TextEncoder().encodeInto(text, value.subarray(1));
  return value.subarray(0, 1 + written);
}

/** ChallengeHash of RFC 2759 §8.2: 8 octets. */
function challengeHash(peerChallenge: Uint8Array, challenge: Uint8Array, username: Uint8Array): Uint8Array {
  const account = username.subarray(username.indexOf(BACKSLASH) + 1);
  return sha1(peerChallenge, challenge, account).subarray(0, MS_CHAP_CHALLENGE_OCTETS);
}

/** ChallengeResponse of RFC 2759 §8.5: the challenge under three DES keys cut from the zero-padded hash. */
function challengeResponse(challenge: Uint8Array, ntHash: Uint8Array): Uint8Array {
  const keys = new Uint8Array(3 * DES_KEY_OCTETS);
  keys.set(ntHash.subarray(0, MD4_DIGEST_OCTETS));
  const response = new Uint8Array(NT_RESPONSE_OCTETS);
  for (let i = 0; i < 3; i += 1) {
    const key = keys.subarray(i * DES_KEY_OCTETS, (i + 1) * DES_KEY_OCTETS);
    response.set(desEncryptBlock(key, challenge), i * DES_BLOCK_OCTETS);
  }
  return response;
}

/** GenerateAuthenticatorResponse of RFC 2759 §8.7. */
function authenticatorResponse(ntHash: Uint8Array, ntResponse: Uint8Array, challenge: Uint8Array): string {
  const signed = sha1(md4(ntHash), ntResponse, SIGNING_TEXT);
  const proof = sha1(signed, challenge, PADDING_TEXT);
  return `S=${upperHex(proof)}`;
}

function upperHex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex').toUpperCase();
}
