import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nasClient } from '../../engine/nas/nas-client.ts';
import type { CoaStep, SessionIdentity, VendorDriver } from '../../engine/nas/vendors/vendor-driver.ts';
import { openDriver } from '../../engine/nas/vendors/vendor-drivers.ts';
import { encodeAccept } from '../../engine/pipeline/encode-reply.ts';
import { AttributeType } from '../../engine/radius/attribute-type.ts';
import { Code } from '../../engine/radius/code.ts';
import { decodePacket } from '../../engine/radius/decode-packet.ts';
import { PacketWriter } from '../../engine/radius/packet-writer.ts';
import { DynamicClient } from '../../engine/transport/dynamic-client.ts';
import { octets } from '../../engine/values/octets.ts';
import { sampleNas } from '../engine/nas/nas-samples.ts';
import { ALL_EXAMPLES } from '../engine/nas/vendors/examples/all.ts';
import { SESSION, type VendorExamples } from '../engine/nas/vendors/examples/example.ts';
import { dictionary } from '../engine/nas/vendors/examples/written.ts';
import { type Datagram, type ReadAttribute, readPackets } from './packet-file.ts';
import { has } from './radius-programs.ts';

const AUTH_PORT = 1812;
const COA_PORT = 3799;

/** Message-Authenticator, Service-Type, Session-Timeout, Acct-Interim-Interval and Class come first in an Accept. */
const ACCEPT_OWN = 5;

describe.skipIf(!has('tshark'))("Wireshark reads every vendor's packets", () => {
  let nas: Socket;
  let arrived: Buffer[];

  beforeAll(async () => {
    nas = createSocket('udp4');
    // The sender repeats what a slow machine has not answered within a second.
    nas.on('message', (message) => {
      if (!arrived.some((earlier) => earlier.equals(message))) arrived.push(message);
    });
    nas.bind(0, '127.0.0.1');
    await once(nas, 'listening');
  });
  afterAll(() => nas.close());

  /** CoA-Requests of all changes, then a Disconnect-Request for each identity, as the real sender makes them. */
  async function requestsOf({ vendor, changes, identities }: VendorExamples): Promise<Buffer[]> {
    arrived = [];
    const client = new DynamicClient();
    const { secrets } = sampleNas({ vendor });
    const target = { address: '127.0.0.1', port: nas.address().port, secret: secrets[0] };
    let sent = 0;
    const send = (code: number, driver: VendorDriver, session: SessionIdentity, step: CoaStep) => {
      sent += 1;
      void client.send(code, target, (writer) => {
        writer.uint32(AttributeType.EventTimestamp, 1_780_000_000);
        driver.identify(writer, session);
        step(writer);
      });
    };
    for (const { settings: driverSettings, before, after } of changes) {
      const driver = openDriver({ vendor, driverSettings }, dictionary);
      const steps = driver.changeService({ before, after, interimSeconds: 300 });
      for (const step of steps === 'reconnect' ? [] : steps) send(Code.CoaRequest, driver, SESSION, step);
    }
    for (const { settings: driverSettings, session } of identities) {
      const driver = openDriver({ vendor, driverSettings });
      send(Code.DisconnectRequest, driver, { ...SESSION, ...session }, () => {});
    }
    await expect.poll(() => arrived.length).toBe(sent);
    client.close();
    return arrived;
  }

  it.each(ALL_EXAMPLES)('$vendor', async (examples) => {
    const accepts = examples.accepts.map((example) => acceptOf(examples, example));
    const requests = await requestsOf(examples);
    const packets: Datagram[] = [
      ...accepts.map((packet) => ({ octets: packet, sourcePort: AUTH_PORT, destinationPort: 50_000 })),
      ...requests.map((packet) => ({ octets: packet, sourcePort: 50_000, destinationPort: COA_PORT })),
    ];
    const readings = await readPackets(packets, COA_PORT);
    expect(readings).toHaveLength(packets.length);
    expect(readings.flatMap(({ complaints }) => complaints)).toEqual([]);
    const { captivePool } = openDriver(examples);
    examples.accepts.forEach(({ title, service, lines: own }, index) => {
      const { attributes } = readings[index]!;
      const hasPool = captivePool !== '' && service.mode === 'captive';
      const lines = hasPool ? [`Framed-Pool = ${captivePool}`, ...own] : own;
      expect(agreeing(attributes.slice(ACCEPT_OWN), lines), title).toEqual(lines);
    });
    const coas = examples.changes.flatMap((change) =>
      change.requests === 'reconnect' ? [] : change.requests,
    );
    const written = [...coas, ...examples.identities];
    written.forEach(({ lines }, index) => {
      const { attributes } = readings[accepts.length + index]!;
      expect(agreeing(attributes.slice(-lines.length), lines)).toEqual(lines);
    });
  });
});

/** The lines that say what Wireshark read in their place. */
function agreeing(attributes: readonly ReadAttribute[], lines: readonly string[]): string[] {
  if (attributes.length !== lines.length) return attributes.map((attribute) => JSON.stringify(attribute));
  return lines.filter((line, index) => says(line, attributes[index]!));
}

/**
 * Wireshark shows a named value with its number, what it has no name for in hexadecimal, and a tag that it does not
 * know of as the octet before the value.
 */
function says(line: string, { number, tag, value }: ReadAttribute): boolean {
  const [name = '', expected = ''] = line.split(/ = (.*)/s);
  const [plain = '', tagText = '0'] = name.split(':');
  const isTagged = tag === Number(tagText);
  if (dictionary.attributesByName.get(plain)?.path.at(-1) !== number || !(isTagged || tag === 0))
    return false;
  const text = isTagged ? expected : `\\00${tagText}${expected}`;
  if (value === text || value === Buffer.from(text).toString('hex')) return true;
  const named = dictionary.valueNumbers.get(plain)?.get(expected) ?? Number(expected);
  const whole = isTagged ? named : named + Number(tagText) * 2 ** 24;
  return Number(/\((\d+)\)$/.exec(value)?.[1]) === whole || Number.parseInt(value, 16) === whole;
}

function acceptOf({ vendor }: VendorExamples, example: VendorExamples['accepts'][number]): Buffer {
  const writer = new PacketWriter();
  writer.begin(Code.AccessRequest, 7, Buffer.alloc(16, 9));
  const request = decodePacket(writer.finish());
  if (typeof request === 'string') throw new Error(request);
  const { entry, learned, acceptAttributes } = sampleNas({ vendor, driverSettings: example.settings });
  const client = nasClient(entry, learned, acceptAttributes, openDriver(entry, dictionary));
  return encodeAccept(request, client.secrets[0], {
    nas: client,
    profile: {
      service: example.service,
      sessionKey: '0123456789abcdef',
      sessionTimeoutSeconds: 3_600,
      interimSeconds: 300,
      volumeCapOctets: example.cap === undefined ? undefined : octets(example.cap),
      staticIp: '',
      pool: '',
      framedRoutes: [],
      framedIpv6Prefix: '',
      delegatedIpv6Prefix: '',
    },
    proof: { ok: true, method: 'pap' },
    classToken: Buffer.from('class'),
    salts: [Buffer.alloc(2), Buffer.alloc(2)],
  });
}
