import { createHash } from 'node:crypto';
import { AttributeType } from '../radius/attribute-type.ts';
import { writeRequestAuthenticator, writeResponseAuthenticator } from '../radius/authenticator.ts';
import { Code } from '../radius/code.ts';
import { writeMessageAuthenticator } from '../radius/message-authenticator.ts';
import { authenticatorOf, type Packet } from '../radius/packet.ts';
import { PacketWriter } from '../radius/packet-writer.ts';
import type { Secret } from '../radius/secret.ts';
import { encryptUserPassword } from '../radius/user-password.ts';

const FRAMED_USER = 2;
const PPP = 1;
const VIRTUAL_PORT = 5;
const GIGAWORD = 2 ** 32;

const writer = new PacketWriter();

/** What a NAS says of a session in every packet about it; '' leaves the attribute out. */
export interface SessionFields {
  readonly username: string;
  readonly nasIdentifier: string;
  readonly nasPort: number;
  readonly callingStationId: string;
}

/** One Access-Request (RFC 2865 §4.1). */
export interface AccessFields extends SessionFields {
  readonly identifier: number;
  /** 16 unpredictable octets. */
  readonly authenticator: Uint8Array;
  readonly password: string;
  readonly method: 'pap' | 'chap';
  /** CHAP-Challenge; absent means that the Request Authenticator is the challenge (RFC 2865 §2.2). */
  readonly chapChallenge?: Uint8Array | undefined;
  readonly messageAuthenticator: boolean;
}

/** One Accounting-Request about a session (RFC 2866 §4.1). Absent fields are not sent. */
export interface AccountingFields extends SessionFields {
  readonly identifier: number;
  /** A value of `AcctStatusType`. */
  readonly statusType: number;
  readonly acctSessionId: string;
  readonly framedIp: string;
  /** Class attributes of the Access-Accept, echoed unchanged (RFC 2865 §5.25). */
  readonly classes: readonly Uint8Array[];
  readonly sessionTimeSeconds?: number | undefined;
  /** Octets as this NAS counts them, of any size: the gigawords habit decides how much of it is seen. */
  readonly inputOctets?: number | undefined;
  readonly outputOctets?: number | undefined;
  readonly gigawords: GigawordsHabit;
  readonly terminateCause?: number | undefined;
  readonly delaySeconds?: number | undefined;
  readonly eventTimestampSeconds?: number | undefined;
}

/** When a NAS sends Acct-Input-Gigawords and Acct-Output-Gigawords; `never` lets counters wrap at 4 GiB. */
export type GigawordsHabit = 'always' | 'when-needed' | 'never';

/** Writes an Access-Request with PAP or CHAP, its Message-Authenticator first when asked for. */
export function writeAccessRequest(fields: AccessFields, secret: Secret): Buffer {
  writer.begin(Code.AccessRequest, fields.identifier, fields.authenticator);
  const signatureAt = fields.messageAuthenticator ? writer.messageAuthenticator() : -1;
  writeSession(fields);
  writePassword(fields, secret);
  writer.uint32(AttributeType.ServiceType, FRAMED_USER);
  writer.uint32(AttributeType.FramedProtocol, PPP);
  writer.uint32(AttributeType.NasPortType, VIRTUAL_PORT);
  const packet = writer.finish();
  if (signatureAt >= 0) writeMessageAuthenticator(packet, signatureAt, fields.authenticator, secret);
  return packet;
}

