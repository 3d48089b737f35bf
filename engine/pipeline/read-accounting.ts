import type { AccountingRecord } from '../accounting/record.ts';
import { AcctStatusType, AttributeType } from '../radius/attribute-type.ts';
import type { DiscardReason } from '../radius/discard-reason.ts';
import type { Attribute, Packet } from '../radius/packet.ts';
import {
  findAttribute,
  readIpv4,
  readIpv6Prefix,
  readOctets,
  readText,
  readUint32,
} from '../radius/read-attribute.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import { PIPELINE_LIMITS } from './limits.ts';
import type { Request } from './packet-context.ts';
import type { SessionAccounting } from './session-accounting.ts';

/** What an Accounting-Request is about: a session, or the NAS as a whole. */
export type AccountingRequest =
  | SessionAccounting
  | { readonly about: 'nas'; readonly status: 'on' | 'off'; readonly at: Instant };

const GIGAWORD = 2 ** 32;

/**
 * Turns a verified Accounting-Request into a record. This is the last place that knows attributes; from here on there
 * are only sessions, octets and times. Class is returned raw: only the line's number proves it.
 */
export function readAccounting(request: Request): AccountingRequest | DiscardReason {
  const { packet, nas, receivedAt } = request;
  const status = uint32(packet, AttributeType.AcctStatusType);
  if (status === undefined) return 'no-acct-status-type';
  const order = readOrder(packet, receivedAt);
  if (status === AcctStatusType.AccountingOn || status === AcctStatusType.AccountingOff) {
    return { about: 'nas', status: status === AcctStatusType.AccountingOn ? 'on' : 'off', at: order.at };
  }
  const kind = KINDS.get(status);
  if (kind === undefined) return 'no-acct-status-type';
  const username = text(packet, AttributeType.UserName);
  if (username === '') return 'no-user-name';
  const acctSessionId = text(packet, AttributeType.AcctSessionId);
  if (acctSessionId === '') return 'no-session-id';
  const input = readCounter(packet, AttributeType.AcctInputOctets, AttributeType.AcctInputGigawords);
  const output = readCounter(packet, AttributeType.AcctOutputOctets, AttributeType.AcctOutputGigawords);
  const swap = nas.entry.swapDirections;
  const record: AccountingRecord = {
    kind,
    username,
    nas: nas.entry.name,
    nasBoot: nas.learned.boot,
    nasAddress: request.source,
    acctSessionId,
    nasPort: readPort(packet),
    callingStationId: text(packet, AttributeType.CallingStationId),
    trafficClass: nas.trafficClassOf(packet),
    framedIp: readAddress(packet, findAttribute(packet, AttributeType.FramedIpAddress)),
    framedIpv6Prefix: readPrefix(packet, findAttribute(packet, AttributeType.FramedIpv6Prefix)),
    classKey: undefined,
    order,
    receivedAt,
    inputOctets: swap ? output : input,
    outputOctets: swap ? input : output,
    gigawordsKnown: nas.learned.gigawordsSince !== undefined || hasGigawords(packet),
    terminateCause: uint32(packet, AttributeType.AcctTerminateCause) ?? 0,
  };
  return { about: 'session', record, classValues: readClasses(packet) };
}

const KINDS: ReadonlyMap<number, AccountingRecord['kind']> = new Map([
  [AcctStatusType.Start, 'start'],
  [AcctStatusType.Stop, 'stop'],
  [AcctStatusType.InterimUpdate, 'interim'],
]);

function text(packet: Packet, type: number): string {
  const attribute = findAttribute(packet, type);
  return attribute === undefined ? '' : readText(packet, attribute);
}

function uint32(packet: Packet, type: number): number | undefined {
  const attribute = findAttribute(packet, type);
  return attribute === undefined ? undefined : readUint32(packet, attribute);
}

/** RFC 2869 §5.1: the counter is 2^32 × gigawords + octets. */
function readCounter(packet: Packet, low: number, high: number): Octets | undefined {
  const value = uint32(packet, low);
  const gigawords = uint32(packet, high);
  if (value === undefined && gigawords === undefined) return undefined;
  const sum = (gigawords ?? 0) * GIGAWORD + (value ?? 0);
  return octets(Math.min(sum, PIPELINE_LIMITS.counterOctetsMax));
}

function hasGigawords(packet: Packet): boolean {
  return (
    findAttribute(packet, AttributeType.AcctInputGigawords) !== undefined ||
    findAttribute(packet, AttributeType.AcctOutputGigawords) !== undefined
  );
}

/**
 * When the record was made. Our clock's time is arrival less Acct-Delay-Time (RFC 2866 §5.2); Event-Timestamp replaces
 * it when it agrees within a few minutes, and orders the records of a session in any case.
 */
function readOrder(packet: Packet, receivedAt: Instant): AccountingRecord['order'] {
  const delaySeconds = uint32(packet, AttributeType.AcctDelayTime) ?? 0;
  const delay = delaySeconds > PIPELINE_LIMITS.delaySecondsMax ? 0 : delaySeconds * SECOND_MS;
  const sentAt = receivedAt - delay;
  const eventTimestampSeconds = uint32(packet, AttributeType.EventTimestamp);
  const stamped = eventTimestampSeconds === undefined ? sentAt : eventTimestampSeconds * SECOND_MS;
  const isBelievable = Math.abs(stamped - sentAt) <= PIPELINE_LIMITS.eventTimestampSkewMs;
  return {
    eventTimestampSeconds,
    sessionTimeSeconds: believableSessionTime(uint32(packet, AttributeType.AcctSessionTime)),
    at: Math.min(isBelievable ? stamped : sentAt, receivedAt),
  };
}

function believableSessionTime(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds > PIPELINE_LIMITS.sessionSecondsMax ? undefined : seconds;
}

function readPort(packet: Packet): string {
  const port = uint32(packet, AttributeType.NasPort);
  return port === undefined ? text(packet, AttributeType.NasPortId) : String(port);
}

function readAddress(packet: Packet, attribute: Attribute | undefined): string {
  return attribute === undefined ? '' : (readIpv4(packet, attribute) ?? '');
}

function readPrefix(packet: Packet, attribute: Attribute | undefined): string {
  return attribute === undefined ? '' : (readIpv6Prefix(packet, attribute) ?? '');
}

function readClasses(packet: Packet): readonly Buffer[] {
  const values: Buffer[] = [];
  let attribute = findAttribute(packet, AttributeType.Class);
  for (; attribute !== undefined; attribute = findAttribute(packet, attribute.type, attribute.end)) {
    values.push(readOctets(packet, attribute));
  }
  return values;
}
