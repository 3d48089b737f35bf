import { createSocket, type Socket } from 'node:dgram';
import { verifyResponseAuthenticator } from '../../engine/radius/authenticator.ts';
import { decodePacket } from '../../engine/radius/decode-packet.ts';
import { authenticatorOf, type Packet } from '../../engine/radius/packet.ts';
import type { Secret } from '../../engine/radius/secret.ts';

const IDENTIFIERS = 256;

/** Requests on the real socket that are not answered yet; more would overflow the kernel's buffers unseen. */
const WINDOW = 96;

/** Real milliseconds after which an unanswered request is given up for this step; the NAS will try again. */
const PATIENCE_MS = 150;
const LOOK_EVERY_MS = 5;

/** One datagram with its place among the 256 identifiers of a socket. The same one may be sent many times. */
export interface Transmission {
  readonly packet: Buffer;
  readonly port: number;
  readonly socket: Socket;
  /** Real milliseconds that a step waits for the answer. */
  readonly patienceMs: number;
  /** The engine has answered on the real socket, whatever the simulated network does to the answer. */
  readonly onReply: (reply: Packet) => void;
  /** It was sent for real and the engine has not answered in time: perhaps recorded, perhaps not. */
  readonly onSilence: () => void;
  /** No copy of it is under way any more: its identifier may be used again. */
  free: boolean;
}

/** Counts of real datagrams. */
export interface WireCounts {
  packets: number;
  replies: number;
  silent: number;
}

/** The real sockets' traffic: a bounded number of requests in flight, and the end of a step when all are answered. */
export class Wire {
  readonly counts: WireCounts = { packets: 0, replies: 0, silent: 0 };
  /** Told of every datagram that really leaves towards the engine. */
  onSent: (transmission: Transmission) => void = () => undefined;
  readonly #waiting: Transmission[] = [];
  readonly #flying = new Map<Transmission, number>();
  #settled: (() => void) | undefined;
  #settling: Promise<void> | undefined;
  #alarm: { answers: number; readonly run: () => void } | undefined;

  /** Requests sent for real that are not answered yet. */
  get inFlight(): number {
    return this.#flying.size;
  }

  /** Calls `run` once, in the very moment of that many further answers. */
  onAnswers(answers: number, run: () => void): void {
    this.#alarm = { answers, run };
  }

  /** Sends the datagram as soon as the window allows. */
  put(transmission: Transmission): void {
    this.#waiting.push(transmission);
    this.#pump();
  }

  /** An answer has arrived. */
  answered(transmission: Transmission): void {
    this.counts.replies += 1;
    this.#countForAlarm();
    this.#flying.delete(transmission);
    this.#pump();
    if (this.#flying.size === 0) this.#settled?.();
  }

  /** Resolves when every datagram was sent and answered, or has been silent for as long as its patience. */
  async settle(): Promise<void> {
    if (this.#flying.size === 0) return;
    this.#settling ??= new Promise<void>((resolve) => {
      const timer = setInterval(() => this.#expire(performance.now()), LOOK_EVERY_MS);
      this.#settled = () => {
        clearInterval(timer);
        this.#settled = undefined;
        this.#settling = undefined;
        resolve();
      };
    });
    await this.#settling;
  }

  /** The engine is gone: nothing in flight will be answered, and what waits is sent to nobody. */
  cut(): void {
    const lost = [...this.#flying.keys(), ...this.#waiting.splice(0)];
    this.#flying.clear();
    this.#alarm = undefined;
    this.#silence(lost);
    this.#settled?.();
  }

  #countForAlarm(): void {
    if (!this.#alarm) return;
    this.#alarm.answers -= 1;
    if (this.#alarm.answers > 0) return;
    const { run } = this.#alarm;
    this.#alarm = undefined;
    run();
  }

  #pump(): void {
    while (this.#flying.size < WINDOW && this.#waiting.length > 0) {
      const transmission = this.#waiting.shift()!;
      this.counts.packets += 1;
      this.onSent(transmission);
      transmission.socket.send(transmission.packet, transmission.port, '127.0.0.1');
      this.#flying.set(transmission, performance.now());
    }
  }

  #expire(now: number): void {
    const late = [...this.#flying].filter(([{ patienceMs }, since]) => now - since > patienceMs);
    for (const [transmission] of late) this.#flying.delete(transmission);
    this.#silence(late.map(([transmission]) => transmission));
    this.#pump();
    if (this.#flying.size === 0) this.#settled?.();
  }

  #silence(transmissions: readonly Transmission[]): void {
    this.counts.silent += transmissions.length;
    for (const transmission of transmissions) transmission.onSilence();
  }
}

/** The request sockets of one NAS, all on its address: as many as its requests under way need identifiers. */
export class RequestPort {
  readonly #address: string;
  readonly #secret: Secret;
  readonly #wire: Wire;
  readonly #slots: { readonly socket: Socket; readonly used: (Transmission | undefined)[] }[] = [];
  #next = 0;

  constructor(address: string, secret: Secret, wire: Wire) {
    this.#address = address;
    this.#secret = secret;
    this.#wire = wire;
  }

  /** A new transmission: `write` makes its packet for the identifier that was free. */
  prepare(
    port: number,
    write: (identifier: number) => Buffer,
    handlers: Pick<Transmission, 'onReply' | 'onSilence'>,
    patienceMs = PATIENCE_MS,
  ): Transmission {
    const place = this.#freePlace();
    const { socket, used } = this.#slots[Math.floor(place / IDENTIFIERS)]!;
    const packet = write(place % IDENTIFIERS);
    const transmission = { packet, port, socket, patienceMs, ...handlers, free: false };
    used[place % IDENTIFIERS] = transmission;
    return transmission;
  }

  /** Closes the sockets. */
  close(): void {
    for (const { socket } of this.#slots) socket.close();
  }

  #freePlace(): number {
    const places = this.#slots.length * IDENTIFIERS;
    for (let tried = 0; tried < places; tried += 1) {
      const place = (this.#next + tried) % places;
      const holder = this.#slots[Math.floor(place / IDENTIFIERS)]!.used[place % IDENTIFIERS];
      if (holder !== undefined && !holder.free) continue;
      this.#next = (place + 1) % places;
      return place;
    }
    this.#open();
    return places;
  }

  #open(): void {
    const socket = createSocket('udp4');
    const used: (Transmission | undefined)[] = [];
    socket.on('error', (error) => {
      throw error;
    });
    socket.on('message', (datagram) => this.#receive(datagram, used));
    socket.bind(0, this.#address);
    this.#slots.push({ socket, used });
  }

  /** Answers to a request whose identifier was used again fail the authenticator and are dropped, as a NAS does. */
  #receive(datagram: Buffer, used: readonly (Transmission | undefined)[]): void {
    const reply = decodePacket(datagram);
    if (typeof reply === 'string') return;
    const transmission = used[reply.identifier];
    const asked = transmission && decodePacket(transmission.packet);
    if (!asked || typeof asked === 'string') return;
    if (!verifyResponseAuthenticator(reply.bytes, authenticatorOf(asked), this.#secret)) return;
    transmission.onReply(reply);
    this.#wire.answered(transmission);
  }
}