/** Writes an Accounting-Request and its Request Authenticator. */
export function writeAccountingRequest(fields: AccountingFields, secret: Secret): Buffer {
  writer.begin(Code.AccountingRequest, fields.identifier);
  writer.uint32(AttributeType.AcctStatusType, fields.statusType);
  writeSession(fields);
  writer.text(AttributeType.AcctSessionId, fields.acctSessionId);
  if (fields.framedIp !== '') writer.ipv4(AttributeType.FramedIpAddress, fields.framedIp);
  for (const value of fields.classes) writer.octets(AttributeType.Class, value);
  optional(AttributeType.AcctSessionTime, fields.sessionTimeSeconds);
  writeCounter(AttributeType.AcctInputOctets, AttributeType.AcctInputGigawords, fields.inputOctets, fields);
  writeCounter(
    AttributeType.AcctOutputOctets,
    AttributeType.AcctOutputGigawords,
    fields.outputOctets,
    fields,
  );
  optional(AttributeType.AcctTerminateCause, fields.terminateCause);
  optional(AttributeType.AcctDelayTime, fields.delaySeconds);
  optional(AttributeType.EventTimestamp, fields.eventTimestampSeconds);
  const packet = writer.finish();
  writeRequestAuthenticator(packet, secret);
  return packet;
}

/** Writes Accounting-On or Accounting-Off (RFC 2866 §5.1), which name the NAS and no session. */
export function writeAccountingOn(
  identifier: number,
  statusType: number,
  nasIdentifier: string,
  secret: Secret,
): Buffer {
  writer.begin(Code.AccountingRequest, identifier);
  writer.uint32(AttributeType.AcctStatusType, statusType);
  writer.text(AttributeType.NasIdentifier, nasIdentifier);
  const packet = writer.finish();
  writeRequestAuthenticator(packet, secret);
  return packet;
}

/**
 * Writes the answer to a Disconnect- or CoA-Request (RFC 5176 §2.3), signed with Message-Authenticator.
 * @param errorCause Error-Cause of a NAK, 0 for none
 */
export function writeDynamicAnswer(
  request: Packet,
  code: number,
  errorCause: number,
  secret: Secret,
): Buffer {
  writer.begin(code, request.identifier);
  const signatureAt = writer.messageAuthenticator();
  if (errorCause !== 0) writer.uint32(AttributeType.ErrorCause, errorCause);
  writer.copyAttributes(request, AttributeType.ProxyState);
  const packet = writer.finish();
  const requestAuthenticator = authenticatorOf(request);
  writeMessageAuthenticator(packet, signatureAt, requestAuthenticator, secret);
  writeResponseAuthenticator(packet, requestAuthenticator, secret);
  return packet;
}

function writeSession(fields: SessionFields): void {
  writer.text(AttributeType.UserName, fields.username);
  writer.text(AttributeType.NasIdentifier, fields.nasIdentifier);
  writer.uint32(AttributeType.NasPort, fields.nasPort);
  writer.text(AttributeType.CallingStationId, fields.callingStationId);
}

function writePassword(fields: AccessFields, secret: Secret): void {
  const password = Buffer.from(fields.password);
  if (fields.method === 'pap') {
    const hidden = encryptUserPassword(password, fields.authenticator, secret);
    if (hidden === undefined) throw new RangeError('password over 128 octets');
    writer.octets(AttributeType.UserPassword, hidden);
    return;
  }
  const ident = Buffer.of(fields.identifier);
  const challenge = fields.chapChallenge ?? fields.authenticator;
  const response = createHash('md5').update(ident).update(password).update(challenge).digest();
  writer.octets(AttributeType.ChapPassword, Buffer.concat([ident, response]));
  if (fields.chapChallenge) writer.octets(AttributeType.ChapChallenge, fields.chapChallenge);
}

function writeCounter(
  octetsType: number,
  gigawordsType: number,
  octets: number | undefined,
  { gigawords }: AccountingFields,
): void {
  if (octets === undefined) return;
  const high = Math.floor(octets / GIGAWORD);
  writer.uint32(octetsType, octets % GIGAWORD);
  if (gigawords === 'always' || (gigawords === 'when-needed' && high > 0)) writer.uint32(gigawordsType, high);
}

function optional(type: number, value: number | undefined): void {
  if (value !== undefined) writer.uint32(type, value);
}
