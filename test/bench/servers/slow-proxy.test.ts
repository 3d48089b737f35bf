import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SlowProxy } from '../../../bench/servers/slow-proxy.ts';

let echo: Server;
let proxy: SlowProxy;
let client: Socket;
let received = '';

beforeAll(async () => {
  echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await SlowProxy.start((echo.address() as AddressInfo).port);
  client = connect(proxy.port, '127.0.0.1');
  client.on('data', (chunk) => {
    received += String(chunk);
  });
  await once(client, 'connect');
});
afterAll(() => {
  client.destroy();
  proxy.close();
  echo.close();
});

/** Milliseconds until so many characters are back. */
async function echoed(text: string): Promise<number> {
  const began = performance.now();
  const wanted = received.length + text.length;
  client.write(text);
  while (received.length < wanted) await sleep(1);
  return performance.now() - began;
}

it('delays each direction', async () => {
  proxy.hindrance = { delayMs: 60 };
  expect(await echoed('ab')).toBeGreaterThanOrEqual(118);
  proxy.hindrance = { delayMs: 0 };
  expect(await echoed('cd')).toBeLessThan(100);
});

it('lets no more through than it is told', async () => {
  proxy.hindrance = { delayMs: 0, octetsPerSecond: 10_000 };
  expect(await echoed('x'.repeat(2_000))).toBeGreaterThanOrEqual(390);
});

it('keeps the order when it becomes faster', async () => {
  received = '';
  proxy.hindrance = { delayMs: 80 };
  client.write('first ');
  await sleep(10);
  proxy.hindrance = { delayMs: 0 };
  await echoed('second');
  while (received.length < 12) await sleep(1);
  expect(received).toBe('first second');
});
