import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { writeAccessRequest } from '../../engine/demo/nas-packets.ts';
import { AttributeType } from '../../engine/radius/attribute-type.ts';
import { writeResponseAuthenticator } from '../../engine/radius/authenticator.ts';
import { Code } from '../../engine/radius/code.ts';
import { decodePacket } from '../../engine/radius/decode-packet.ts';
import { verifyMessageAuthenticator } from '../../engine/radius/message-authenticator.ts';
import { authenticatorOf, type Packet } from '../../engine/radius/packet.ts';
import { PacketWriter } from '../../engine/radius/packet-writer.ts';
import { readText } from '../../engine/radius/read-attribute.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';

/** The parts of the `radius` package that are measured. */
interface RadiusPackage {
  decode(options: { packet: Buffer; secret: string }): unknown;
  encode_response(options: { packet: unknown; code: string; secret: string; attributes: unknown[] }): Buffer;
}

/** Microseconds per operation, Mizan's and the package's. */
export interface CodecFigures {
  readonly decodeMicros: readonly [mizan: number, radius: number];
  readonly replyMicros: readonly [mizan: number, radius: number];
}

const SECRET = 'a-long-secret-for-the-bench';
const ROUNDS = 40_000;
const REPEATS = 5;

/** Decodes and checks one Access-Request, and builds and signs one Access-Accept, with both codecs in turn. */
export function measureCodecs(): CodecFigures {
  const radius = createRequire(import.meta.url)('radius') as RadiusPackage;
  const secret = prepareSecret(Buffer.from(SECRET));
  const request = writeAccessRequest(
    {
      identifier: 1,
      authenticator: randomBytes(16),
      username: 'bench1',
      password: 'bench1',
      method: 'pap',
      messageAuthenticator: true,
      nasIdentifier: 'bench',
      nasPort: 7,
      callingStationId: '02:00:00:00:00:01',
    },
    secret,
  );
  const ours = decodePacket(request) as Packet;
  const theirs = radius.decode({ packet: request, secret: SECRET });
  const writer = new PacketWriter();
  const decode = [
    () => {
      const packet = decodePacket(request) as Packet;
      verifyMessageAuthenticator(
        packet.bytes,
        packet.messageAuthenticatorAt,
        authenticatorOf(packet),
        secret,
      );
      for (const attribute of packet.attributes) readText(packet, attribute);
    },
    () => radius.decode({ packet: request, secret: SECRET }),
  ] as const;
  const attributes = [
    ['Service-Type', 'Framed-User'],
    ['Session-Timeout', 3600],
    ['Framed-IP-Address', '100.64.0.5'],
    ['Class', Buffer.alloc(23, 1)],
  ];
  const reply = [
    () => {
      writer.begin(Code.AccessAccept, 1, authenticatorOf(ours));
      writer.uint32(AttributeType.ServiceType, 2);
      writer.uint32(AttributeType.SessionTimeout, 3600);
      writer.ipv4(AttributeType.FramedIpAddress, '100.64.0.5');
      writer.octets(AttributeType.Class, Buffer.alloc(23, 1));
      writeResponseAuthenticator(writer.finish(), authenticatorOf(ours), secret);
    },
    () =>
      radius.encode_response({
        packet: theirs,
        code: 'Access-Accept',
        secret: SECRET,
        attributes: [...attributes],
      }),
  ] as const;
  return { decodeMicros: best(decode), replyMicros: best(reply) };
}

/** Best of several interleaved rounds of each, so that a noisy machine hurts both alike. */
function best([left, right]: readonly [() => void, () => void]): readonly [number, number] {
  let bestLeft = Number.POSITIVE_INFINITY;
  let bestRight = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    bestLeft = Math.min(bestLeft, micros(left));
    bestRight = Math.min(bestRight, micros(right));
  }
  return [bestLeft, bestRight];
}

function micros(operation: () => void): number {
  const from = performance.now();
  for (let round = 0; round < ROUNDS; round++) operation();
  return ((performance.now() - from) * 1000) / ROUNDS;
}
