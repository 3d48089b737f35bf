import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DemoNas, startDemoNas } from '../../../engine/demo/demo-nas.ts';
import { AcctStatusType, AttributeType } from '../../../engine/radius/attribute-type.ts';
import {
  writeRequestAuthenticator,
  writeResponseAuthenticator,
} from '../../../engine/radius/authenticator.ts';
import { Code } from '../../../engine/radius/code.ts';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { authenticatorOf, type Packet } from '../../../engine/radius/packet.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import { findAttribute, readText, readUint32 } from '../../../engine/radius/read-attribute.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';

const secret = prepareSecret(Buffer.from('demo secret'));
const writer = new PacketWriter();

/** A server that says what it is told to say, and remembers what it was asked. */
class Server {
  readonly socket: Socket = createSocket('udp4');
  readonly asked: Packet[] = [];
  accepts = true;
  deaf = false;

  constructor() {
    this.socket.on('message', (datagram, from) => {
      const request = decodePacket(datagram);
      if (typeof request === 'string' || this.deaf) return;
      this.asked.push(request);
      const login = this.accepts ? Code.AccessAccept : Code.AccessReject;
      const code = request.code === Code.AccessRequest ? login : Code.AccountingResponse;
      writer.begin(code, request.identifier);
      if (code === Code.AccessAccept) writer.octets(AttributeType.Class, Buffer.from('token'));
      const reply = writer.finish();
      writeResponseAuthenticator(reply, authenticatorOf(request), secret);
      this.socket.send(reply, from.port, from.address);
    });
  }

  statuses(): (number | undefined)[] {
    return this.asked
      .filter(({ code }) => code === Code.AccountingRequest)
      .map((packet) => readUint32(packet, findAttribute(packet, AttributeType.AcctStatusType)!));
  }

  /** Sends Disconnect or CoA and resolves with the code of the answer. */
  async order(code: number, port: number, speed = ''): Promise<number> {
    writer.begin(code, 9);
    writer.text(AttributeType.UserName, 'ali');
    writer.text(AttributeType.FilterId, speed);
    const packet = writer.finish();
    writeRequestAuthenticator(packet, secret);
    const socket = createSocket('udp4');
    const answer = once(socket, 'message');
    socket.send(packet, port, '127.0.0.1');
    const [datagram] = (await answer) as [Buffer];
    socket.close();
    return datagram[0]!;
  }
}

let server: Server;
let nas: DemoNas;
let coaPort: number;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server = new Server();
  const spare = createSocket('udp4').bind(0, '127.0.0.1');
  server.socket.bind(0, '127.0.0.1');
  await Promise.all([once(spare, 'listening'), once(server.socket, 'listening')]);
  coaPort = spare.address().port;
  spare.close();
  const { port } = server.socket.address();
  nas = await startDemoNas({
    address: '127.0.0.1',
    nasName: 'demo',
    secret: 'demo secret',
    authPort: port,
    acctPort: port,
    coaPort,
    subscribers: [{ username: 'ali', password: 'pw' }],
    randomOctets: (count) => new Uint8Array(count).fill(128),
    onLog: () => undefined,
  });
});

afterEach(async () => {
  await nas.stop();
  server.socket.close();
  vi.useRealTimers();
});

/** So many seconds of the NAS, each with time for real datagrams to come and go. */
async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    vi.advanceTimersByTime(1000);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

const { Start, InterimUpdate, Stop } = AcctStatusType;

it('logs in, starts, reports growing counters every 3 seconds, and stops when it is told to end', async () => {
  await seconds(10);
  expect(server.asked[0]!.code).toBe(Code.AccessRequest);
  expect(server.asked[0]!.messageAuthenticatorAt).toBeGreaterThan(0);
  await nas.stop();
  expect(server.statuses()).toEqual([Start, InterimUpdate, InterimUpdate, Stop]);
  const reports = server.asked.slice(2);
  const downloads = reports.map((packet) =>
    readUint32(packet, findAttribute(packet, AttributeType.AcctOutputOctets)!),
  );
  // 8000 kbit/s at 55 % are 550,000 octets a second.
  expect(downloads).toEqual([3, 6, 8].map((second) => second * 550_000));
  for (const packet of reports)
    expect(readText(packet, findAttribute(packet, AttributeType.Class)!)).toBe('token');
});

it('obeys a CoA and a Disconnect, and logs in again after a pause', async () => {
  await seconds(3);
  expect(await server.order(Code.CoaRequest, coaPort, '800/400')).toBe(Code.CoaAck);
  await seconds(2);
  expect(await server.order(Code.DisconnectRequest, coaPort)).toBe(Code.DisconnectAck);
  await seconds(1);
  const stop = server.asked.at(-1)!;
  expect(readUint32(stop, findAttribute(stop, AttributeType.AcctTerminateCause)!)).toBe(6);
  expect(readUint32(stop, findAttribute(stop, AttributeType.AcctOutputOctets)!)).toBe(550_000 + 2 * 55_000);
  expect(await server.order(Code.DisconnectRequest, coaPort)).toBe(Code.DisconnectNak);
  await seconds(10);
  expect(server.statuses()).toEqual([Start, InterimUpdate, Stop, Start]);
});

it('asks again 30 seconds after a reject', async () => {
  server.accepts = false;
  await seconds(20);
  expect(server.asked.length).toBe(1);
  server.accepts = true;
  await seconds(15);
  expect(server.statuses()[0]).toBe(Start);
});

it('repeats a request unchanged until it is answered', async () => {
  server.deaf = true;
  await seconds(5);
  server.deaf = false;
  await seconds(5);
  expect(server.asked.filter(({ code }) => code === Code.AccessRequest).length).toBe(1);
  expect(server.statuses()[0]).toBe(Start);
});
