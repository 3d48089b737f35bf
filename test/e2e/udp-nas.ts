import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

const MESSAGE_AUTHENTICATOR = 80;
const ZERO = Buffer.alloc(16);

/** An attribute of a packet, read without the program's own decoder. */
export interface RawAttribute {
  readonly type: number;
  readonly value: Buffer;
  /** Where the value begins in the packet. */
  readonly at: number;
}

/** Attributes of a well-formed packet in their order. */
export function rawAttributes(packet: Buffer): RawAttribute[] {
  const found: RawAttribute[] = [];
  for (let at = 20; at + 2 <= packet.length; at += packet[at + 1] || packet.length) {
    const end = at + (packet[at + 1] ?? 0);
    found.push({ type: packet[at] ?? 0, value: packet.subarray(at + 2, end), at: at + 2 });
  }
  return found;
}

/** MD5 over a packet with another Authenticator field and the secret (RFC 2866 §3), by node:crypto. */
export function authenticatorDigest(packet: Buffer, authenticator: Uint8Array, secret: string): Buffer {
  return createHash('md5')
    .update(packet.subarray(0, 4))
    .update(authenticator)
    .update(packet.subarray(20))
    .update(secret)
    .digest();
}

/** True when the Response Authenticator answers this request under the secret. */
export function answers(reply: Buffer, request: Buffer, secret: string): boolean {
  const expected = authenticatorDigest(reply, request.subarray(4, 20), secret);
  return reply[1] === request[1] && timingSafeEqual(expected, reply.subarray(4, 20));
}

/**
 * True when the Message-Authenticator is there and right, by node:crypto.
 * @param authenticator what counts as the Authenticator field: zeros for CoA and Disconnect
 */
export function isSigned(packet: Buffer, authenticator: Uint8Array, secret: string): boolean {
  const found = rawAttributes(packet).find(({ type }) => type === MESSAGE_AUTHENTICATOR);
  if (found === undefined || found.value.length !== 16) return false;
  const blank = Buffer.from(packet);
  blank.set(authenticator, 4);
  blank.fill(0, found.at, found.at + 16);
  return timingSafeEqual(createHmac('md5', secret).update(blank).digest(), found.value);
}

/** A CoA- or Disconnect-Request as it came, with when and what was wrong with it. */
export interface DynamicRequest {
  readonly octets: Buffer;
  readonly code: number;
  readonly at: number;
  /** The Request Authenticator and the Message-Authenticator are those of the secret. */
  readonly isAuthentic: boolean;
  readonly attributes: readonly RawAttribute[];
}

/** What the NAS answers to a CoA- or Disconnect-Request: a code and an Error-Cause, or nothing at all. */
export type DynamicAnswer = { readonly code: number; readonly errorCause?: number } | 'silence';

/** A NAS made of one UDP socket for requests and one for CoA, written without the program's own codec. */
export class UdpNas {
  readonly secret: string;
  readonly requests: DynamicRequest[] = [];
  /** Chooses the answer to the next CoA- or Disconnect-Request; by default each is acknowledged. */
  answer: (request: DynamicRequest) => DynamicAnswer = (request) => ({ code: request.code + 1 });
  /** Told of replies that no `exchange` waits for. */
  onStray: (reply: Buffer) => void = () => {};
  readonly #socket: Socket;
  readonly #coa: Socket;
  readonly #waiting = new Map<number, (reply: Buffer) => void>();
  readonly #address: string;

  private constructor(secret: string, address: string, socket: Socket, coa: Socket) {
    this.secret = secret;
    this.#address = address;
    this.#socket = socket;
    this.#coa = coa;
    socket.on('message', (reply) => (this.#waiting.get(reply[1] ?? 0) ?? this.onStray)(reply));
    coa.on('message', (octets, { port, address: from }) => this.#receive(octets, port, from));
  }

  /** Binds both sockets to `address`, which is what the server knows the NAS by. */
  static async open(secret: string, address = '127.0.0.1'): Promise<UdpNas> {
    return new UdpNas(secret, address, await bound(address), await bound(address));
  }

  get coaPort(): number {
    return this.#coa.address().port;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends octets as they are and resolves with the reply to their Identifier, `undefined` when none came in time. */
  async exchange(packet: Buffer, port: number, withinMs = 3_000): Promise<Buffer | undefined> {
    const identifier = packet[1] ?? 0;
    return new Promise((resolve) => {
      const done = (reply: Buffer | undefined) => {
        clearTimeout(timer);
        this.#waiting.delete(identifier);
        resolve(reply);
      };
      const timer = setTimeout(() => done(undefined), withinMs);
      this.#waiting.set(identifier, done);
      this.send(packet, port);
    });
  }

  /** Sends octets and expects nothing. */
  send(packet: Buffer, port: number): void {
    this.#socket.send(packet, port, isIPv6(this.#address) ? '::1' : '127.0.0.1');
  }

  close(): void {
    this.#socket.close();
    this.#coa.close();
  }

  #receive(octets: Buffer, port: number, from: string): void {
    const right = authenticatorDigest(octets, ZERO, this.secret);
    const request: DynamicRequest = {
      octets,
      code: octets[0] ?? 0,
      at: performance.now(),
      isAuthentic: right.equals(octets.subarray(4, 20)) && isSigned(octets, ZERO, this.secret),
      attributes: rawAttributes(octets),
    };
    this.requests.push(request);
    const answer = this.answer(request);
    if (answer !== 'silence') this.#coa.send(this.#encode(octets, answer), port, from);
  }

  #encode(request: Buffer, { code, errorCause }: Exclude<DynamicAnswer, 'silence'>): Buffer {
    const cause =
      errorCause === undefined ? Buffer.alloc(0) : Buffer.from([101, 6, 0, 0, 1, errorCause & 0xff]);
    if (errorCause !== undefined) cause.writeUInt32BE(errorCause, 2);
    const reply = Buffer.concat([Buffer.from([code, request[1] ?? 0, 0, 0]), request.subarray(4, 20), cause]);
    reply.writeUInt16BE(reply.length, 2);
    authenticatorDigest(reply, request.subarray(4, 20), this.secret).copy(reply, 4);
    return reply;
  }
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.on('error', () => {});
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}
