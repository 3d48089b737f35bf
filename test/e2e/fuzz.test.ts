import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../bench/fleet/random.ts';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { belowOf, mayBeAnswered, mutate } from './packet-mutator.ts';
import { answers, UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-odd-nas';
const PREPARED = prepareSecret(Buffer.from(SECRET));
const SEED = 'damaged packets 1';
const DAMAGED = 100_000;
const BATCH = 200;
/** By then caches are full and the embedded history has loaded what it loads once. */
const WARM_BATCHES = 200;
const LINES = 200;
const MEGABYTE = 1024 * 1024;

describe('damaged packets', () => {
  let mizan: MizanProcess;
  let odd: UdpNas;
  let sane: UdpNas;
  const below = belowOf(new Random(SEED));

  beforeAll(async () => {
    odd = await UdpNas.open(SECRET, '127.0.0.51');
    sane = await UdpNas.open(SECRET, '127.0.0.52');
    mizan = await MizanProcess.start();
    await mizan.apply({
      nas: [
        { name: 'odd', address: '127.0.0.51', secret: SECRET, coaPort: odd.coaPort },
        { name: 'sane', address: '127.0.0.52', secret: SECRET, coaPort: sane.coaPort },
      ],
      plans: [{ name: 'gold', days: 30, quota: { octets: 10 ** 15, charge: 'both' } }],
      lines: Array.from({ length: LINES }, (_, index) => ({
        username: `u${index}`,
        password: 'pw',
        plan: 'gold',
        concurrentSessions: 3,
      })),
    });
  });

  afterAll(async () => {
    odd.close();
    sane.close();
    await mizan.dispose();
  });

  const octets = (count: number) => Buffer.from(Array.from({ length: count }, () => below(256)));
  const base = (username: string) => ({
    username,
    nasIdentifier: 'odd',
    nasPort: username === 'u0' ? 1_000 : below(1_000),
    callingStationId: '02:00:00:00:00:01',
    identifier: below(256),
  });
  const access = (username: string, method: 'pap' | 'chap', messageAuthenticator: boolean) => {
    const own = { authenticator: octets(16), password: 'pw', method, messageAuthenticator };
    return writeAccessRequest({ ...base(username), ...own }, PREPARED);
  };
  const accounting = (username: string, statusType: number, outputOctets: number, id = 's') => {
    const own = { acctSessionId: id, framedIp: '10.9.8.7', classes: [octets(23)] };
    const fields = { ...base(username), ...own, statusType, inputOctets: 5, outputOctets };
    return writeAccountingRequest({ ...fields, gigawords: 'when-needed' }, PREPARED);
  };
  const template = (): Buffer => {
    const username = `u${1 + below(LINES - 1)}`;
    switch (below(6)) {
      case 0:
        return access(username, 'pap', true);
      case 1:
        return access(username, 'chap', below(2) === 0);
      case 2:
        return statusServer(below(256), octets(16));
      default:
        return accounting(username, 1 + below(3), below(2 ** 33), `s${below(5)}`);
    }
  };

  it('100,000 of them get no answer that they should not have, and stop nobody else', async () => {
    const allowed = new Map<number, Buffer[]>();
    const wrong: string[] = [];
    let replies = 0;
    odd.onStray = (reply) => {
      replies++;
      const requests = allowed.get(reply[1] ?? 0) ?? [];
      if (!requests.some((request) => answers(reply, request, SECRET))) wrong.push(reply.toString('hex'));
    };
    let sent = 0;
    let saneOctets = 0;
    let residentAtFirst = 0;
    const exchange = async (packet: Buffer, port: number) => {
      let reply: Buffer | undefined;
      for (let attempt = 0; attempt < 5 && reply === undefined; attempt++) {
        sent++;
        reply = await sane.exchange(packet, port, 2_000);
      }
      expect(reply && answers(reply, packet, SECRET)).toBe(true);
      return reply?.[0];
    };
    const startedAt = performance.now();
    for (let batch = 0; batch * BATCH < DAMAGED; batch++) {
      for (let index = 0; index < BATCH; index++) {
        const packet = mutate(template(), below, SECRET);
        const kind = below(2) === 0 ? 'auth' : 'acct';
        if (mayBeAnswered(packet, kind, SECRET)) {
          const identifier = packet[1] ?? 0;
          const known = allowed.get(identifier);
          if (known === undefined) allowed.set(identifier, [packet]);
          else known.push(packet);
        }
        odd.send(packet, kind === 'auth' ? mizan.authPort : mizan.acctPort);
        sent++;
      }
      expect(await exchange(statusServer(batch & 0xff, octets(16)), mizan.authPort)).toBe(2);
      saneOctets += below(1_000);
      expect(await exchange(accounting('u0', 3, saneOctets), mizan.acctPort)).toBe(5);
      if (batch % 50 === 0) expect(await exchange(access('u0', 'pap', true), mizan.authPort)).toBe(2);
      if (batch === WARM_BATCHES) residentAtFirst = mizan.residentOctets();
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const grown = (mizan.residentOctets() - residentAtFirst) / MEGABYTE;
    const drops = await mizan.metric('mizan_kernel_drops_total');
    const counted = await mizan.metric('mizan_radius_packets_total');
    process.stdout.write(
      `fuzz: ${sent} packets in ${seconds.toFixed(1)} s, ${replies} answered, ${grown.toFixed(0)} MB grown, ` +
        `${drops} dropped by the kernel\n`,
    );
    expect(wrong).toEqual([]);
    expect(replies).toBeGreaterThan(1_000);
    expect(counted + drops).toBe(sent);
    for (const outcome of ['not-recorded', 'not-decided']) {
      expect(await mizan.metric('mizan_radius_packets_total', { outcome })).toBe(0);
    }
    expect(grown).toBeLessThan(150);
    await eventually(async () => (await mizan.metric('mizan_event_log_entries')) === 0, 30_000);
    expect(mizan.log).toBe('');
    expect(mizan.hasEnded).toBe(false);
    const { sessions } = await mizan.line('u0');
    expect(sessions.find(({ acctSessionId }) => acctSessionId === 's')?.outputOctets).toBe(saneOctets);
  }, 120_000);
});

/** A Status-Server with its Message-Authenticator (RFC 5997 §3), made by node:crypto. */
function statusServer(identifier: number, authenticator: Buffer): Buffer {
  const signature = Buffer.concat([Buffer.from([80, 18]), Buffer.alloc(16)]);
  const packet = Buffer.concat([Buffer.from([12, identifier, 0, 38]), authenticator, signature]);
  createHmac('md5', SECRET).update(packet).digest().copy(packet, 22);
  return packet;
}
