import { type Instant, SECOND_MS } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import { NO_COUNTERS } from './count-octets.ts';
import { add, difference, pair, ZERO_PAIR } from './counter-pair.ts';
import type { RecordOrder } from './record.ts';
import { readServiceText, serviceText } from './service-text.ts';
import type { AppliedService, CounterPair, Session, SessionCounters } from './session.ts';

/**
 * What a session needs to go on counting exactly and cannot be read from its usage row, as JSON values without names,
 * since every event carries one: [service, newest record, boot, weight remainder, segments, wraps, held jump, class].
 * What is 0 follows from the row, and zeros at the end are left out: a session of one segment whose NAS sends both
 * clocks has its service alone, `["80000/20000"]`.
 */
export type SessionResume = readonly unknown[];

/** The facts of the row that a resume stands in. */
export interface ResumeRow {
  /** The session's newest moment. */
  readonly at: Instant;
  readonly startedAt: Instant;
  readonly total: CounterPair;
}

/** The part of a session that a resume tells. */
export interface ResumedSession extends Pick<Session, 'nasBoot' | 'counters' | 'trafficClass'> {
  readonly weightRemainder: number;
  /** `undefined` where nothing was packed. */
  readonly applied: AppliedService | undefined;
}

/**
 * How far an order lies behind what the row shows of each clock: ms, seconds of Acct-Session-Time, seconds of
 * Event-Timestamp; `null` for a clock that the NAS did not send. Differences are small and come again and again.
 */
type PackedOrder = readonly [at: number, sessionSeconds: number | null, stampSeconds: number | null];

/** What the clocks of a row show. */
type RowClocks = Pick<ResumeRow, 'at' | 'startedAt'>;

/** Packs what the row of `session`, written for its newest moment, does not tell. */
export function packResume(session: Session, at: Instant): SessionResume {
  const { counters, startedAt } = session;
  const row = { at, startedAt };
  const fields = [
    serviceText(session.applied),
    packLast(counters.last, row),
    session.nasBoot,
    session.usage.weightRemainder,
    packSegments(counters, row),
    counters.inputWraps + counters.outputWraps === 0 ? 0 : [counters.inputWraps, counters.outputWraps],
    counters.held === undefined ? 0 : [...pairOf(counters.held), packOrder(counters.held.order, row)],
    session.trafficClass || 0,
  ];
  while (fields.at(-1) === 0) fields.pop();
  return fields;
}

/** What was packed, the totals being those of the row; of an empty resume, what the row alone tells. */
export function unpackResume(resume: SessionResume, row: ResumeRow): ResumedSession {
  const [service, last, boot = 0, remainder = 0, segments = 0, wraps = 0, held = 0, trafficClass = ''] =
    resume;
  const newest = unpackLast(last, row);
  const [inputWraps, outputWraps] = wraps === 0 ? [0, 0] : (wraps as [number, number]);
  const jump = held === 0 ? undefined : unpackHeld(held as PackedHeld, row);
  const segmented = unpackSegments(segments, row) ?? {
    ...NO_SEGMENTS,
    segmentFrom: newest ?? jump?.order,
  };
  return {
    nasBoot: boot as number,
    trafficClass: trafficClass as string,
    applied: service === undefined ? undefined : readServiceText(service as string),
    weightRemainder: remainder as number,
    counters: {
      ...segmented,
      current: difference(row.total, add(segmented.closed, segmented.previous)),
      inputWraps,
      outputWraps,
      last: newest,
      held: jump,
    },
  };
}

/**
 * The first record of segment 0 is not kept: it only tells late records of the running segment from those before it,
 * and before segment 0 there is none.
 */
const NO_SEGMENTS = {
  segment: NO_COUNTERS.segment,
  closed: ZERO_PAIR,
  previous: ZERO_PAIR,
} as const;

function packOrder(order: RecordOrder, { at, startedAt }: RowClocks): PackedOrder {
  const { sessionTimeSeconds, eventTimestampSeconds } = order;
  return [
    at - order.at,
    sessionTimeSeconds === undefined ? null : secondsIn(at, startedAt) - sessionTimeSeconds,
    eventTimestampSeconds === undefined ? null : Math.floor(at / SECOND_MS) - eventTimestampSeconds,
  ];
}

function unpackOrder([ago, sessionSeconds, stampSeconds]: PackedOrder, row: RowClocks): RecordOrder {
  const { at, startedAt } = row;
  return {
    eventTimestampSeconds: stampSeconds === null ? undefined : Math.floor(at / SECOND_MS) - stampSeconds,
    sessionTimeSeconds: sessionSeconds === null ? undefined : secondsIn(at, startedAt) - sessionSeconds,
    at: at - ago,
  };
}

function secondsIn(at: Instant, startedAt: Instant): number {
  return Math.max(0, Math.floor((at - startedAt) / SECOND_MS));
}

const ROW_ORDER: PackedOrder = [0, 0, 0];

/** 0 where the newest record is the row's own and has the clocks that the row shows, -1 where there is none. */
function packLast(last: RecordOrder | undefined, row: RowClocks): PackedOrder | 0 | -1 {
  if (last === undefined) return -1;
  const packed = packOrder(last, row);
  return packed.every((difference) => difference === 0) ? 0 : packed;
}

function unpackLast(packed: unknown, row: RowClocks): RecordOrder | undefined {
  if (packed === -1) return undefined;
  return unpackOrder(packed === undefined || packed === 0 ? ROW_ORDER : (packed as PackedOrder), row);
}

type PackedSegments = readonly [number, number, number, number, number, PackedOrder | 0];

function packSegments(counters: SessionCounters, row: RowClocks): PackedSegments | 0 {
  const { segment, closed, previous, segmentFrom } = counters;
  if (segment === 0) return 0;
  const from = segmentFrom === undefined ? 0 : packOrder(segmentFrom, row);
  return [
    segment,
    closed.inputOctets,
    closed.outputOctets,
    previous.inputOctets,
    previous.outputOctets,
    from,
  ];
}

function unpackSegments(
  packed: unknown,
  row: RowClocks,
): Pick<SessionCounters, 'segment' | 'closed' | 'previous' | 'segmentFrom'> | undefined {
  if (packed === 0) return undefined;
  const [segment, closedInput, closedOutput, previousInput, previousOutput, from] = packed as PackedSegments;
  return {
    segment,
    closed: { inputOctets: octets(closedInput), outputOctets: octets(closedOutput) },
    previous: { inputOctets: octets(previousInput), outputOctets: octets(previousOutput) },
    segmentFrom: from === 0 ? undefined : unpackOrder(from, row),
  };
}

type PackedHeld = readonly [number, number, PackedOrder];

function unpackHeld(
  [input, output, order]: PackedHeld,
  row: RowClocks,
): NonNullable<SessionCounters['held']> {
  return {
    ...pair({ inputOctets: octets(input), outputOctets: octets(output) }),
    order: unpackOrder(order, row),
  };
}

function pairOf({ inputOctets, outputOctets }: CounterPair): readonly Octets[] {
  return [inputOctets, outputOctets];
}
