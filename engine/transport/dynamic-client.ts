import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { AttributeType } from '../radius/attribute-type.ts';
import {
  verifyResponseAuthenticator,
  writeRequestAuthenticator,
  ZERO_AUTHENTICATOR,
} from '../radius/authenticator.ts';
import { decodePacket } from '../radius/decode-packet.ts';
import { writeMessageAuthenticator } from '../radius/message-authenticator.ts';
import type { Packet } from '../radius/packet.ts';
import { PacketWriter } from '../radius/packet-writer.ts';
import { findAttribute, readUint32 } from '../radius/read-attribute.ts';
import type { Secret } from '../radius/secret.ts';

/** Where a CoA- or Disconnect-Request goes. */
export interface DynamicTarget {
  readonly address: string;
  readonly port: number;
  readonly secret: Secret;
}

/** The NAS's answer, or that there was none after all transmissions. */
export interface DynamicAnswer {
  /** Code of the answer, `undefined` when none came. */
  readonly code: number | undefined;
  /** Error-Cause (RFC 5176 §3.5), 0 when the answer has none. */
  readonly errorCause: number;
  readonly transmissions: number;
}

/** Milliseconds until the next transmission of the same octets; after the last one the NAS is given up. */
const RETRY_MS = [1_000, 2_000, 4_000, 4_000];

/** Room for the answers of many NAS at once; the kernel may give less. */
const RECEIVE_BUFFER_OCTETS = 4 * 2 ** 20;

/** Requests in flight to one NAS: an identifier has one octet, and all share a source port. */
const IDENTIFIERS = 256;

/** Beyond this many, NAS to which nothing is on its way are forgotten. */
const LANES_MAX = 1_024;

interface Flight {
  readonly packet: Buffer;
  readonly target: DynamicTarget;
  readonly resolve: (answer: DynamicAnswer) => void;
  transmissions: number;
  timer: NodeJS.Timeout;
}

interface Queued {
  readonly code: number;
  readonly target: DynamicTarget;
  readonly write: (writer: PacketWriter) => void;
  readonly resolve: (answer: DynamicAnswer) => void;
}

/** What is on its way to one address and port, and what waits for that. */
interface Lane {
  readonly socket: Socket;
  readonly flights: (Flight | undefined)[];
  readonly queue: Queued[];
  next: number;
  free: number;
}

/**
 * Sends CoA and Disconnect (RFC 5176): the same octets until answered, answers checked against the request, at most 256
 * requests in flight to one NAS. What does not fit waits for that NAS alone, so that a mute or slow one delays no other.
 */
export class DynamicClient {
  private readonly lanes = new Map<string, Lane>();
  private readonly sockets = new Map<boolean, Socket>();
  private readonly writer = new PacketWriter();
  private closed = false;

  /**
   * Sends a request of `code` whose attributes `write` adds; Message-Authenticator comes first by itself. Never
   * rejects: a request that cannot be written (a text over 253 octets) has no answer and 0 transmissions, as has one
   * after `close`.
   */
  send(code: number, target: DynamicTarget, write: (writer: PacketWriter) => void): Promise<DynamicAnswer> {
    if (this.closed) return Promise.resolve(NO_ANSWER);
    return new Promise((resolve) => {
      const lane = this.laneTo(target);
      lane.queue.push({ code, target, write, resolve });
      this.pump(lane);
    });
  }

  /** Gives up all requests and closes the sockets. */
  close(): void {
    this.closed = true;
    for (const lane of this.lanes.values()) {
      for (const queued of lane.queue.splice(0)) queued.resolve(NO_ANSWER);
      lane.flights.forEach((flight, identifier) => {
        if (flight !== undefined) this.finish(lane, identifier, flight, undefined, 0);
      });
    }
    for (const socket of this.sockets.values()) socket.close();
  }

  private laneTo({ address, port }: DynamicTarget): Lane {
    const name = placeOf(address, port);
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    if (this.lanes.size >= LANES_MAX) this.forgetIdle();
    const socket = this.socketFor(isIPv6(address));
    const lane: Lane = { socket, flights: new Array(IDENTIFIERS), queue: [], next: 0, free: IDENTIFIERS };
    this.lanes.set(name, lane);
    return lane;
  }

