import type { AccountingRecord } from '../accounting/record.ts';
import { AcctStatusType, AttributeType } from '../radius/attribute-type.ts';
import type { DiscardReason } from '../radius/discard-reason.ts';
import type { Attribute, Packet } from '../radius/packet.ts';
import { readIpv4, readIpv6Prefix, readText, readUint32 } from '../radius/read-attribute.ts';
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

/** Attributes of one packet by type, first occurrence; Class may come several times. */
interface Fields {
  readonly first: (type: number) => Attribute | undefined;
  readonly text: (type: number) => string;
  readonly uint32: (type: number) => number | undefined;
}

/**
 * Turns a verified Accounting-Request into a record. This is the last place that knows attributes; from here on there
 * are only sessions, octets and times. Class is returned raw: only the line's number proves it.
 */
export function readAccounting(request: Request): AccountingRequest | DiscardReason {
  const { packet, nas, receivedAt } = request;
  const fields = fieldsOf(packet);
  const status = fields.uint32(AttributeType.AcctStatusType);
  if (status === undefined) return 'no-acct-status-type';
  const order = readOrder(fields, receivedAt);
  if (status === AcctStatusType.AccountingOn || status === AcctStatusType.AccountingOff) {
    return { about: 'nas', status: status === AcctStatusType.AccountingOn ? 'on' : 'off', at: order.at };
  }
  const kind = KINDS.get(status);
  if (kind === undefined) return 'no-acct-status-type';
  const username = fields.text(AttributeType.UserName);
  if (username === '') return 'no-user-name';
  const acctSessionId = fields.text(AttributeType.AcctSessionId);
  if (acctSessionId === '') return 'no-session-id';
  const input = readCounter(fields, AttributeType.AcctInputOctets, AttributeType.AcctInputGigawords);
  const output = readCounter(fields, AttributeType.AcctOutputOctets, AttributeType.AcctOutputGigawords);
  const swap = nas.entry.swapDirections;
  const record: AccountingRecord = {
    kind,
    username,
    nas: nas.entry.name,
    nasBoot: nas.learned.boot,
    nasAddress: request.source,
    acctSessionId,
    nasPort: readPort(fields),
    callingStationId: fields.text(AttributeType.CallingStationId),
    framedIp: readAddress(packet, fields.first(AttributeType.FramedIpAddress)),
    framedIpv6Prefix: readPrefix(packet, fields.first(AttributeType.FramedIpv6Prefix)),
    classKey: undefined,
    order,
    receivedAt,
    inputOctets: swap ? output : input,
    outputOctets: swap ? input : output,
    gigawordsKnown: nas.learned.gigawordsSince !== undefined || hasGigawords(fields),
    terminateCause: fields.uint32(AttributeType.AcctTerminateCause) ?? 0,
  };
  return { about: 'session', record, classValues: readClasses(packet) };
}

const KINDS: ReadonlyMap<number, AccountingRecord['kind']> = new Map([
  [AcctStatusType.Start, 'start'],
  [AcctStatusType.Stop, 'stop'],
  [AcctStatusType.InterimUpdate, 'interim'],
]);

function fieldsOf(packet: Packet): Fields {
  const byType: (Attribute | undefined)[] = [];
  for (const attribute of packet.attributes) byType[attribute.type] ??= attribute;
  const first = (type: number) => byType[type];
  return {
    first,
    text: (type) => {
      const attribute = first(type);
      return attribute === undefined ? '' : readText(packet, attribute);
    },
    uint32: (type) => {
      const attribute = first(type);
      return attribute === undefined ? undefined : readUint32(packet, attribute);
    },
  };
}

/** RFC 2869 §5.1: the counter is 2^32 × gigawords + octets. */
function readCounter(fields: Fields, low: number, high: number): Octets | undefined {
  const value = fields.uint32(low);
  const gigawords = fields.uint32(high);
  if (value === undefined && gigawords === undefined) return undefined;
  const sum = (gigawords ?? 0) * GIGAWORD + (value ?? 0);
  return octets(Math.min(sum, PIPELINE_LIMITS.counterOctetsMax));
}

function hasGigawords(fields: Fields): boolean {
  return (
    fields.first(AttributeType.AcctInputGigawords) !== undefined ||
    fields.first(AttributeType.AcctOutputGigawords) !== undefined
  );
}

/**
 * When the record was made. Our clock's time is arrival less Acct-Delay-Time (RFC 2866 §5.2); Event-Timestamp replaces
 * it when it agrees within a few minutes, and orders the records of a session in any case.
 */
function readOrder(fields: Fields, receivedAt: Instant): AccountingRecord['order'] {
  const delaySeconds = fields.uint32(AttributeType.AcctDelayTime) ?? 0;
  const delay = delaySeconds > PIPELINE_LIMITS.delaySecondsMax ? 0 : delaySeconds * SECOND_MS;
  const sentAt = receivedAt - delay;
  const eventTimestampSeconds = fields.uint32(AttributeType.EventTimestamp);
  const stamped = eventTimestampSeconds === undefined ? sentAt : eventTimestampSeconds * SECOND_MS;
  const isBelievable = Math.abs(stamped - sentAt) <= PIPELINE_LIMITS.eventTimestampSkewMs;
  return {
    eventTimestampSeconds,
    sessionTimeSeconds: believableSessionTime(fields.uint32(AttributeType.AcctSessionTime)),
    at: Math.min(isBelievable ? stamped : sentAt, receivedAt),
  };
}

function believableSessionTime(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds > PIPELINE_LIMITS.sessionSecondsMax ? undefined : seconds;
}

function readPort(fields: Fields): string {
  const port = fields.uint32(AttributeType.NasPort);
  return port === undefined ? fields.text(AttributeType.NasPortId) : String(port);
}

function readAddress(packet: Packet, attribute: Attribute | undefined): string {
  return attribute === undefined ? '' : (readIpv4(packet, attribute) ?? '');
}

function readPrefix(packet: Packet, attribute: Attribute | undefined): string {
  return attribute === undefined ? '' : (readIpv6Prefix(packet, attribute) ?? '');
}

function readClasses(packet: Packet): readonly Buffer[] {
  const values: Buffer[] = [];
  for (const attribute of packet.attributes) {
    if (attribute.type === AttributeType.Class)
      values.push(packet.bytes.subarray(attribute.start, attribute.end));
  }
  return values;
}
