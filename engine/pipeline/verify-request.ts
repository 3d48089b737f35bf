import type { NasClient } from '../nas/nas-client.ts';
import { AttributeType } from '../radius/attribute-type.ts';
import { verifyRequestAuthenticator } from '../radius/authenticator.ts';
import { Code } from '../radius/code.ts';
import type { DiscardReason } from '../radius/discard-reason.ts';
import { verifyMessageAuthenticator } from '../radius/message-authenticator.ts';
import { authenticatorOf, type Packet } from '../radius/packet.ts';
import { findAttribute } from '../radius/read-attribute.ts';
import type { Secret } from '../radius/secret.ts';

/** The secret that a request was made with, and whether it proved so by Message-Authenticator. */
export interface VerifiedRequest {
  readonly secret: Secret;
  readonly byMessageAuthenticator: boolean;
}

/**
 * Authenticates a request before anything else looks at it. Accounting by its Request Authenticator (RFC 2866 §3);
 * Access-Request and Status-Server by Message-Authenticator, which may be missing from an Access-Request only while the
 * NAS has never shown one, and never together with EAP-Message (RFC 3579 §3.2) or Proxy-State (CVE-2024-3596).
 */
export function verifyRequest(packet: Packet, nas: NasClient): VerifiedRequest | DiscardReason {
  if (packet.code === Code.AccountingRequest) {
    for (const secret of nas.secrets) {
      if (verifyRequestAuthenticator(packet.bytes, secret)) return { secret, byMessageAuthenticator: false };
    }
    return 'authenticator-wrong';
  }
  if (packet.messageAuthenticatorAt >= 0) {
    const authenticator = authenticatorOf(packet);
    for (const secret of nas.secrets) {
      if (verifyMessageAuthenticator(packet.bytes, packet.messageAuthenticatorAt, authenticator, secret)) {
        return { secret, byMessageAuthenticator: true };
      }
    }
    return 'message-authenticator-wrong';
  }
  if (packet.code === Code.StatusServer || isMessageAuthenticatorDue(packet, nas)) {
    return 'message-authenticator-missing';
  }
  if (findAttribute(packet, AttributeType.ProxyState) !== undefined) {
    return 'proxy-state-without-message-authenticator';
  }
  return { secret: nas.secrets[0], byMessageAuthenticator: false };
}

function isMessageAuthenticatorDue(packet: Packet, nas: NasClient): boolean {
  return (
    nas.entry.requireMessageAuthenticator ||
    nas.learned.messageAuthenticatorSince !== undefined ||
    findAttribute(packet, AttributeType.EapMessage) !== undefined
  );
}

/**
 * True when this request is the first to show that the NAS sends Message-Authenticator, which is required from then on
 * (the ratchet of design section 10). EAP proves nothing: it always had one. A block of addresses is many devices.
 */
export function isFirstMessageAuthenticator(
  packet: Packet,
  nas: NasClient,
  verified: VerifiedRequest,
): boolean {
  return (
    verified.byMessageAuthenticator &&
    nas.isSingle &&
    nas.learned.messageAuthenticatorSince === undefined &&
    packet.code === Code.AccessRequest &&
    findAttribute(packet, AttributeType.EapMessage) === undefined
  );
}
