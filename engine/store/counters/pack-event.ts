import type { EngineEvent, UsageEvent } from '../../pipeline/engine-event.ts';

/** Names of a usage event's fields in the order in which they are packed; the order is the layout. */
const USAGE_FIELDS = [
  'kind',
  'at',
  'lineId',
  'username',
  'sessionKey',
  'nas',
  'nasPort',
  'acctSessionId',
  'callingStationId',
  'framedIp',
  'state',
  'startedAt',
  'segment',
  'sessionTimeSeconds',
  'inputOctets',
  'outputOctets',
  'chargedOctets',
  'freeOctets',
  'quarantinedOctets',
  'burnedOctets',
  'overshotOctets',
  'consumed',
  'closeCause',
  'anomalies',
] as const satisfies readonly (keyof UsageEvent)[];

/** An event for storing: usage, of which there are many, as an array without names; the others as they are. */
export type PackedEvent = readonly unknown[] | Exclude<EngineEvent, UsageEvent>;

/** Packs an event for the log. */
export function packEvent(event: EngineEvent): PackedEvent {
  return event.type === 'usage' ? USAGE_FIELDS.map((field) => event[field]) : event;
}

/** The event that was packed. */
export function unpackEvent(packed: PackedEvent): EngineEvent {
  if (!Array.isArray(packed)) return packed as Exclude<EngineEvent, UsageEvent>;
  const entries = USAGE_FIELDS.map((field, index): [string, unknown] => [field, packed[index]]);
  return { type: 'usage', ...Object.fromEntries(entries) } as UsageEvent;
}
