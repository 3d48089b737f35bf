import { AcctStatusType, AttributeType } from '../../engine/radius/attribute-type.ts';
import { AUTHENTICATOR_AT, writeRequestAuthenticator } from '../../engine/radius/authenticator.ts';
import { Code } from '../../engine/radius/code.ts';
import { writeMessageAuthenticator } from '../../engine/radius/message-authenticator.ts';
import { PacketWriter } from '../../engine/radius/packet-writer.ts';
import type { Secret } from '../../engine/radius/secret.ts';
import { encryptUserPassword } from '../../engine/radius/user-password.ts';

/** What the requests of a load are. */
export type RequestKind = 'pap' | 'start' | 'interim';

/** Who is being asked about, and what has happened by now. */
export interface RequestFields {
  readonly identifier: number;
  /** Number of the line, up to seven digits. */
  readonly line: number;
  /** A number that no other request of the process has, up to 2^32 - 1. */
  readonly serial: number;
  /** Milliseconds for which the sessions have been running: time and octets grow with it. */
  readonly elapsedMs: number;
}

const DIGITS = 7;
const FRAMED_USER = 2;
const PPP = 1;
const VIRTUAL_PORT = 5;
const GIGAWORD = 2 ** 32;
const NONCE_OCTETS = 12;

/** 10 Mbit/s up, 80 Mbit/s down: far below the line's speed, and no counter ever stands still. */
const INPUT_OCTETS_PER_MS = 1_250;
const OUTPUT_OCTETS_PER_MS = 10_000;

/** The line that logs in; its password is its name. */
export function loginName(line: number): string {
  return `auth${digits(line)}`;
}

/** The line whose session is counted; another one, since a login would end that session. */
export function sessionName(line: number): string {
  return `acct${digits(line)}`;
}

/**
 * One request whose fields have a fixed width and are written anew in place: what changes is patched and signed, all else is
 * laid out once. Costs about 1 µs, so that the generator does not become the bottleneck. A datagram must have
 * left (its answer has come) before the next `renew`.
 */
export class LoadRequest {
  readonly packet: Buffer;
  /** The 16 octets of the packet's Authenticator field, for checking the answer. */
  readonly authenticator: Buffer;
  private readonly kind: RequestKind;
  private readonly secret: Secret;
  private readonly password: Buffer = Buffer.from(loginName(0));
  private readonly at: ReadonlyMap<number, number>;

  /** @param nonce 12 octets that no other process uses in its Request Authenticators */
  constructor(kind: RequestKind, secret: Secret, nonce: Uint8Array) {
    this.kind = kind;
    this.secret = secret;
    this.packet = kind === 'pap' ? accessTemplate() : accountingTemplate(kind);
    this.at = valueOffsets(this.packet);
    this.authenticator = this.packet.subarray(AUTHENTICATOR_AT, AUTHENTICATOR_AT + 16);
    this.authenticator.set(nonce.subarray(0, NONCE_OCTETS), 16 - NONCE_OCTETS);
  }

  /** Makes it the next request. */
  renew(fields: RequestFields): void {
    const { packet } = this;
    packet[1] = fields.identifier;
    writeDigits(packet, this.offset(AttributeType.UserName) + 4, fields.line);
    packet.writeUInt32BE(fields.line, this.offset(AttributeType.NasPort));
    if (this.kind === 'pap') this.signAccess(fields);
    else this.signAccounting(fields);
  }

  private signAccess({ line, serial }: RequestFields): void {
    const { packet, authenticator, secret, password } = this;
    packet.writeUInt32BE(serial, AUTHENTICATOR_AT);
    writeDigits(password, 4, line);
    const hidden = encryptUserPassword(password, authenticator, secret) as Uint8Array;
    packet.set(hidden, this.offset(AttributeType.UserPassword));
    const signatureAt = this.offset(AttributeType.MessageAuthenticator);
    writeMessageAuthenticator(packet, signatureAt, authenticator, secret);
  }

  private signAccounting({ line, elapsedMs }: RequestFields): void {
    const { packet } = this;
    writeDigits(packet, this.offset(AttributeType.AcctSessionId) + 8, line);
    if (this.kind === 'interim') {
      packet.writeUInt32BE(Math.floor(elapsedMs / 1000), this.offset(AttributeType.AcctSessionTime));
      this.writeCounter(
        AttributeType.AcctInputOctets,
        AttributeType.AcctInputGigawords,
        elapsedMs * INPUT_OCTETS_PER_MS,
      );
      this.writeCounter(
        AttributeType.AcctOutputOctets,
        AttributeType.AcctOutputGigawords,
        elapsedMs * OUTPUT_OCTETS_PER_MS,
      );
    }
    writeRequestAuthenticator(packet, this.secret);
  }

  private writeCounter(octetsType: number, gigawordsType: number, octets: number): void {
    this.packet.writeUInt32BE(octets % GIGAWORD, this.offset(octetsType));
    this.packet.writeUInt32BE(Math.floor(octets / GIGAWORD), this.offset(gigawordsType));
  }

  private offset(type: number): number {
    return this.at.get(type) as number;
  }
}

function accessTemplate(): Buffer {
  const writer = new PacketWriter();
  writer.begin(Code.AccessRequest, 0);
  writer.messageAuthenticator();
  writeSession(writer, loginName(0));
  writer.octets(AttributeType.UserPassword, new Uint8Array(16));
  return writer.finish();
}

function accountingTemplate(kind: 'start' | 'interim'): Buffer {
  const writer = new PacketWriter();
  writer.begin(Code.AccountingRequest, 0);
  const status = kind === 'start' ? AcctStatusType.Start : AcctStatusType.InterimUpdate;
  writer.uint32(AttributeType.AcctStatusType, status);
  writeSession(writer, sessionName(0));
  writer.text(AttributeType.AcctSessionId, `session-${digits(0)}`);
  writer.ipv4(AttributeType.FramedIpAddress, '100.64.0.1');
  if (kind === 'interim') {
    writer.uint32(AttributeType.AcctSessionTime, 0);
    writer.uint32(AttributeType.AcctInputOctets, 0);
    writer.uint32(AttributeType.AcctInputGigawords, 0);
    writer.uint32(AttributeType.AcctOutputOctets, 0);
    writer.uint32(AttributeType.AcctOutputGigawords, 0);
  }
  writer.uint32(AttributeType.AcctDelayTime, 0);
  return writer.finish();
}

function writeSession(writer: PacketWriter, username: string): void {
  writer.text(AttributeType.UserName, username);
  writer.ipv4(AttributeType.NasIpAddress, '127.0.0.1');
  writer.text(AttributeType.NasIdentifier, 'bench');
  writer.uint32(AttributeType.NasPort, 0);
  writer.uint32(AttributeType.NasPortType, VIRTUAL_PORT);
  writer.uint32(AttributeType.ServiceType, FRAMED_USER);
  writer.uint32(AttributeType.FramedProtocol, PPP);
  writer.text(AttributeType.CallingStationId, '02:00:00:00:00:01');
}

/** Where the value of each attribute begins; of one that occurs twice, the last. */
function valueOffsets(packet: Uint8Array): ReadonlyMap<number, number> {
  const offsets = new Map<number, number>();
  for (let at = 20; at < packet.length; at += packet[at + 1] as number) {
    offsets.set(packet[at] as number, at + 2);
  }
  return offsets;
}

function digits(line: number): string {
  return String(line).padStart(DIGITS, '0');
}

function writeDigits(octets: Uint8Array, at: number, number: number): void {
  let rest = number;
  for (let place = at + DIGITS - 1; place >= at; place--) {
    octets[place] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