  private forgetIdle(): void {
    for (const [name, lane] of this.lanes) if (isIdle(lane)) this.lanes.delete(name);
  }

  private socketFor(isIpv6: boolean): Socket {
    const known = this.sockets.get(isIpv6);
    if (known !== undefined) return known;
    const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER_OCTETS });
    socket.on('error', () => {});
    socket.on('message', (octets, { address, port }) => this.receive(octets, placeOf(address, port)));
    this.sockets.set(isIpv6, socket);
    return socket;
  }

  private pump(lane: Lane): void {
    while (lane.free > 0 && !this.closed) {
      const queued = lane.queue.shift();
      if (queued === undefined) return;
      this.launch(lane, queued);
    }
  }

  /** Identifiers are taken in turn, so that one is used again as late as possible. */
  private launch(lane: Lane, queued: Queued): void {
    while (lane.flights[lane.next] !== undefined) lane.next = (lane.next + 1) % IDENTIFIERS;
    const identifier = lane.next;
    const packet = this.encode(identifier, queued);
    if (packet === undefined) {
      queued.resolve(NO_ANSWER);
      return;
    }
    lane.next = (lane.next + 1) % IDENTIFIERS;
    lane.free--;
    const flight: Flight = {
      packet,
      target: queued.target,
      resolve: queued.resolve,
      transmissions: 0,
      timer: setTimeout(() => {}, 0),
    };
    lane.flights[identifier] = flight;
    this.transmit(lane, identifier, flight);
  }

  private encode(identifier: number, { code, target, write }: Queued): Buffer | undefined {
    const { writer } = this;
    writer.begin(code, identifier);
    const valueOffset = writer.messageAuthenticator();
    try {
      write(writer);
    } catch {
      return undefined;
    }
    const packet = writer.finish();
    writeMessageAuthenticator(packet, valueOffset, ZERO_AUTHENTICATOR, target.secret);
    writeRequestAuthenticator(packet, target.secret);
    return packet;
  }

  private transmit(lane: Lane, identifier: number, flight: Flight): void {
    clearTimeout(flight.timer);
    const waitMs = RETRY_MS[flight.transmissions];
    if (waitMs === undefined) {
      this.finish(lane, identifier, flight, undefined, 0);
      return;
    }
    flight.transmissions++;
    lane.socket.send(flight.packet, flight.target.port, flight.target.address, () => {});
    flight.timer = setTimeout(() => this.transmit(lane, identifier, flight), waitMs);
  }

  /** An answer usually comes from where its request went; a NAS with several addresses may answer from another one. */
  private receive(octets: Buffer, place: string): void {
    const packet = decodePacket(octets);
    if (typeof packet === 'string') return;
    const usual = this.lanes.get(place);
    if (usual !== undefined && this.take(usual, packet)) return;
    for (const lane of this.lanes.values()) if (lane !== usual && this.take(lane, packet)) return;
  }

  private take(lane: Lane, packet: Packet): boolean {
    const flight = lane.flights[packet.identifier];
    if (flight === undefined) return false;
    const authenticator = flight.packet.subarray(4, 20);
    if (!verifyResponseAuthenticator(packet.bytes, authenticator, flight.target.secret)) return false;
    const cause = findAttribute(packet, AttributeType.ErrorCause);
    const errorCause = cause === undefined ? 0 : (readUint32(packet, cause) ?? 0);
    this.finish(lane, packet.identifier, flight, packet.code, errorCause);
    return true;
  }

  private finish(
    lane: Lane,
    identifier: number,
    flight: Flight,
    code: number | undefined,
    errorCause: number,
  ): void {
    clearTimeout(flight.timer);
    lane.flights[identifier] = undefined;
    lane.free++;
    flight.resolve({ code, errorCause, transmissions: flight.transmissions });
    this.pump(lane);
  }
}

function isIdle({ queue, free }: Lane): boolean {
  return queue.length === 0 && free === IDENTIFIERS;
}

function placeOf(address: string, port: number): string {
  return `${address} ${port}`;
}

const NO_ANSWER: DynamicAnswer = { code: undefined, errorCause: 0, transmissions: 0 };
