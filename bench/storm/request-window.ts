import { createSocket, type Socket } from 'node:dgram';
import { verifyResponseAuthenticator } from '../../engine/radius/authenticator.ts';
import { decodePacket } from '../../engine/radius/decode-packet.ts';
import type { Packet } from '../../engine/radius/packet.ts';
import type { Secret } from '../../engine/radius/secret.ts';
import { Fifo } from './fifo.ts';

const IDENTIFIERS = 256;
const AUTHENTICATOR_AT = 4;
const AUTHENTICATOR_END = 20;
const LOOK_EVERY_MS = 20;
const RECEIVE_BUFFER_OCTETS = 4 << 20;

/** How a NAS repeats a request that nobody answers: the same datagram, so often in all, so far apart. */
export interface RetryPolicy {
  readonly timeoutMs: number;
  readonly tries: number;
}

/** How a request of the NAS ended. */
export interface Answer {
  /** `undefined` when no try was answered. */
  readonly reply: Packet | undefined;
  /** Datagrams sent until then, 1 or more. */
  readonly tries: number;
  /** From the first datagram to the answer. */
  readonly requestMs: number;
}

/** Where the requests of a window go, from where, and what may become of them on the way. */
export interface WindowSettings {
  readonly address: string;
  readonly port: number;
  readonly secret: Secret;
  /** Source ports; each has 256 identifiers, which is what limits the requests under way (RFC 2865 §3). */
  readonly sockets: number;
  readonly retries: RetryPolicy;
  /** True when the network loses this datagram, request or answer. */
  readonly loses: () => boolean;
}

interface Order {
  readonly write: (identifier: number) => Buffer;
  readonly done: (answer: Answer) => void;
}

interface Flight {
  readonly packet: Buffer;
  readonly done: (answer: Answer) => void;
  readonly firstAt: number;
  sentAt: number;
  tries: number;
}

/**
 * The requests of one NAS to one port of the server. What finds no free identifier waits in the NAS. An identifier that
 * was given back is used again last, as late answers are told from new ones by the authenticator alone.
 */
export class RequestWindow {
  readonly #settings: WindowSettings;
  readonly #sockets: Socket[];
  readonly #flights: (Flight | undefined)[];
  readonly #free: Fifo<number>;
  readonly #waiting = new Fifo<Order>([]);
  readonly #timer: NodeJS.Timeout;

  private constructor(settings: WindowSettings, sockets: Socket[]) {
    this.#settings = settings;
    this.#sockets = sockets;
    const places = sockets.length * IDENTIFIERS;
    this.#flights = new Array(places).fill(undefined);
    // One identifier of each socket after the other, so that the sockets share the load.
    const inTurn = (turn: number) =>
      (turn % sockets.length) * IDENTIFIERS + Math.floor(turn / sockets.length);
    this.#free = new Fifo(Array.from({ length: places }, (_, turn) => inTurn(turn)));
    for (const [index, socket] of sockets.entries()) {
      socket.on('message', (datagram) => this.#receive(index * IDENTIFIERS, datagram));
      // A server that is not there refuses datagrams: they are lost, and the retry deals with that.
      socket.on('error', () => undefined);
    }
    this.#timer = setInterval(() => this.#repeat(performance.now()), LOOK_EVERY_MS);
  }

  /** Opens its sockets on free ports of the NAS's address. */
  static async open(settings: WindowSettings): Promise<RequestWindow> {
    const opening = Array.from({ length: settings.sockets }, () => openSocket(settings));
    return new RequestWindow(settings, await Promise.all(opening));
  }

  /** Sends the packet that `write` makes as soon as an identifier is free; `done` is told once how it ended. */
  send(write: (identifier: number) => Buffer, done: (answer: Answer) => void): void {
    this.#waiting.push({ write, done });
    this.#pump();
  }

  /** Closes the sockets; nothing under way is told of it. */
  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
  }

  #pump(): void {
    while (this.#waiting.length > 0 && this.#free.length > 0) {
      const { write, done } = this.#waiting.shift()!;
      const place = this.#free.shift()!;
      const now = performance.now();
      const flight = { packet: write(place % IDENTIFIERS), done, firstAt: now, sentAt: now, tries: 0 };
      this.#flights[place] = flight;
      this.#transmit(place, flight, now);
    }
  }

  #transmit(place: number, flight: Flight, now: number): void {
    flight.tries += 1;
    flight.sentAt = now;
    if (this.#settings.loses()) return;
    this.#sockets[Math.floor(place / IDENTIFIERS)]!.send(flight.packet);
  }

  #receive(firstPlace: number, datagram: Buffer): void {
    if (this.#settings.loses()) return;
    const reply = decodePacket(datagram);
    if (typeof reply === 'string') return;
    const place = firstPlace + reply.identifier;
    const flight = this.#flights[place];
    if (flight === undefined) return;
    const asked = flight.packet.subarray(AUTHENTICATOR_AT, AUTHENTICATOR_END);
    if (!verifyResponseAuthenticator(reply.bytes, asked, this.#settings.secret)) return;
    this.#end(place, flight, reply);
  }

  #end(place: number, flight: Flight, reply: Packet | undefined): void {
    this.#flights[place] = undefined;
    this.#free.push(place);
    flight.done({ reply, tries: flight.tries, requestMs: performance.now() - flight.firstAt });
    this.#pump();
  }

  #repeat(now: number): void {
    const { timeoutMs, tries } = this.#settings.retries;
    for (const [place, flight] of this.#flights.entries()) {
      if (flight === undefined || now - flight.sentAt < timeoutMs) continue;
      if (flight.tries >= tries) this.#end(place, flight, undefined);
      else this.#transmit(place, flight, now);
    }
  }
}

async function openSocket({ address, port }: WindowSettings): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_OCTETS });
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  // A connected socket spares the look-up of the address in every send.
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  return socket;
}
