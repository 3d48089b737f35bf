import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';

/** Receive buffer asked of the kernel: a stall of 100 ms at 10,000 packets/s needs room for 1,000 of them. */
const RECEIVE_BUFFER_OCTETS = 8 * 1024 * 1024;

/** A datagram with its source, and the way to answer it; an answer after `close` goes nowhere. */
export type DatagramListener = (
  octets: Buffer,
  address: string,
  sourcePort: number,
  send: (reply: Buffer) => void,
) => void;

/** A bound UDP socket. */
export interface UdpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Binds a UDP socket on `host` (`::` serves IPv4 as well) and hands every datagram to `listener`. Port 0 picks a free
 * one. Rejects with the system's error when the address is in use or unknown.
 * @param reusePort several processes may bind the same port; the kernel gives each sender's packets to one of them.
 */
export async function bindUdp(
  host: string,
  port: number,
  listener: DatagramListener,
  reusePort = false,
): Promise<UdpServer> {
  const type = isIPv6(host) ? 'udp6' : 'udp4';
  const socket = createSocket({ type, reusePort, lookup: lookupUnlessAddress });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  enlargeBuffer(socket);
  socket.on('error', () => {});
  let closed = false;
  socket.on('message', (octets, source) => {
    // Nobody can be answered at port 0; node:dgram throws when asked to.
    if (source.port === 0) return;
    listener(octets, source.address, source.port, (reply) => {
      // Without a callback: it would be called for every reply, in a turn of its own.
      if (!closed) socket.send(reply, source.port, source.address);
    });
  });
  return {
    port: socket.address().port,
    close: () => {
      closed = true;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

/**
 * node:dgram looks up whatever it sends to, and takes a turn of its own for the answer, also where it is the address that
 * a packet came from.
 */
const lookupUnlessAddress: NonNullable<SocketOptions['lookup']> = (name, options, callback) => {
  const family = isIP(name);
  if (family === 0) lookup(name, options, callback);
  else callback(null, name, family);
};

/** As much as the kernel's limit (net.core.rmem_max) allows; less is no reason not to serve. */
function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_OCTETS);
  } catch {
    // The default buffer stays; drops are counted by the kernel and shown in the metrics.
  }
}
