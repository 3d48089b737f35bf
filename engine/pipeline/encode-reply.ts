import type { NasClient } from '../nas/nas-client.ts';
import type { ServiceProfile } from '../policy/decide-access.ts';
import { AttributeType } from '../radius/attribute-type.ts';
import { writeResponseAuthenticator } from '../radius/authenticator.ts';
import { Code } from '../radius/code.ts';
import { writeMessageAuthenticator } from '../radius/message-authenticator.ts';
import { mppeStartKeys, msChapMppeKeys } from '../radius/mppe.ts';
import { msChap2SuccessValue, msChapErrorValue, msChapIdentOf, ntResponseOf } from '../radius/ms-chap.ts';
import { authenticatorOf, type Packet } from '../radius/packet.ts';
import { PacketWriter } from '../radius/packet-writer.ts';
import { encryptSalted } from '../radius/salted-value.ts';
import type { Secret } from '../radius/secret.ts';
import type { MsChapAttempt, PasswordProof } from './check-password.ts';

const MICROSOFT = 311;
const MS_CHAP_ERROR = 2;
const MS_CHAP_MPPE_KEYS = 12;
const MS_MPPE_SEND_KEY = 16;
const MS_MPPE_RECV_KEY = 17;
const MS_CHAP2_SUCCESS = 26;
const SERVICE_TYPE_FRAMED = 2;

/** One buffer serves all replies: they are built and copied out without an await in between. */
const writer = new PacketWriter();

/** Everything that an Access-Accept is made of beside the request itself. */
export interface AcceptParts {
  readonly nas: NasClient;
  readonly profile: ServiceProfile;
  readonly proof: PasswordProof;
  readonly classToken: Buffer;
  /** Two octets of fresh randomness per salted key (RFC 2548 §2.4.2). */
  readonly salts: readonly [Uint8Array, Uint8Array];
}

/** The Access-Accept to `request`. */
export function encodeAccept(request: Packet, secret: Secret, parts: AcceptParts): Buffer {
  return encodeReply(request, secret, Code.AccessAccept, () => {
    const { profile } = parts;
    writer.uint32(AttributeType.ServiceType, SERVICE_TYPE_FRAMED);
    if (profile.sessionTimeoutSeconds !== undefined) {
      writer.uint32(AttributeType.SessionTimeout, profile.sessionTimeoutSeconds);
    }
    writer.uint32(AttributeType.AcctInterimInterval, profile.interimSeconds);
    writer.octets(AttributeType.Class, parts.classToken);
    writeAddresses(profile, parts.nas.driver.captivePool);
    parts.nas.driver.writeAccept(writer, profile);
    writer.raw(parts.nas.acceptAttributes);
    writeProof(request, secret, parts);
  });
}

/** Of two Framed-Pools a NAS would take one: that of a captive line, where it is what makes the line captive. */
function writeAddresses(profile: ServiceProfile, captivePool: string): void {
  if (profile.staticIp !== '') writer.ipv4(AttributeType.FramedIpAddress, profile.staticIp);
  const isCaptive = profile.service.mode === 'captive' && captivePool !== '';
  writer.text(AttributeType.FramedPool, isCaptive ? captivePool : profile.pool);
  for (const route of profile.framedRoutes) writer.text(AttributeType.FramedRoute, route);
  if (profile.framedIpv6Prefix !== '')
    writer.ipv6Prefix(AttributeType.FramedIpv6Prefix, profile.framedIpv6Prefix);
  if (profile.delegatedIpv6Prefix !== '') {
    writer.ipv6Prefix(AttributeType.DelegatedIpv6Prefix, profile.delegatedIpv6Prefix);
  }
}

/** What MS-CHAP gives back: the server's own proof and the keys that the link may be encrypted with. */
function writeProof(request: Packet, secret: Secret, { proof, salts }: AcceptParts): void {
  if (!proof.ok) return;
  const authenticator = authenticatorOf(request);
  if (proof.method === 'ms-chap') {
    writer.vendorOctets(MICROSOFT, MS_CHAP_MPPE_KEYS, msChapMppeKeys(proof.ntHash, authenticator, secret));
  }
  if (proof.method !== 'ms-chap-v2') return;
  const success = msChap2SuccessValue(msChapIdentOf(proof.response), proof);
  writer.vendorOctets(MICROSOFT, MS_CHAP2_SUCCESS, success);
  const keys = mppeStartKeys(proof.ntHash, ntResponseOf(proof.response));
  const send = encryptSalted(keys.sendKey, salts[0], authenticator, secret);
  const receive = encryptSalted(keys.receiveKey, salts[1], authenticator, secret);
  if (send !== undefined) writer.vendorOctets(MICROSOFT, MS_MPPE_SEND_KEY, send);
  if (receive !== undefined) writer.vendorOctets(MICROSOFT, MS_MPPE_RECV_KEY, receive);
}

/** What an Access-Reject says: a text for the subscriber and, after MS-CHAP, the dialler's error. */
export interface RejectParts {
  readonly message: string;
  readonly msChap: MsChapAttempt | undefined;
  /** Sixteen fresh random octets for MS-CHAP-Error; 8 of them are used for version 1. */
  readonly challenge: Uint8Array;
}

/** The Access-Reject to `request`. */
export function encodeReject(request: Packet, secret: Secret, parts: RejectParts): Buffer {
  return encodeReply(request, secret, Code.AccessReject, () => {
    writer.truncatedText(AttributeType.ReplyMessage, parts.message);
    if (parts.msChap === undefined) return;
    const { message, msChap } = parts;
    const challenge = parts.challenge.subarray(0, msChap.version === 1 ? 8 : 16);
    const failure = { code: 691, retryAllowed: false, challenge, message } as const;
    writer.vendorOctets(MICROSOFT, MS_CHAP_ERROR, msChapErrorValue(msChap.ident, failure));
  });
}

/** An answer without attributes of its own: Accounting-Response, or Access-Accept to Status-Server (RFC 5997 §3). */
export function encodeBareReply(request: Packet, secret: Secret, code: number): Buffer {
  return encodeReply(request, secret, code, () => {});
}

/**
 * Message-Authenticator first (CVE-2024-3596), then `write`, then Proxy-State as it came (RFC 2865 §5.33). The answer
 * to an Accounting-Request has none: RFC 2869 §5.19 allows it in no accounting packet, and programs disagree on how it
 * would be computed there (FreeRADIUS over zeros, others over the request's authenticator) and drop what differs.
 */
function encodeReply(request: Packet, secret: Secret, code: number, write: () => void): Buffer {
  const authenticator = authenticatorOf(request);
  writer.begin(code, request.identifier, authenticator);
  const valueOffset = request.code === Code.AccountingRequest ? -1 : writer.messageAuthenticator();
  write();
  writer.copyAttributes(request, AttributeType.ProxyState);
  const reply = writer.finish();
  if (valueOffset >= 0) writeMessageAuthenticator(reply, valueOffset, authenticator, secret);
  writeResponseAuthenticator(reply, authenticator, secret);
  return reply;
}
