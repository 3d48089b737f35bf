import { AttributeType } from '../radius/attribute-type.ts';
import type { Attribute, Packet } from '../radius/packet.ts';
import {
  findAttribute,
  findAttributes,
  readIpv4,
  readOctets,
  readText,
  readUint32,
} from '../radius/read-attribute.ts';
import { findVendorAttribute } from '../radius/vendor-attribute.ts';

const MIKROTIK = 14_988;
const MIKROTIK_RATE_LIMIT = 8;
const WISPR = 14_122;
const WISPR_BANDWIDTH_MAX_UP = 7;
const WISPR_BANDWIDTH_MAX_DOWN = 8;

/** Speed of a session in kilobits (1000 bits) per second, seen from the subscriber. */
export interface SessionSpeed {
  readonly downKbps: number;
  readonly upKbps: number;
}

/** What an Access-Accept gives a session; undefined or '' where the server left the choice to the NAS. */
export interface AcceptedService {
  /** Class attributes in order, copied out of the packet. */
  readonly classes: readonly Uint8Array[];
  readonly framedIp: string;
  readonly sessionTimeoutSeconds: number | undefined;
  readonly interimSeconds: number | undefined;
  readonly speed: SessionSpeed | undefined;
}

/** Reads an Access-Accept as a NAS would that knows Mikrotik-Rate-Limit, WISPr bandwidths and accel-ppp's Filter-Id. */
export function readAccept(packet: Packet): AcceptedService {
  const framedIp = findAttribute(packet, AttributeType.FramedIpAddress);
  return {
    classes: findAttributes(packet, AttributeType.Class).map((value) =>
      Uint8Array.from(readOctets(packet, value)),
    ),
    framedIp: (framedIp && readIpv4(packet, framedIp)) ?? '',
    sessionTimeoutSeconds: number(packet, findAttribute(packet, AttributeType.SessionTimeout)),
    interimSeconds: number(packet, findAttribute(packet, AttributeType.AcctInterimInterval)),
    speed: readSpeed(packet),
  };
}

/** Speed in an Access-Accept or CoA-Request, undefined when it carries none that is understood. */
export function readSpeed(packet: Packet): SessionSpeed | undefined {
  const rateLimit = findVendorAttribute(packet, MIKROTIK, MIKROTIK_RATE_LIMIT);
  if (rateLimit) return rateLimitSpeed(readText(packet, rateLimit));
  const up = number(packet, findVendorAttribute(packet, WISPR, WISPR_BANDWIDTH_MAX_UP));
  const down = number(packet, findVendorAttribute(packet, WISPR, WISPR_BANDWIDTH_MAX_DOWN));
  if (up !== undefined && down !== undefined) return { downKbps: down / 1000, upKbps: up / 1000 };
  const filter = findAttribute(packet, AttributeType.FilterId);
  const pair = filter && /^(\d+)\/(\d+)$/.exec(readText(packet, filter));
  return pair ? { downKbps: Number(pair[1]), upKbps: Number(pair[2]) } : undefined;
}

/** RouterOS writes `rx/tx` as the router sees it: rx is what the subscriber sends. */
function rateLimitSpeed(text: string): SessionSpeed | undefined {
  const pair = /^(\d+)([kKM]?)(?:\/(\d+)([kKM]?))?(?:\s|$)/.exec(text);
  if (!pair) return undefined;
  const upKbps = kbps(pair[1]!, pair[2]!);
  return { upKbps, downKbps: pair[3] === undefined ? upKbps : kbps(pair[3], pair[4]!) };
}

function kbps(digits: string, unit: string): number {
  if (unit === 'M') return Number(digits) * 1000;
  return unit === '' ? Number(digits) / 1000 : Number(digits);
}

function number(packet: Packet, attribute: Attribute | undefined): number | undefined {
  return attribute && readUint32(packet, attribute);
}
