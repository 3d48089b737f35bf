import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, RequestWindow } from '../../../bench/storm/request-window.ts';
import { writeAccountingOn } from '../../../engine/demo/nas-packets.ts';
import { AcctStatusType } from '../../../engine/radius/attribute-type.ts';
import { writeResponseAuthenticator } from '../../../engine/radius/authenticator.ts';
import { Code } from '../../../engine/radius/code.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';

const secret = prepareSecret(Buffer.from('a-long-secret-for-the-storm'));
const RETRIES = { timeoutMs: 100, tries: 3 };

let server: Socket;
let window: RequestWindow | undefined;
let received: Buffer[];

beforeEach(async () => {
  received = [];
  server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  window?.close();
  server.close();
});

/** Answers the datagrams for which `says` is true. */
function answerWhen(says: (datagram: Buffer) => boolean): void {
  server.on('message', (datagram, from) => {
    received.push(datagram);
    if (!says(datagram)) return;
    const writer = new PacketWriter();
    writer.begin(Code.AccountingResponse, datagram[1]!);
    const reply = Buffer.from(writer.finish());
    writeResponseAuthenticator(reply, datagram.subarray(4, 20), secret);
    server.send(reply, from.port, from.address);
  });
}

async function openWindow(loses = () => false): Promise<RequestWindow> {
  const { port } = server.address();
  window = await RequestWindow.open({
    address: '127.0.0.1',
    port,
    secret,
    sockets: 1,
    retries: RETRIES,
    loses,
  });
  return window;
}

/** Sends an Accounting-On of that name. */
function ask(through: RequestWindow, name: string): Promise<Answer> {
  return new Promise((resolve) => {
    through.send(
      (identifier) => writeAccountingOn(identifier, AcctStatusType.AccountingOn, name, secret),
      resolve,
    );
  });
}

test('a request that is not answered is sent again as the same datagram, and the try that was answered is told', async () => {
  answerWhen(() => received.length === 2);
  const answer = await ask(await openWindow(), 'bras');
  expect([answer.reply?.code, answer.tries]).toEqual([Code.AccountingResponse, 2]);
  expect(answer.requestMs).toBeGreaterThanOrEqual(RETRIES.timeoutMs);
  expect(received[1]).toEqual(received[0]);
});

test('a request is given up after its tries, also when only its answers are lost', async () => {
  answerWhen(() => true);
  let datagrams = 0;
  // Each request that goes out is followed by an answer that does not come in.
  const answer = await ask(await openWindow(() => datagrams++ % 2 === 1), 'bras');
  expect([answer.reply, answer.tries, received.length]).toEqual([undefined, 3, 3]);
});

test('not more than 256 requests of a socket are under way, the rest waits for a free identifier', async () => {
  server.on('message', (datagram) => received.push(datagram));
  const through = await openWindow();
  const asked = Array.from({ length: 300 }, (_, number) => ask(through, `bras-${number}`));
  await expect.poll(() => received.length).toBe(256);
  expect(new Set(received.map((datagram) => datagram[1])).size).toBe(256);
  server.removeAllListeners('message');
  answerWhen(() => true);
  const answers = await Promise.all(asked);
  expect(answers.every(({ reply }) => reply !== undefined)).toBe(true);
});
