import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeResponseAuthenticator } from '../../../engine/radius/authenticator.ts';
import { Code } from '../../../engine/radius/code.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';
import { DynamicClient } from '../../../engine/transport/dynamic-client.ts';
import { bindUdp } from '../../../engine/transport/udp-server.ts';

const secret = prepareSecret(Buffer.from('s3cret'));
const wrong = prepareSecret(Buffer.from('other'));

interface Heard {
  readonly octets: Buffer;
  readonly port: number;
}

describe('DynamicClient', () => {
  let nas: Socket;
  let heard: Heard[];
  let client: DynamicClient;
  let target: { address: string; port: number; secret: typeof secret };

  beforeEach(async () => {
    nas = createSocket('udp4');
    heard = [];
    nas.on('message', (octets, { port }) => heard.push({ octets, port }));
    nas.bind(0, '127.0.0.1');
    await once(nas, 'listening');
    client = new DynamicClient();
    target = { address: '127.0.0.1', port: nas.address().port, secret };
  });
  afterEach(() => {
    client.close();
    nas.close();
  });

  const reply = ({ octets, port }: Heard, code: number, key = secret, cause = 0) => {
    const writer = new PacketWriter();
    writer.begin(code, octets[1] ?? 0, octets.subarray(4, 20));
    if (cause > 0) writer.uint32(101, cause);
    const packet = writer.finish();
    writeResponseAuthenticator(packet, octets.subarray(4, 20), key);
    nas.send(packet, port, '127.0.0.1');
  };
  const send = (name = 'u1') => client.send(Code.DisconnectRequest, target, (writer) => writer.text(1, name));

  it('sends the same octets again until answered, and ignores an answer with a wrong authenticator', async () => {
    const answer = send();
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    reply(heard[0] as Heard, Code.DisconnectAck, wrong);
    await vi.waitFor(() => expect(heard).toHaveLength(2), 3_000);
    expect(heard[1]).toEqual(heard[0]);
    reply(heard[1] as Heard, Code.DisconnectNak, secret, 503);
    expect(await answer).toEqual({ code: Code.DisconnectNak, errorCause: 503, transmissions: 2 });
  });

  it('has 256 requests in flight to one NAS and no identifier twice, while the rest waits in turn', async () => {
    const answers = Array.from({ length: 600 }, (_, index) => send(`u${index}`));
    const open = new Map<number, Heard>();
    let most = 0;
    let answered = 0;
    nas.removeAllListeners('message');
    nas.on('message', (octets, { port }) => {
      const identifier = octets[1] ?? 0;
      const before = open.get(identifier);
      if (before !== undefined) expect(before.octets.equals(octets)).toBe(true);
      open.set(identifier, { octets, port });
      most = Math.max(most, open.size);
    });
    // What the kernel drops for want of buffer comes again.
    await vi.waitFor(() => expect(open.size).toBe(256), 8_000);
    await vi.waitFor(
      () => {
        for (const [identifier, one] of open) {
          open.delete(identifier);
          answered++;
          reply(one, Code.DisconnectAck);
        }
        expect(answered).toBeGreaterThanOrEqual(600);
      },
      { timeout: 8_000, interval: 20 },
    );
    expect(most).toBe(256);
    expect((await Promise.all(answers)).every(({ code }) => code === Code.DisconnectAck)).toBe(true);
  });

  it('does not let a mute NAS hold up another', async () => {
    const mute = createSocket('udp4');
    mute.bind(0, '127.0.0.2');
    await once(mute, 'listening');
    const muteTarget = { ...target, address: '127.0.0.2', port: mute.address().port };
    for (let count = 0; count < 5_000; count++) {
      void client.send(Code.DisconnectRequest, muteTarget, (writer) => writer.text(1, 'lost'));
    }
    const answer = send();
    await vi.waitFor(() => expect(heard).toHaveLength(1), 500);
    reply(heard[0] as Heard, Code.DisconnectAck);
    expect(await answer).toMatchObject({ code: Code.DisconnectAck, transmissions: 1 });
    mute.close();
  });

  it('takes an answer from another address of the NAS', async () => {
    const answer = send();
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.3');
    await once(other, 'listening');
    const { octets, port } = heard[0] as Heard;
    const writer = new PacketWriter();
    writer.begin(Code.DisconnectAck, octets[1] ?? 0, octets.subarray(4, 20));
    const packet = writer.finish();
    writeResponseAuthenticator(packet, octets.subarray(4, 20), secret);
    other.send(packet, port, '127.0.0.1');
    expect(await answer).toMatchObject({ code: Code.DisconnectAck });
    other.close();
  });

  it('does not send what cannot be written, and goes on', async () => {
    expect(await send('x'.repeat(254))).toEqual({ code: undefined, errorCause: 0, transmissions: 0 });
    const answer = send();
    await vi.waitFor(() => expect(heard).toHaveLength(1));
    reply(heard[0] as Heard, Code.DisconnectAck);
    expect(await answer).toMatchObject({ code: Code.DisconnectAck });
  });

  it('gives up everything when closed, what is sent afterwards too', async () => {
    const answers = Array.from({ length: 5_000 }, () => send());
    client.close();
    expect((await Promise.all(answers)).every(({ code }) => code === undefined)).toBe(true);
    expect(await send()).toMatchObject({ code: undefined, transmissions: 0 });
    client = new DynamicClient();
  });
});

describe('bindUdp', () => {
  it('serves IPv4 and IPv6 on a free port, and sends nothing after it was closed', async () => {
    const late: (() => void)[] = [];
    const sources: string[] = [];
    const server = await bindUdp('::', 0, (octets, address, _port, send) => {
      sources.push(address);
      send(octets);
      late.push(() => send(octets));
    });
    expect(server.port).toBeGreaterThan(0);
    for (const [type, address] of [
      ['udp4', '127.0.0.1'],
      ['udp6', '::1'],
    ] as const) {
      const socket = createSocket(type);
      socket.send('ping', server.port, address);
      const [echo] = (await once(socket, 'message')) as [Buffer];
      expect(echo.toString()).toBe('ping');
      socket.close();
    }
    expect(sources).toEqual(['::ffff:127.0.0.1', '::1']);
    await server.close();
    for (const send of late) expect(send).not.toThrow();
  });

  it('rejects when the port is taken', async () => {
    const first = await bindUdp('127.0.0.1', 0, () => {});
    await expect(bindUdp('127.0.0.1', first.port, () => {})).rejects.toThrow('EADDRINUSE');
    await first.close();
  });
});
