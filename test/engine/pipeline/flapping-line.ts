import fc from 'fast-check';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import { loginSessionKey } from '../../../engine/accounting/session-key.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { UsageEvent } from '../../../engine/pipeline/engine-event.ts';
import { STRAY_LINE_ID } from '../../../engine/pipeline/stray-event.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { foldEvents } from '../../../engine/store/ledger/fold-events.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { contextOf, GB, grantOf, lineOf, planOf } from './samples.ts';

/** How a NAS proves which session its records are of. */
export interface NasWays {
  readonly echoesClass: boolean;
  /** Event-Timestamp is sent, this far off our clock. */
  readonly clockErrorSeconds: number | undefined;
  /** Acct-Delay-Time tells how late a record comes. */
  readonly tellsDelay: boolean;
  /** Acct-Session-Ids that a port uses in turn. */
  readonly ids: number;
}

/** One session of a port, told relative to the one before it. */
export interface Stay {
  readonly port: number;
  readonly gapSeconds: number;
  readonly seconds: number;
  readonly octetsPerSecond: number;
  /** Records that never arrive: its Start, its Stop. */
  readonly lost: readonly ('start' | 'stop')[];
  readonly stopLateMs: number;
}

/** A record on its way, of the session with this number. */
export interface Sent {
  readonly session: number;
  readonly record: AccountingRecord;
}

/** Further than any record is late here: a wrong stamp that comes so late that it is right again would be believed. */
const FAR_AHEAD_SECONDS = 400 * 86_400;

/** Clock and ways of NAS whose records can be told from copies of older ones. */
export const provingWays: fc.Arbitrary<NasWays> = fc.oneof(
  fc.record({
    echoesClass: fc.constant(true),
    clockErrorSeconds: fc.constantFrom(undefined, 0, FAR_AHEAD_SECONDS, -12_600, -200, 200),
    tellsDelay: fc.boolean(),
    ids: fc.constantFrom(1, 3, 1000),
  }),
  fc.record({
    echoesClass: fc.constant(false),
    clockErrorSeconds: fc.constantFrom(0, FAR_AHEAD_SECONDS, -12_600, -200, 200, -86_400),
    tellsDelay: fc.boolean(),
    ids: fc.constantFrom(1, 3, 1000),
  }),
);

/** Stays of a line that goes up and down, some of them long, some after days. */
export function staysOf(stopLateMs: fc.Arbitrary<number>, lost: Stay['lost']): fc.Arbitrary<Stay[]> {
  const stay = fc.record({
    port: fc.nat({ max: 1 }),
    gapSeconds: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 10, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 300, max: 100_000 }) },
    ),
    seconds: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 1, max: 120 }) },
      { weight: 1, arbitrary: fc.integer({ min: 120, max: 20_000 }) },
    ),
    octetsPerSecond: fc.nat({ max: 100_000 }),
    lost: fc.subarray([...lost]),
    stopLateMs,
  });
  return fc.array(stay, { minLength: 1, maxLength: 40, size: 'max' });
}

/** Stops come in time, or after tombstones of flapping or of stopped sessions are gone. */
export const lateStops = fc.constantFrom(0, 0, 0, 20 * MINUTE_MS, 3 * HOUR_MS, 30 * HOUR_MS);

/** All records that arrive, in the order of their arrival. */
export function sentOf(stays: readonly Stay[], ways: NasWays): Sent[] {
  const free = [0, 0];
  const sent = stays.flatMap((stay, session) => {
    const from = free[stay.port]! + stay.gapSeconds;
    free[stay.port] = from + stay.seconds;
    const reports = [0, 0.3, 0.7].map((part) => Math.floor(stay.seconds * part));
    return [...reports, stay.seconds].flatMap((seconds, index) => {
      const kind = index === 0 ? 'start' : index === 3 ? 'stop' : 'interim';
      if (stay.lost.some((one) => one === kind)) return [];
      const lateMs = kind === 'stop' ? stay.stopLateMs : 0;
      return [{ session, record: recordAt({ stay, session, from, seconds, kind, lateMs }, ways) }];
    });
  });
  return sent.toSorted((left, right) => left.record.receivedAt - right.record.receivedAt);
}

interface Moment {
  readonly stay: Stay;
  readonly session: number;
  readonly from: number;
  readonly seconds: number;
  readonly kind: AccountingRecord['kind'];
  readonly lateMs: number;
}

