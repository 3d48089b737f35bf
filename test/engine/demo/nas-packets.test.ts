import { describe, expect, it } from 'vitest';
import {
  writeAccessRequest,
  writeAccountingRequest,
  writeDynamicAnswer,
} from '../../../engine/demo/nas-packets.ts';
import { readAccept, readSpeed } from '../../../engine/demo/nas-service.ts';
import { AcctStatusType, AttributeType, ErrorCause } from '../../../engine/radius/attribute-type.ts';
import {
  verifyRequestAuthenticator,
  verifyResponseAuthenticator,
} from '../../../engine/radius/authenticator.ts';
import { verifyChap } from '../../../engine/radius/chap.ts';
import { Code } from '../../../engine/radius/code.ts';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { verifyMessageAuthenticator } from '../../../engine/radius/message-authenticator.ts';
import { authenticatorOf, type Packet } from '../../../engine/radius/packet.ts';
import { PacketWriter } from '../../../engine/radius/packet-writer.ts';
import { findAttribute, readOctets, readText, readUint32 } from '../../../engine/radius/read-attribute.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';
import { decryptUserPassword } from '../../../engine/radius/user-password.ts';

const secret = prepareSecret(Buffer.from('a shared secret'));
const authenticator = Uint8Array.from({ length: 16 }, (_, index) => index * 7);
const session = { username: 'ali', nasIdentifier: 'nas-1', nasPort: 9, callingStationId: '02-00' };
const access = {
  ...session,
  identifier: 3,
  authenticator,
  password: 'گذرواژه',
  messageAuthenticator: true,
} as const;

function packetOf(bytes: Buffer): Packet {
  const packet = decodePacket(bytes);
  if (typeof packet === 'string') throw new Error(packet);
  return packet;
}

function octetsOf(packet: Packet, type: number): Buffer {
  return readOctets(packet, findAttribute(packet, type)!);
}

function numberOf(packet: Packet, type: number): number | undefined {
  const attribute = findAttribute(packet, type);
  return attribute && readUint32(packet, attribute);
}

describe('Access-Request', () => {
  it('hides a PAP password and is signed by its first attribute', () => {
    const packet = packetOf(writeAccessRequest({ ...access, method: 'pap' }, secret));
    const hidden = octetsOf(packet, AttributeType.UserPassword);
    expect(Buffer.from(decryptUserPassword(hidden, authenticator, secret)!).toString()).toBe('گذرواژه');
    expect(packet.attributes[0]!.type).toBe(AttributeType.MessageAuthenticator);
    const at = packet.messageAuthenticatorAt;
    expect(verifyMessageAuthenticator(packet.bytes, at, authenticator, secret)).toBe(true);
  });

  it('answers its own challenge, or the Request Authenticator when it has none', () => {
    const chapChallenge = Buffer.from('sixteen octets..');
    for (const challenge of [chapChallenge, undefined]) {
      const fields = { ...access, method: 'chap', chapChallenge: challenge } as const;
      const packet = packetOf(writeAccessRequest(fields, secret));
      const response = octetsOf(packet, AttributeType.ChapPassword);
      expect(verifyChap(response, challenge ?? authenticator, Buffer.from('گذرواژه'))).toBe(true);
      expect(findAttribute(packet, AttributeType.ChapChallenge) === undefined).toBe(challenge === undefined);
    }
  });
});

