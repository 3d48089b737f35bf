import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const PATIENCE_MS = 500;
const TRIES = 4;
const AT_ONCE = 48;

/** A datagram as it once left a NAS. */
export interface CapturedDatagram {
  readonly address: string;
  readonly packet: Buffer;
  /** Virtual second at which it was sent. */
  readonly at: number;
}

/**
 * Sends captured datagrams again in their order, unchanged and from their NAS's address, though from other ports; some are
 * under way at once. Resolves to the number that was answered.
 */
export async function replay(datagrams: readonly CapturedDatagram[], port: number): Promise<number> {
  const lanes = new Map<string, Lane[]>();
  let next = 0;
  let answered = 0;
  const work = async (): Promise<void> => {
    for (let datagram = datagrams[next++]; datagram !== undefined; datagram = datagrams[next++]) {
      const idle = lanes.get(datagram.address) ?? [];
      lanes.set(datagram.address, idle);
      const lane = idle.pop() ?? (await Lane.open(datagram.address));
      if (await lane.send(datagram.packet, port)) answered += 1;
      idle.push(lane);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const idle of lanes.values()) for (const lane of idle) lane.close();
  return answered;
}

/** One socket with one datagram under way. */
class Lane {
  readonly #socket: Socket;
  #answered: ((identifier: number) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (reply) => this.#answered?.(reply[1]!));
  }

  static async open(address: string): Promise<Lane> {
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    socket.bind(0, address);
    await once(socket, 'listening');
    return new Lane(socket);
  }

  async send(packet: Buffer, port: number): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answered = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), PATIENCE_MS);
        this.#answered = (identifier) => {
          if (identifier !== packet[1]) return;
          clearTimeout(timer);
          resolve(true);
        };
        this.#socket.send(packet, port, '127.0.0.1');
      });
      if (answered) return true;
    }
    return false;
  }

  close(): void {
    this.#socket.close();
  }
}
