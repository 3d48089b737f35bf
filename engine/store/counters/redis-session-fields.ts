import type { RecordOrder } from '../../accounting/record.ts';
import type {
  AppliedService,
  CounterPair,
  PendingEffect,
  Session,
  SessionCounters,
  SessionState,
  SessionUsage,
  UnprovenService,
} from '../../accounting/session.ts';
import { SECOND_MS } from '../../values/instant.ts';
import type { Octets } from '../../values/octets.ts';
import { readSpeedText, speedText } from '../../values/speed.ts';
import { type FieldText, fieldPair, fieldWord, readFieldText } from './redis-field-text.ts';

/** Names of a session's fields behind `s<n>`, in the order of `sessionTexts`. */
export const SESSION_FIELDS = [
  '',
  '.from',
  '.time',
  '.now',
  '.more',
  '.held',
  '.pending',
  '.unproven',
  '.closed',
] as const;

const SERVICE_MODES: readonly AppliedService['mode'][] = ['full', 'slow', 'captive'];

/**
 * Texts of a session's fields, '' for one that is not stored. Each is 64 octets or less as a rule: beyond that Redis
 * keeps the whole hash in its roomy form. What every packet changes is in one of them. Instants but the first are
 * written as `+ms` after the start.
 */
export function sessionTexts(session: Session): readonly string[] {
  const { counters, startedAt: start, pendingEffect: pending } = session;
  return [
    `${session.state} ${session.key} ${fieldWord(session.nas)} ${fieldWord(session.acctSessionId)}` +
      fieldPair('port', session.nasPort) +
      fieldPair('boot', session.nasBoot) +
      fieldPair('class', session.trafficClass),
    `${fieldWord(session.callingStationId)} ${fieldWord(session.framedIp)} ${fieldWord(session.nasAddress)}` +
      fieldPair('ipv6', session.framedIpv6Prefix),
    `${start}${fieldPair('every', session.interimSeconds)} ${session.applied.mode}=${speedText(session.applied)}` +
      fieldPair('first', firstText(session)),
    `${pairText(counters.current)} ${chargedText(counters, session.usage.chargedOctets)} ` +
      `${after(session.updatedAt, start)} ${after(session.seenAt, session.updatedAt)} ` +
      orderText(counters.last, session),
    moreText(session),
    counters.held ? `${pairText(counters.held)} ${orderText(counters.held.order, session)}` : '',
    pending
      ? `${pending.kind} ${after(pending.requestedAt, start)}${fieldPair('attempts', pending.attempts)}${fieldPair('to', pending.to)}`
      : '',
    session.unproven === undefined ? '' : unprovenText(session.unproven, start),
    session.closeCause === '' ? '' : fieldWord(session.closeCause),
  ];
}

/** The session of the fields that begin with `name`. */
export function readSession(name: string, fields: ReadonlyMap<string, string>): Session {
  const text = (suffix: (typeof SESSION_FIELDS)[number]) => readFieldText(fields.get(name + suffix) ?? '');
  const who = text('');
  const from = text('.from');
  const time = text('.time');
  const now = text('.now');
  const more = text('.more');
  const start = Number(time.words[0]);
  const updatedAt = start + Number(now.words[2]);
  const clocks = { startedAt: start, updatedAt };
  const pending = text('.pending');
  const unproven = text('.unproven');
  return {
    key: who.words[1] ?? '',
    nas: who.words[2] ?? '',
    nasBoot: numberOf(who, 'boot'),
    nasAddress: from.words[2] ?? '',
    acctSessionId: who.words[3] ?? '',
    nasPort: who.named.get('port') ?? '',
    callingStationId: from.words[0] ?? '',
    framedIp: from.words[1] ?? '',
    trafficClass: who.named.get('class') ?? '',
    framedIpv6Prefix: from.named.get('ipv6') ?? '',
    state: who.words[0] as SessionState,
    startedAt: start,
    updatedAt,
    seenAt: updatedAt + Number(now.words[3]),
    interimSeconds: numberOf(time, 'every'),
    counters: readCounters({ now, more, time, held: text('.held') }, clocks),
    usage: readUsage(now, more),
    applied: readService(time),
    pendingEffect: pending.words.length === 0 ? undefined : readPending(pending, start),
    ...(unproven.words.length > 0 && { unproven: readUnproven(unproven, start) }),
    closeCause: text('.closed').words[0] ?? '',
  };
}

