import type { Anomaly } from '../../accounting/record.ts';
import type { SessionState } from '../../accounting/session.ts';
import type { SessionResume } from '../../accounting/session-resume.ts';
import type { EngineEvent, UsageEvent } from '../../pipeline/engine-event.ts';
import { SECOND_MS } from '../../values/instant.ts';

/**
 * An event for storing: usage, of which there are many, as an array without names; the others as they are. What
 * follows from other fields or is empty is 0, and zeros at the end are left out.
 */
export type PackedEvent = readonly unknown[] | Exclude<EngineEvent, UsageEvent>;

const KINDS: readonly UsageEvent['kind'][] = ['start', 'interim', 'stop', 'split', 'lost'];
const STATES: readonly SessionState[] = ['reserved', 'live', 'suspect', 'closed'];

/** Packs an event for the log. */
export function packEvent(event: EngineEvent): PackedEvent {
  if (event.type !== 'usage') return event;
  const packed = packUsage(event);
  while (packed.at(-1) === 0) packed.pop();
  return packed;
}

/** The event that was packed. */
export function unpackEvent(packed: PackedEvent): EngineEvent {
  return Array.isArray(packed) ? unpackUsage(packed) : (packed as Exclude<EngineEvent, UsageEvent>);
}

/** The order is the layout; `unpackUsage` is its exact mirror. */
function packUsage(event: UsageEvent): unknown[] {
  const { at, startedAt, chargedOctets } = event;
  return [
    KINDS.indexOf(event.kind) * STATES.length + STATES.indexOf(event.state),
    at,
    event.lineId,
    event.username,
    event.sessionKey,
    event.nas,
    event.nasPort,
    event.acctSessionId,
    event.callingStationId,
    event.framedIp,
    at - startedAt,
    event.inputOctets,
    event.outputOctets,
    chargedOctets,
    event.resume ?? 0,
    orZero(event.consumed),
    event.burnedOctets - chargedOctets,
    event.overshotOctets,
    event.quarantinedOctets,
    event.freeOctets - restOf(event),
    event.segment,
    event.sessionTimeSeconds - secondsOf(at, startedAt),
    event.closeCause === '' ? 0 : event.closeCause,
    orZero(event.anomalies),
  ];
}

function unpackUsage(packed: readonly unknown[]): UsageEvent {
  const numberAt = (index: number): number => (packed[index] as number | undefined) ?? 0;
  const code = numberAt(0);
  const at = numberAt(1);
  const startedAt = at - numberAt(10);
  const octets = {
    inputOctets: numberAt(11),
    outputOctets: numberAt(12),
    chargedOctets: numberAt(13),
    quarantinedOctets: numberAt(18),
  };
  return {
    type: 'usage',
    kind: KINDS[Math.floor(code / STATES.length)]!,
    at,
    lineId: numberAt(2),
    username: packed[3] as string,
    sessionKey: packed[4] as string,
    nas: packed[5] as string,
    nasPort: packed[6] as string,
    acctSessionId: packed[7] as string,
    callingStationId: packed[8] as string,
    framedIp: packed[9] as string,
    state: STATES[code % STATES.length]!,
    startedAt,
    segment: numberAt(20),
    sessionTimeSeconds: numberAt(21) + secondsOf(at, startedAt),
    ...octets,
    freeOctets: numberAt(19) + restOf(octets),
    burnedOctets: numberAt(16) + octets.chargedOctets,
    overshotOctets: numberAt(17),
    consumed: listAt<readonly [string, number]>(packed, 15),
    closeCause: (packed[22] || '') as string,
    anomalies: listAt<Anomaly>(packed, 23),
    resume: (packed[14] || undefined) as SessionResume | undefined,
  };
}

function orZero(list: readonly unknown[]): readonly unknown[] | 0 {
  return list.length === 0 ? 0 : list;
}

function listAt<T>(packed: readonly unknown[], index: number): readonly T[] {
  return (packed[index] || []) as readonly T[];
}

type Octets = Pick<UsageEvent, 'inputOctets' | 'outputOctets' | 'chargedOctets' | 'quarantinedOctets'>;

/** What is free where every octet is accounted for. */
function restOf({ inputOctets, outputOctets, chargedOctets, quarantinedOctets }: Octets): number {
  return inputOctets + outputOctets - chargedOctets - quarantinedOctets;
}

function secondsOf(at: number, startedAt: number): number {
  return Math.max(0, Math.floor((at - startedAt) / SECOND_MS));
}