describe('Accounting-Request', () => {
  const record = {
    ...session,
    identifier: 8,
    statusType: AcctStatusType.InterimUpdate,
    acctSessionId: 's-1',
    framedIp: '10.1.2.3',
    classes: [Buffer.from('one'), Buffer.from('two')],
    sessionTimeSeconds: 300,
    inputOctets: 5,
    outputOctets: 3 * 2 ** 32 + 7,
  };

  it.each([
    ['always', 0, 3],
    ['when-needed', undefined, 3],
    ['never', undefined, undefined],
  ] as const)('with gigawords %s', (gigawords, inputHigh, outputHigh) => {
    const packet = packetOf(writeAccountingRequest({ ...record, gigawords }, secret));
    expect(verifyRequestAuthenticator(packet.bytes, secret)).toBe(true);
    expect(numberOf(packet, AttributeType.AcctInputOctets)).toBe(5);
    expect(numberOf(packet, AttributeType.AcctOutputOctets)).toBe(7);
    expect(numberOf(packet, AttributeType.AcctInputGigawords)).toBe(inputHigh);
    expect(numberOf(packet, AttributeType.AcctOutputGigawords)).toBe(outputHigh);
  });

  it('echoes every Class and leaves out what it does not know', () => {
    const fields = {
      ...record,
      callingStationId: '',
      framedIp: '',
      inputOctets: undefined,
      gigawords: 'always',
    };
    const packet = packetOf(writeAccountingRequest({ ...fields, gigawords: 'always' }, secret));
    const classes = packet.attributes.filter(({ type }) => type === AttributeType.Class);
    expect(classes.map((value) => readText(packet, value))).toEqual(['one', 'two']);
    for (const type of [
      AttributeType.CallingStationId,
      AttributeType.FramedIpAddress,
      AttributeType.AcctInputOctets,
      AttributeType.AcctInputGigawords,
      AttributeType.AcctDelayTime,
    ]) {
      expect(findAttribute(packet, type)).toBeUndefined();
    }
  });
});

it('answers a CoA with signatures that the server accepts', () => {
  const writer = new PacketWriter();
  writer.begin(Code.CoaRequest, 77, authenticator);
  writer.octets(AttributeType.ProxyState, Buffer.from('way back'));
  const request = packetOf(writer.finish());
  const cause = ErrorCause.SessionContextNotFound;
  const reply = packetOf(writeDynamicAnswer(request, Code.CoaNak, cause, secret));
  expect([reply.code, reply.identifier, numberOf(reply, AttributeType.ErrorCause)]).toEqual([45, 77, 503]);
  expect(verifyResponseAuthenticator(reply.bytes, authenticatorOf(request), secret)).toBe(true);
  const at = reply.messageAuthenticatorAt;
  expect(verifyMessageAuthenticator(reply.bytes, at, authenticatorOf(request), secret)).toBe(true);
  expect(octetsOf(reply, AttributeType.ProxyState).toString()).toBe('way back');
});

describe('service of an Access-Accept', () => {
  function accept(write: (writer: PacketWriter) => void): Packet {
    const writer = new PacketWriter();
    writer.begin(Code.AccessAccept, 1);
    write(writer);
    return packetOf(writer.finish());
  }

  it.each([
    ['512k/2048k', 2048, 512],
    ['2M/20M 4M/40M', 20_000, 2000],
    ['256000', 256, 256],
  ])('reads Mikrotik-Rate-Limit %s', (text, downKbps, upKbps) => {
    expect(readSpeed(accept((writer) => writer.vendorText(14988, 8, text)))).toEqual({ downKbps, upKbps });
  });

  it('reads WISPr bandwidths and Filter-Id of accel-ppp', () => {
    const wispr = accept((writer) => {
      writer.vendorUint32(14122, 7, 1_000_000);
      writer.vendorUint32(14122, 8, 8_000_000);
    });
    expect(readSpeed(wispr)).toEqual({ downKbps: 8000, upKbps: 1000 });
    const filter = accept((writer) => writer.text(AttributeType.FilterId, '512/256'));
    expect(readSpeed(filter)).toEqual({ downKbps: 512, upKbps: 256 });
    expect(readSpeed(accept((writer) => writer.text(AttributeType.FilterId, 'captive')))).toBeUndefined();
  });

  it('keeps Class, address, times, and tells absent ones', () => {
    const packet = accept((writer) => {
      writer.octets(AttributeType.Class, Buffer.from('token'));
      writer.ipv4(AttributeType.FramedIpAddress, '10.9.8.7');
      writer.uint32(AttributeType.SessionTimeout, 3600);
      writer.uint32(AttributeType.AcctInterimInterval, 300);
    });
    expect(readAccept(packet)).toEqual({
      classes: [Uint8Array.from(Buffer.from('token'))],
      framedIp: '10.9.8.7',
      sessionTimeoutSeconds: 3600,
      interimSeconds: 300,
      speed: undefined,
    });
    expect(readAccept(accept(() => undefined))).toMatchObject({
      classes: [],
      framedIp: '',
      interimSeconds: undefined,
    });
  });
});
