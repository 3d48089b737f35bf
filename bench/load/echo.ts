import { createSocket } from 'node:dgram';

/**
 * The floor: a process that sends every datagram back and does nothing else, as sparingly as node:dgram can. Says its port when
 * it listens.
 */
const socket = createSocket({
  type: 'udp4',
  recvBufferSize: 4 << 20,
  lookup: (address, _options, found) => found(null, address, 4),
});
socket.on('message', (datagram, source) => socket.send(datagram, source.port, source.address));
socket.bind(0, '127.0.0.1', () => process.send?.({ port: socket.address().port }));
