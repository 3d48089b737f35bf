import { createHmac } from 'node:crypto';
import type { Random } from '../../bench/fleet/random.ts';
import { authenticatorDigest, isSigned, rawAttributes } from './udp-nas.ts';

const ZERO = Buffer.alloc(16);
const MESSAGE_AUTHENTICATOR = 80;
const PROXY_STATE = 33;
const EAP_MESSAGE = 79;
const ACCESS_REQUEST = 1;
const ACCOUNTING_REQUEST = 4;
const STATUS_SERVER = 12;
const VENDOR_SPECIFIC = 26;

/** A whole number from 0 up to but not including the limit. */
export type Below = (limit: number) => number;

/** Draws from a seeded stream. */
export function belowOf(random: Random): Below {
  return (limit) => Math.floor(random.unit() * limit);
}

type Mutation = (packet: Buffer, below: Below) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  function flipBytes(packet, below) {
    for (let count = 1 + below(4); count > 0; count--) packet[below(packet.length)] = below(256);
    return packet;
  },
  function truncate(packet, below) {
    return packet.subarray(0, below(packet.length + 1));
  },
  function truncateHonestly(packet, below) {
    return withLength(packet.subarray(0, 20 + below(packet.length - 19)));
  },
  function lieAboutLength(packet, below) {
    packet.writeUInt16BE(below(3) === 0 ? below(65_536) : below(packet.length + 40), 2);
    return packet;
  },
  function breakAttributeLength(packet, below) {
    const attribute = pickAttribute(packet, below);
    if (attribute !== undefined) packet[attribute.at - 1] = [0, 1, 2, 3, 255, below(256)][below(6)] ?? 0;
    return packet;
  },
  function breakAttributeValue(packet, below) {
    const attribute = pickAttribute(packet, below);
    if (attribute === undefined) return packet;
    for (let at = 0; at < attribute.value.length; at++) attribute.value[at] = below(256);
    return packet;
  },
  function resizeAttribute(packet, below) {
    const attribute = pickAttribute(packet, below);
    if (attribute === undefined) return packet;
    const value = Buffer.alloc(below(3) === 0 ? 253 : below(24), below(256));
    const header = Buffer.from([attribute.type, value.length + 2]);
    const after = packet.subarray(attribute.at + attribute.value.length);
    return withLength(Buffer.concat([packet.subarray(0, attribute.at - 2), header, value, after]));
  },
  function changeType(packet, below) {
    const attribute = pickAttribute(packet, below);
    if (attribute !== undefined) packet[attribute.at - 2] = below(256);
    return packet;
  },
  function repeatAttribute(packet, below) {
    const attribute = pickAttribute(packet, below);
    if (attribute === undefined) return packet;
    const copy = packet.subarray(attribute.at - 2, attribute.at + attribute.value.length);
    const copies = Array.from({ length: 1 + below(30) }, () => copy);
    return withLength(Buffer.concat([packet, ...copies]).subarray(0, 4_096));
  },
  function nestVendors(packet, below) {
    const inner = Buffer.from([below(256), below(256), below(256), below(256), below(20), below(256)]);
    const vendor = Buffer.from([0, 0, [1, 0x37, 0x24, 0x37][below(4)] ?? 0, below(256)]);
    const value = Buffer.concat([vendor, inner.subarray(0, below(7))]);
    const attribute = Buffer.concat([Buffer.from([VENDOR_SPECIFIC, value.length + 2]), value]);
    return withLength(Buffer.concat([packet, attribute]));
  },
  function changeCode(packet, below) {
    packet[0] = below(3) === 0 ? below(256) : ([1, 2, 4, 5, 12, 40, 43][below(7)] ?? 0);
    return packet;
  },
  function noise(_, below) {
    return Buffer.from(Array.from({ length: below(4) === 0 ? below(1_500) : below(64) }, () => below(256)));
  },
];

/** A damaged copy of a valid packet; every other one is signed again, so that it passes the first gates. */
export function mutate(packet: Buffer, below: Below, secret: string): Buffer {
  let result: Buffer = Buffer.from(packet);
  for (let count = 1 + below(3); count > 0 && result.length >= 20; count--) {
    result = MUTATIONS[below(MUTATIONS.length)]?.(result, below) ?? result;
  }
  return below(2) === 0 ? result : signAgain(Buffer.from(result), secret);
}

function signAgain(packet: Buffer, secret: string): Buffer {
  if (packet.length < 20) return packet;
  if (packet[0] === ACCOUNTING_REQUEST) {
    authenticatorDigest(packet, ZERO, secret).copy(packet, 4);
    return packet;
  }
  const found = rawAttributes(packet).find(({ type }) => type === MESSAGE_AUTHENTICATOR);
  if (found?.value.length !== 16) return packet;
  found.value.fill(0);
  createHmac('md5', secret).update(packet).digest().copy(packet, found.at);
  return packet;
}

/** What this test takes for a request that may be answered, judged by node:crypto and these few lines alone. */
export function mayBeAnswered(datagram: Buffer, port: 'auth' | 'acct', secret: string): boolean {
  if (datagram.length < 20) return false;
  const length = datagram.readUInt16BE(2);
  if (length < 20 || length > 4_096 || length > datagram.length) return false;
  const packet = datagram.subarray(0, length);
  if (!isWhole(packet)) return false;
  const attributes = rawAttributes(packet);
  const signatures = attributes.filter(({ type }) => type === MESSAGE_AUTHENTICATOR);
  if (signatures.length > 1 || signatures.some(({ value }) => value.length !== 16)) return false;
  const code = packet[0];
  if (code === ACCOUNTING_REQUEST && port === 'acct') {
    return authenticatorDigest(packet, ZERO, secret).equals(packet.subarray(4, 20));
  }
  if (code !== STATUS_SERVER && !(code === ACCESS_REQUEST && port === 'auth')) return false;
  if (signatures.length === 1) return isSigned(packet, packet.subarray(4, 20), secret);
  if (code === STATUS_SERVER) return false;
  return !attributes.some(({ type }) => type === PROXY_STATE || type === EAP_MESSAGE);
}

function isWhole(packet: Buffer): boolean {
  let at = 20;
  while (at < packet.length) {
    const octets = packet[at + 1] ?? 0;
    if (octets < 2) return false;
    at += octets;
  }
  return at === packet.length;
}

function pickAttribute(packet: Buffer, below: Below) {
  const attributes = rawAttributes(packet);
  return attributes.length === 0 ? undefined : attributes[below(attributes.length)];
}

function withLength(packet: Buffer): Buffer {
  if (packet.length >= 4) packet.writeUInt16BE(packet.length, 2);
  return packet;
}
