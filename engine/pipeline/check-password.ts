import type { NasClient } from '../nas/nas-client.ts';
import { stationKey } from '../policy/decide-access.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import { AttributeType } from '../radius/attribute-type.ts';
import { verifyChap } from '../radius/chap.ts';
import { msChapIdentOf, ntPasswordHash, verifyMsChapV1, verifyMsChapV2 } from '../radius/ms-chap.ts';
import { authenticatorOf, type Packet } from '../radius/packet.ts';
import { findAttribute, readOctets, readText } from '../radius/read-attribute.ts';
import { type Secret, sameOctets } from '../radius/secret.ts';
import { decryptUserPassword } from '../radius/user-password.ts';
import { findVendorAttribute } from '../radius/vendor-attribute.ts';

const MICROSOFT = 311;
const MS_CHAP_RESPONSE = 1;
const MS_CHAP_CHALLENGE = 11;
const MS_CHAP2_RESPONSE = 25;

/** Which MS-CHAP a login spoke and the Ident that the answer repeats; the two versions word a failure differently. */
export interface MsChapAttempt {
  readonly version: 1 | 2;
  readonly ident: number;
}

/** A login whose secret was proven, with what the reply must carry back to prove ours. */
export type PasswordProof =
  | { readonly ok: true; readonly method: 'pap' | 'chap' | 'mac' }
  | { readonly ok: true; readonly method: 'ms-chap'; readonly response: Buffer; readonly ntHash: Uint8Array }
  | {
      readonly ok: true;
      readonly method: 'ms-chap-v2';
      readonly response: Buffer;
      readonly ntHash: Uint8Array;
      readonly authenticatorResponse: string;
    }
  | { readonly ok: false; readonly reason: RejectReason; readonly msChap: MsChapAttempt | undefined };

/**
 * Checks the password of an Access-Request by the method that it carries: PAP (RFC 2865 §5.2), CHAP (§5.3, challenge
 * from CHAP-Challenge or the Request Authenticator), MS-CHAPv2 (RFC 2759), MS-CHAPv1 (RFC 2433), or none where the NAS
 * vouches for the station.
 * @param password the line's internet password, '' for a line that has none.
 */
export function checkPassword(
  packet: Packet,
  nas: NasClient,
  secret: Secret,
  password: string,
): PasswordProof {
  const userPassword = findAttribute(packet, AttributeType.UserPassword);
  if (isStationLogin(packet, nas, secret)) return { ok: true, method: 'mac' };
  if (password === '') return refuse('wrong-password');
  if (userPassword !== undefined) {
    const sent = decryptUserPassword(readOctets(packet, userPassword), authenticatorOf(packet), secret);
    return sent !== undefined && isSame(sent, Buffer.from(password))
      ? { ok: true, method: 'pap' }
      : refuse('wrong-password');
  }
  const chap = findAttribute(packet, AttributeType.ChapPassword);
  if (chap !== undefined) return checkChap(packet, readOctets(packet, chap), password);
  return checkMsChap(packet, password);
}

function checkChap(packet: Packet, chapPassword: Buffer, password: string): PasswordProof {
  const challenge = findAttribute(packet, AttributeType.ChapChallenge);
  const octets = challenge === undefined ? authenticatorOf(packet) : readOctets(packet, challenge);
  return verifyChap(chapPassword, octets, Buffer.from(password))
    ? { ok: true, method: 'chap' }
    : refuse('wrong-password');
}

function checkMsChap(packet: Packet, password: string): PasswordProof {
  const challenge = findVendorAttribute(packet, MICROSOFT, MS_CHAP_CHALLENGE);
  const second = findVendorAttribute(packet, MICROSOFT, MS_CHAP2_RESPONSE);
  const first = findVendorAttribute(packet, MICROSOFT, MS_CHAP_RESPONSE);
  const found = second ?? first;
  if (found === undefined) {
    const isEap = findAttribute(packet, AttributeType.EapMessage) !== undefined;
    return refuse(isEap ? 'method-unsupported' : 'no-password');
  }
  if (challenge === undefined) return refuse('method-unsupported');
  const response = readOctets(packet, found);
  const challengeOctets = readOctets(packet, challenge);
  const ntHash = ntPasswordHash(password);
  const ident = msChapIdentOf(response);
  if (second === undefined) {
    return verifyMsChapV1(response, challengeOctets, ntHash)
      ? { ok: true, method: 'ms-chap', response, ntHash }
      : refuse('wrong-password', { version: 1, ident });
  }
  const name = findAttribute(packet, AttributeType.UserName);
  const username = name === undefined ? Buffer.alloc(0) : readOctets(packet, name);
  const success = verifyMsChapV2(response, challengeOctets, username, ntHash);
  if (success === false) return refuse('wrong-password', { version: 2, ident });
  return {
    ok: true,
    method: 'ms-chap-v2',
    response,
    ntHash,
    authenticatorResponse: success.authenticatorResponse,
  };
}

/** IPoE: User-Name is the station's address, and the password is absent or that same address or empty. */
function isStationLogin(packet: Packet, nas: NasClient, secret: Secret): boolean {
  if (!nas.entry.allowMacAuthentication) return false;
  const name = findAttribute(packet, AttributeType.UserName);
  const station = findAttribute(packet, AttributeType.CallingStationId);
  if (name === undefined || station === undefined) return false;
  const key = stationKey(readText(packet, station));
  if (key === '' || key !== stationKey(readText(packet, name))) return false;
  const userPassword = findAttribute(packet, AttributeType.UserPassword);
  if (userPassword === undefined) {
    return (
      findAttribute(packet, AttributeType.ChapPassword) === undefined &&
      findAttribute(packet, AttributeType.EapMessage) === undefined &&
      findVendorAttribute(packet, MICROSOFT, MS_CHAP_CHALLENGE) === undefined
    );
  }
  const sent = decryptUserPassword(readOctets(packet, userPassword), authenticatorOf(packet), secret);
  if (sent === undefined) return false;
  return sent.length === 0 || stationKey(Buffer.from(sent).toString('latin1')) === key;
}

function refuse(reason: RejectReason, msChap?: MsChapAttempt): PasswordProof {
  return { ok: false, reason, msChap };
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && sameOctets(left, 0, right, 0, left.length);
}
