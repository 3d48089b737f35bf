import { expect, test } from 'vitest';
import { LoadRequest, loginName, sessionName } from '../../../bench/load/requests.ts';
import { AttributeType } from '../../../engine/radius/attribute-type.ts';
import { verifyRequestAuthenticator } from '../../../engine/radius/authenticator.ts';
import { decodePacket } from '../../../engine/radius/decode-packet.ts';
import { verifyMessageAuthenticator } from '../../../engine/radius/message-authenticator.ts';
import { authenticatorOf, type Packet } from '../../../engine/radius/packet.ts';
import { findAttribute, readOctets, readText, readUint32 } from '../../../engine/radius/read-attribute.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';
import { decryptUserPassword } from '../../../engine/radius/user-password.ts';

const secret = prepareSecret(Buffer.from('a-long-secret-for-the-bench'));
const nonce = new Uint8Array(12).fill(7);

function decoded(request: LoadRequest): Packet {
  const packet = decodePacket(request.packet);
  if (typeof packet === 'string') throw new Error(packet);
  return packet as Packet;
}

function text(packet: Packet, type: number): string | undefined {
  const attribute = findAttribute(packet, type);
  return attribute && readText(packet, attribute);
}

function number(packet: Packet, type: number): number | undefined {
  const attribute = findAttribute(packet, type);
  return attribute && readUint32(packet, attribute);
}

test('a renewed login is signed, hides its password, and differs from the one before', () => {
  const request = new LoadRequest('pap', secret, nonce);
  request.renew({ identifier: 9, line: 41, serial: 1, elapsedMs: 0 });
  const before = Buffer.from(request.packet);
  request.renew({ identifier: 200, line: 1_234_567, serial: 2, elapsedMs: 0 });
  const packet = decoded(request);
  expect(packet.identifier).toBe(200);
  expect(authenticatorOf(packet)).not.toEqual(before.subarray(4, 20));
  expect(text(packet, AttributeType.UserName)).toBe(loginName(1_234_567));
  expect(number(packet, AttributeType.NasPort)).toBe(1_234_567);
  const { messageAuthenticatorAt } = packet;
  const isSigned = verifyMessageAuthenticator(
    packet.bytes,
    messageAuthenticatorAt,
    authenticatorOf(packet),
    secret,
  );
  expect(isSigned).toBe(true);
  const hidden = readOctets(packet, findAttribute(packet, AttributeType.UserPassword)!);
  const password = decryptUserPassword(hidden, authenticatorOf(packet), secret)!;
  expect(Buffer.from(password).toString()).toBe('auth1234567');
});

test('a renewed Interim-Update is signed and its counters go beyond 4 GiB', () => {
  const request = new LoadRequest('interim', secret, nonce);
  request.renew({ identifier: 1, line: 3, serial: 1, elapsedMs: 1_000_000 });
  const packet = decoded(request);
  expect(verifyRequestAuthenticator(packet.bytes, secret)).toBe(true);
  expect(text(packet, AttributeType.UserName)).toBe(sessionName(3));
  expect(text(packet, AttributeType.AcctSessionId)).toBe('session-0000003');
  expect(number(packet, AttributeType.AcctSessionTime)).toBe(1_000);
  expect(number(packet, AttributeType.AcctOutputGigawords)).toBe(2);
  expect(number(packet, AttributeType.AcctOutputOctets)).toBe(10_000_000_000 - 2 * 2 ** 32);
  expect(number(packet, AttributeType.AcctInputOctets)).toBe(1_250_000_000);
});

test('a Start has no counters', () => {
  const request = new LoadRequest('start', secret, nonce);
  request.renew({ identifier: 1, line: 3, serial: 1, elapsedMs: 5 });
  const packet = decoded(request);
  expect(verifyRequestAuthenticator(packet.bytes, secret)).toBe(true);
  expect(number(packet, AttributeType.AcctStatusType)).toBe(1);
  expect(findAttribute(packet, AttributeType.AcctInputOctets)).toBeUndefined();
});