function recordAt({ stay, session, from, seconds, kind, lateMs }: Moment, ways: NasWays): AccountingRecord {
  const madeAt = T0 + (from + seconds) * 1000;
  const nonce = Buffer.alloc(4);
  nonce.writeUInt32BE(session);
  const { clockErrorSeconds: error } = ways;
  const record = recordOf(
    { kind, seconds: 0 },
    {
      acctSessionId: `id-${session % ways.ids}`,
      nasPort: String(stay.port),
      classKey: ways.echoesClass ? loginSessionKey(nonce, T0 + from * 1000) : undefined,
      inputOctets: kind === 'start' ? undefined : octets(0),
      outputOctets: kind === 'start' ? undefined : octets(seconds * stay.octetsPerSecond),
      order: {
        eventTimestampSeconds: error === undefined ? undefined : madeAt / 1000 + error,
        sessionTimeSeconds: kind === 'start' ? undefined : seconds,
        at: madeAt,
      },
    },
  );
  return arriving(record, madeAt + lateMs, ways.tellsDelay ? lateMs : 0);
}

/** The packet as it is read when it arrives then: its stamp is believed when it is of these minutes. */
function arriving(record: AccountingRecord, receivedAt: number, delayMs: number): AccountingRecord {
  const sentAt = receivedAt - delayMs;
  const stamp = record.order.eventTimestampSeconds;
  const isBelieved = stamp !== undefined && Math.abs(stamp * 1000 - sentAt) <= 5 * MINUTE_MS;
  const at = Math.min(isBelieved ? stamp * 1000 : sentAt, receivedAt);
  return { ...record, receivedAt, order: { ...record.order, at } };
}

/** The very packets again, some time after the last of them. */
export function replayed(sent: readonly Sent[], laterMs: number): Sent[] {
  const last = sent.at(-1)?.record.receivedAt ?? T0;
  return sent.map(({ session, record }, index) => {
    const delayMs = record.receivedAt - record.order.at;
    const delay = record.order.eventTimestampSeconds === undefined ? delayMs : 0;
    return { session, record: arriving(record, last + laterMs + index * 100, delay) };
  });
}

/** A line with more than it can use. */
export const RICH = lineOf([grantOf('a', 2 ** 20 * GB, { until: T0 + 400 * DAY_MS })], {
  expiresAt: T0 + 400 * DAY_MS,
});

/** What became of the records. */
export interface Counted {
  readonly state: LineState;
  readonly events: readonly UsageEvent[];
  /** Keys under which each session was counted. */
  readonly keys: ReadonlyMap<number, ReadonlySet<string>>;
  /** Sessions of which a record was not counted because it may be of a forgotten one. */
  readonly refused: ReadonlySet<number>;
}

/** Applies the records, each at its arrival. */
export function countAll(line: LineState, sent: readonly Sent[]): Counted {
  let state = line;
  const events: UsageEvent[] = [];
  const keys = new Map<number, Set<string>>();
  const refused = new Set<number>();
  for (const { session, record } of sent) {
    const change = accountRecord(state, record, contextOf(record.receivedAt, planOf()));
    state = change.state!;
    for (const event of change.events) if (event.type === 'usage') events.push(event);
    const own = change.events.at(-1);
    if (own?.type !== 'usage') throw new Error('a record without its row');
    if (own.lineId === STRAY_LINE_ID) refused.add(session);
    else keys.set(session, (keys.get(session) ?? new Set()).add(own.sessionKey));
  }
  return { state, events, keys, refused };
}

/** Highest figures per session of the line, by key, as ledger and history keep them. */
export function burnedByKey(events: readonly UsageEvent[]): ReadonlyMap<string, number> {
  const { sessions } = foldEvents(events.map((event, index) => ({ position: index + 1, event })));
  const own = sessions.filter(({ newest }) => newest.lineId !== STRAY_LINE_ID);
  return new Map(own.map(({ newest, counters }) => [newest.sessionKey, counters[5]!]));
}

/** What each session has used by its records that arrived. */
export function trulyUsed(sent: readonly Sent[]): ReadonlyMap<number, number> {
  const used = new Map<number, number>();
  for (const { session, record } of sent) {
    used.set(session, Math.max(used.get(session) ?? 0, record.outputOctets ?? 0));
  }
  return used;
}
