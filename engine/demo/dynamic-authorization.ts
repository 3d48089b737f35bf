import { AttributeType, ErrorCause } from '../radius/attribute-type.ts';
import { verifyRequestAuthenticator, ZERO_AUTHENTICATOR } from '../radius/authenticator.ts';
import { Code } from '../radius/code.ts';
import { decodePacket } from '../radius/decode-packet.ts';
import { verifyMessageAuthenticator } from '../radius/message-authenticator.ts';
import type { Packet } from '../radius/packet.ts';
import { findAttribute, readText } from '../radius/read-attribute.ts';
import type { Secret } from '../radius/secret.ts';
import { writeDynamicAnswer } from './nas-packets.ts';
import { readSpeed, type SessionSpeed } from './nas-service.ts';

/** A session as the server names it in a Disconnect- or CoA-Request; '' where it says nothing. */
export interface NamedSession {
  readonly username: string;
  readonly acctSessionId: string;
}

/** What the NAS can do about a session. */
export interface SessionControl {
  /** Both return false when no such session runs. */
  disconnect(session: NamedSession): boolean;
  /** `speed` is undefined when the request holds no speed that is understood. */
  change(session: NamedSession, speed: SessionSpeed | undefined): boolean;
}

/**
 * Acts on a Disconnect- or CoA-Request (RFC 5176 §2) and returns the answer: ACK, or NAK 503 for an unknown session.
 * Undefined, and nothing done, when the datagram is no such request or an authenticator is wrong (§3.4).
 */
export function answerDynamicRequest(
  datagram: Buffer,
  secret: Secret,
  control: SessionControl,
): Buffer | undefined {
  const request = decodePacket(datagram);
  if (typeof request === 'string' || !isGenuine(request, secret)) return undefined;
  const session = {
    username: text(request, AttributeType.UserName),
    acctSessionId: text(request, AttributeType.AcctSessionId),
  };
  if (request.code === Code.DisconnectRequest) {
    const done = control.disconnect(session);
    return answer(request, done ? Code.DisconnectAck : Code.DisconnectNak, done, secret);
  }
  if (request.code !== Code.CoaRequest) return undefined;
  const done = control.change(session, readSpeed(request));
  return answer(request, done ? Code.CoaAck : Code.CoaNak, done, secret);
}

function isGenuine(request: Packet, secret: Secret): boolean {
  if (!verifyRequestAuthenticator(request.bytes, secret)) return false;
  const at = request.messageAuthenticatorAt;
  return at < 0 || verifyMessageAuthenticator(request.bytes, at, ZERO_AUTHENTICATOR, secret);
}

function answer(request: Packet, code: number, done: boolean, secret: Secret): Buffer {
  return writeDynamicAnswer(request, code, done ? 0 : ErrorCause.SessionContextNotFound, secret);
}

function text(packet: Packet, type: number): string {
  const attribute = findAttribute(packet, type);
  return attribute ? readText(packet, attribute) : '';
}
