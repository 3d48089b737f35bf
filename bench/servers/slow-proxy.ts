import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Octets of one direction that wait in the proxy; beyond it the sender is not read any more. */
const WAITING_MAX = 256 * 1024;

/** How a connection is hampered: both directions, each by itself. */
export interface Hindrance {
  readonly delayMs: number;
  /** Undefined for as many as come. */
  readonly octetsPerSecond?: number;
}

/** A TCP proxy on a free port that can be made slow while connections are open. */
export class SlowProxy {
  /** In force for everything that arrives from now on. */
  hindrance: Hindrance = { delayMs: 0 };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      this.#carry(near, far);
      this.#carry(far, near);
    });
  }

  /** Listens, and connects to `target` on this machine for each connection. */
  static async start(target: number): Promise<SlowProxy> {
    const proxy = new SlowProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts all connections and listens no more. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #carry(from: Socket, to: Socket): void {
    const queue: { readonly chunk: Buffer; readonly at: number }[] = [];
    let waiting = 0;
    let freeAt = 0;
    let lastAt = 0;
    const deliver = () => {
      const now = performance.now();
      while (queue.length > 0 && queue[0]!.at <= now) {
        const { chunk } = queue.shift()!;
        waiting -= chunk.length;
        if (!to.destroyed) to.write(chunk);
      }
      if (waiting <= WAITING_MAX) from.resume();
      if (queue.length > 0) setTimeout(deliver, Math.max(1, queue[0]!.at - now));
    };
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      const { delayMs, octetsPerSecond } = this.hindrance;
      const now = performance.now();
      const busyMs = octetsPerSecond === undefined ? 0 : (chunk.length / octetsPerSecond) * 1000;
      freeAt = Math.max(freeAt, now) + busyMs;
      // What came earlier leaves earlier, also when the delay has become shorter.
      lastAt = Math.max(lastAt, freeAt + delayMs);
      waiting += chunk.length;
      if (waiting > WAITING_MAX) from.pause();
      queue.push({ chunk, at: lastAt });
      if (queue.length === 1) setTimeout(deliver, lastAt - now);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
