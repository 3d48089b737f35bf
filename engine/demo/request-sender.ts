import { createSocket, type Socket } from 'node:dgram';
import { verifyResponseAuthenticator } from '../radius/authenticator.ts';
import { decodePacket } from '../radius/decode-packet.ts';
import { authenticatorOf, type Packet } from '../radius/packet.ts';
import type { Secret } from '../radius/secret.ts';

const IDENTIFIERS = 256;
const RETRY_AFTER_TICKS = 3;
const TRIES = 10;

interface Waiting {
  readonly packet: Buffer;
  readonly port: number;
  readonly answered: (reply: Packet | undefined) => void;
  tries: number;
  ticks: number;
}

/**
 * Sends requests to a server on this machine from one socket and repeats them unchanged every 3 ticks, at most 10
 * times. `tick` is called by the owner once a second.
 */
export class RequestSender {
  readonly #waiting = new Map<number, Waiting>();
  readonly #socket: Socket;
  readonly #secret: Secret;
  #identifier = 0;

  private constructor(socket: Socket, secret: Secret) {
    this.#socket = socket;
    this.#secret = secret;
    socket.on('message', (datagram) => this.#receive(datagram));
    // A refused datagram is a lost one: the retry deals with it.
    socket.on('error', () => undefined);
  }

  /** Opens the socket on a free port of `address`, which is what the server knows the NAS by. */
  static async open(secret: Secret, address: string): Promise<RequestSender> {
    return new RequestSender(await bindSocket(0, address), secret);
  }

  /**
   * Sends the packet that `write` makes for a free identifier. `answered` gets the reply once its authenticator was
   * checked, or undefined when there was none to any try.
   * @returns false when 256 requests wait already and nothing was sent
   */
  send(
    port: number,
    write: (identifier: number) => Buffer,
    answered: (reply: Packet | undefined) => void,
  ): boolean {
    if (this.#waiting.size === IDENTIFIERS) return false;
    while (this.#waiting.has(this.#identifier)) this.#identifier = (this.#identifier + 1) % IDENTIFIERS;
    const packet = write(this.#identifier);
    this.#waiting.set(this.#identifier, { packet, port, answered, tries: 1, ticks: 0 });
    this.#identifier = (this.#identifier + 1) % IDENTIFIERS;
    this.#socket.send(packet, port, '127.0.0.1');
    return true;
  }

  /** Requests without an answer so far. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Repeats what is due and gives up what was tried often enough. */
  tick(): void {
    for (const [identifier, waiting] of this.#waiting) {
      waiting.ticks += 1;
      if (waiting.ticks < RETRY_AFTER_TICKS) continue;
      if (waiting.tries === TRIES) {
        this.#waiting.delete(identifier);
        waiting.answered(undefined);
        continue;
      }
      waiting.ticks = 0;
      waiting.tries += 1;
      this.#socket.send(waiting.packet, waiting.port, '127.0.0.1');
    }
  }

  /** Closes the socket; waiting requests are forgotten. */
  close(): void {
    this.#waiting.clear();
    this.#socket.close();
  }

  #receive(datagram: Buffer): void {
    const reply = decodePacket(datagram);
    if (typeof reply === 'string') return;
    const waiting = this.#waiting.get(reply.identifier);
    if (!waiting) return;
    const asked = decodePacket(waiting.packet);
    if (typeof asked === 'string') return;
    if (!verifyResponseAuthenticator(reply.bytes, authenticatorOf(asked), this.#secret)) return;
    this.#waiting.delete(reply.identifier);
    waiting.answered(reply);
  }
}

/** A UDP socket bound to `port` of a loopback address, any free one for 0; rejects when the port is taken. */
export function bindSocket(port: number, address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