type Clocks = Pick<Session, 'startedAt' | 'updatedAt'>;

type OctetPairs = Pick<SessionCounters, 'closed' | 'previous' | 'current'>;

function secondOf(at: number): number {
  return Math.floor(at / SECOND_MS);
}

function after(at: number, start: number): string {
  return at >= start ? `+${at - start}` : String(at - start);
}

function pairText({ inputOctets, outputOctets }: CounterPair): string {
  return `${inputOctets}/${outputOctets}`;
}

/**
 * What is not as it follows from the running segment and what was charged: burned is what was charged, and free is the
 * rest of the total, which is the sum of all segments.
 */
function moreText({ counters, usage }: Session): string {
  const { segment, closed, previous, inputWraps, outputWraps } = counters;
  const more = (name: string, pair: CounterPair) =>
    pair.inputOctets === 0 && pair.outputOctets === 0 ? '' : ` ${name}=${pairText(pair)}`;
  const wraps = inputWraps === 0 && outputWraps === 0 ? '' : ` wraps=${inputWraps}/${outputWraps}`;
  const { chargedOctets, freeOctets, quarantinedOctets, burnedOctets } = usage;
  const text =
    (burnedOctets === chargedOctets ? '' : ` burned=${burnedOctets}`) +
    (freeOctets === restOf(counters, chargedOctets, quarantinedOctets) ? '' : ` free=${freeOctets}`) +
    fieldPair('quarantined', quarantinedOctets) +
    fieldPair('overshot', usage.overshotOctets) +
    fieldPair('remainder', usage.weightRemainder) +
    fieldPair('segment', segment) +
    wraps +
    more('previous', previous) +
    more('closed', closed);
  return text.slice(1);
}

/** What was charged, or `all` or `down` where that is everything or all download. */
function chargedText(pairs: OctetPairs, charged: number): string {
  const { inputOctets, outputOctets } = totalOf(pairs);
  if (charged === inputOctets + outputOctets) return 'all';
  return charged === outputOctets ? 'down' : String(charged);
}

function readCharged(pairs: OctetPairs, text: string | undefined): number {
  const { inputOctets, outputOctets } = totalOf(pairs);
  if (text === 'all') return inputOctets + outputOctets;
  return text === 'down' ? outputOctets : Number(text ?? 0);
}

function totalOf({ closed, previous, current }: OctetPairs): Readonly<Record<keyof CounterPair, number>> {
  return {
    inputOctets: closed.inputOctets + previous.inputOctets + current.inputOctets,
    outputOctets: closed.outputOctets + previous.outputOctets + current.outputOctets,
  };
}

function restOf(pairs: OctetPairs, charged: number, quarantined: number): number {
  const { inputOctets, outputOctets } = totalOf(pairs);
  return inputOctets + outputOctets - charged - quarantined;
}

/**
 * `+ms/session seconds/Event-Timestamp`, each empty where the NAS gave none, the last as seconds after the start. Left
 * out is the first where it is the session's newest record, and the last where it says the same as the session seconds;
 * `-` when there was no record yet.
 */
function orderText(order: RecordOrder | undefined, { startedAt, updatedAt }: Clocks): string {
  if (order === undefined) return '-';
  const { at, sessionTimeSeconds, eventTimestampSeconds } = order;
  const moment = at === updatedAt ? '' : after(at, startedAt);
  if (eventTimestampSeconds === undefined) return `${moment}/${sessionTimeSeconds ?? ''}/`;
  const seconds = eventTimestampSeconds - secondOf(startedAt);
  if (seconds === sessionTimeSeconds) return `${moment}/${seconds}`;
  return `${moment}/${sessionTimeSeconds ?? ''}/${seconds}`;
}

/** The segment's first record, left out where the session started with it at second 0. */
function firstText({ counters: { segmentFrom }, startedAt, updatedAt }: Session): string {
  const isStart =
    segmentFrom?.at === startedAt &&
    segmentFrom.sessionTimeSeconds === 0 &&
    segmentFrom.eventTimestampSeconds === secondOf(startedAt);
  if (isStart) return '';
  return segmentFrom === undefined ? 'none' : orderText(segmentFrom, { startedAt, updatedAt });
}

