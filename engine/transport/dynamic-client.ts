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

const IDENTIFIERS = 256;
const SOCKETS_MAX = 16;

interface Flight {
  readonly packet: Buffer;
  readonly target: DynamicTarget;
  readonly resolve: (answer: DynamicAnswer) => void;
  transmissions: number;
  timer: NodeJS.Timeout;
}

interface Channel {
  readonly socket: Socket;
  readonly isIpv6: boolean;
  readonly flights: (Flight | undefined)[];
  next: number;
  free: number;
}

interface Queued {
  readonly code: number;
  readonly target: DynamicTarget;
  readonly write: (writer: PacketWriter) => void;
  readonly resolve: (answer: DynamicAnswer) => void;
}

/**
 * Sends CoA and Disconnect (RFC 5176): the same octets until answered, answers checked against the request, at most 256
 * requests in flight per source port and a bounded number of ports; what does not fit waits its turn.
 */
export class DynamicClient {
  private readonly channels: Channel[] = [];
  private readonly queue: Queued[] = [];
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
      this.queue.push({ code, target, write, resolve });
      this.pump();
    });
  }

  /** Gives up all requests and closes the sockets. */
  close(): void {
    this.closed = true;
    for (const queued of this.queue.splice(0)) queued.resolve(NO_ANSWER);
    for (const channel of this.channels) {
      channel.flights.forEach((flight, identifier) => {
        if (flight !== undefined) this.finish(channel, identifier, flight, undefined, 0);
      });
      channel.socket.close();
    }
  }

  private pump(): void {
    while (this.queue.length > 0 && !this.closed) {
      const queued = this.queue[0] as Queued;
      const channel = this.freeChannel(isIPv6(queued.target.address));
      if (channel === undefined) return;
      this.queue.shift();
      this.launch(channel, queued);
    }
  }

  private freeChannel(isIpv6: boolean): Channel | undefined {
    const free = this.channels.find((channel) => channel.isIpv6 === isIpv6 && channel.free > 0);
    if (free !== undefined || this.channels.length >= SOCKETS_MAX) return free;
    const socket = createSocket(isIpv6 ? 'udp6' : 'udp4');
    const channel: Channel = { socket, isIpv6, flights: new Array(IDENTIFIERS), next: 0, free: IDENTIFIERS };
    socket.on('error', () => {});
    socket.on('message', (octets) => this.receive(channel, octets));
    this.channels.push(channel);
    return channel;
  }

  /** Identifiers are taken in turn, so that one is used again as late as possible. */
  private launch(channel: Channel, queued: Queued): void {
    while (channel.flights[channel.next] !== undefined) channel.next = (channel.next + 1) % IDENTIFIERS;
    const identifier = channel.next;
    const packet = this.encode(identifier, queued);
    if (packet === undefined) {
      queued.resolve(NO_ANSWER);
      return;
    }
    channel.next = (channel.next + 1) % IDENTIFIERS;
    channel.free--;
    const flight: Flight = {
      packet,
      target: queued.target,
      resolve: queued.resolve,
      transmissions: 0,
      timer: setTimeout(() => {}, 0),
    };
    channel.flights[identifier] = flight;
    this.transmit(channel, identifier, flight);
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

  private transmit(channel: Channel, identifier: number, flight: Flight): void {
    clearTimeout(flight.timer);
    const waitMs = RETRY_MS[flight.transmissions];
    if (waitMs === undefined) {
      this.finish(channel, identifier, flight, undefined, 0);
      return;
    }
    flight.transmissions++;
    channel.socket.send(flight.packet, flight.target.port, flight.target.address, () => {});
    flight.timer = setTimeout(() => this.transmit(channel, identifier, flight), waitMs);
  }

  private receive(channel: Channel, octets: Buffer): void {
    const packet = decodePacket(octets);
    if (typeof packet === 'string') return;
    const flight = channel.flights[packet.identifier];
    if (flight === undefined) return;
    const authenticator = flight.packet.subarray(4, 20);
    if (!verifyResponseAuthenticator(packet.bytes, authenticator, flight.target.secret)) return;
    const cause = findAttribute(packet, AttributeType.ErrorCause);
    const errorCause = cause === undefined ? 0 : (readUint32(packet, cause) ?? 0);
    this.finish(channel, packet.identifier, flight, packet.code, errorCause);
  }

  private finish(
    channel: Channel,
    identifier: number,
    flight: Flight,
    code: number | undefined,
    errorCause: number,
  ): void {
    clearTimeout(flight.timer);
    channel.flights[identifier] = undefined;
    channel.free++;
    flight.resolve({ code, errorCause, transmissions: flight.transmissions });
    this.pump();
  }
}

const NO_ANSWER: DynamicAnswer = { code: undefined, errorCause: 0, transmissions: 0 };