function readFirst(text: string | undefined, clocks: Clocks): RecordOrder | undefined {
  if (text === 'none') return undefined;
  if (text !== undefined) return readOrder(text, clocks);
  const at = clocks.startedAt;
  return { eventTimestampSeconds: secondOf(at), sessionTimeSeconds: 0, at };
}

function numberOf(text: FieldText, name: string): number {
  return Number(text.named.get(name) ?? 0);
}

function readPair(text: string | undefined): CounterPair {
  const [input, output] = (text ?? '0/0').split('/');
  return { inputOctets: Number(input) as Octets, outputOctets: Number(output) as Octets };
}

function readPairs(now: FieldText, more: FieldText): OctetPairs {
  return {
    closed: readPair(more.named.get('closed')),
    previous: readPair(more.named.get('previous')),
    current: readPair(now.words[0]),
  };
}

type CounterTexts = Readonly<Record<'now' | 'more' | 'time' | 'held', FieldText>>;

function readCounters({ now, more, time, held }: CounterTexts, clocks: Clocks): SessionCounters {
  const [inputWraps, outputWraps] = (more.named.get('wraps') ?? '0/0').split('/');
  const heldOrder = readOrder(held.words[1], clocks);
  return {
    segment: numberOf(more, 'segment'),
    ...readPairs(now, more),
    inputWraps: Number(inputWraps),
    outputWraps: Number(outputWraps),
    segmentFrom: readFirst(time.named.get('first'), clocks),
    last: readOrder(now.words[4], clocks),
    held: heldOrder && { ...readPair(held.words[0]), order: heldOrder },
  };
}

function readOrder(text: string | undefined, { startedAt, updatedAt }: Clocks): RecordOrder | undefined {
  if (text === undefined || text === '') return undefined;
  const [at, seconds, stamp = seconds] = text.split('/');
  return {
    eventTimestampSeconds: stamp === '' ? undefined : secondOf(startedAt) + Number(stamp),
    sessionTimeSeconds: seconds === '' ? undefined : Number(seconds),
    at: at === '' ? updatedAt : startedAt + Number(at),
  };
}

function readUsage(now: FieldText, more: FieldText): SessionUsage {
  const pairs = readPairs(now, more);
  const charged = readCharged(pairs, now.words[1]);
  const quarantined = numberOf(more, 'quarantined');
  const rest = restOf(pairs, charged, quarantined);
  return {
    chargedOctets: charged as Octets,
    freeOctets: Number(more.named.get('free') ?? rest) as Octets,
    quarantinedOctets: quarantined as Octets,
    burnedOctets: Number(more.named.get('burned') ?? charged) as Octets,
    overshotOctets: numberOf(more, 'overshot') as Octets,
    weightRemainder: numberOf(more, 'remainder'),
  };
}

function readService({ named }: FieldText): AppliedService {
  const mode = SERVICE_MODES.find((candidate) => named.has(candidate)) ?? 'full';
  return { mode, ...readSpeedText(named.get(mode) ?? '0/0') };
}

function readPending(text: FieldText, start: number): PendingEffect {
  return {
    kind: text.words[0] as PendingEffect['kind'],
    requestedAt: start + Number(text.words[1]),
    attempts: numberOf(text, 'attempts'),
    to: text.named.get('to') ?? '',
  };
}

/** `+ms failures=n`, and `at=+ms octets=n` of the report that is measured from. */
function unprovenText({ since, failures, from }: UnprovenService, start: number): string {
  const measured = from === undefined ? '' : ` at=${after(from.at, start)} octets=${from.octets}`;
  return `${after(since, start)}${fieldPair('failures', failures)}${measured}`;
}

function readUnproven(text: FieldText, start: number): UnprovenService {
  const at = text.named.get('at');
  const octets = numberOf(text, 'octets') as Octets;
  return {
    since: start + Number(text.words[0]),
    failures: numberOf(text, 'failures'),
    from: at === undefined ? undefined : { at: start + Number(at), octets },
  };
}
