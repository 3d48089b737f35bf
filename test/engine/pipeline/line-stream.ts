import fc from 'fast-check';
import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import type { Plan } from '../../../engine/catalog/plan.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import { effectDone } from '../../../engine/pipeline/effect-done.ts';
import type { EngineEvent } from '../../../engine/pipeline/engine-event.ts';
import type { LineChange } from '../../../engine/pipeline/line-change.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { contextOf, GB, grantOf, lineOf, planOf } from './samples.ts';

const TB = 2 ** 40;

/** What a NAS may do next on one of its two ports. */
const move = fc.record({
  port: fc.nat({ max: 1 }),
  kind: fc.constantFrom(
    ...(['login', 'interim', 'interim', 'interim', 'interim', 'stop'] as const),
    ...(['spike', 'reset', 'zero-stop', 'no-counters', 'copy', 'copy', 'ack', 'nak'] as const),
  ),
  seconds: fc.integer({ min: 30, max: 3_000 }),
  input: fc.nat({ max: 40_000_000 }),
  output: fc.nat({ max: 900_000_000 }),
  /** For copies: how far back. */
  back: fc.integer({ min: 1, max: 9 }),
  /** Its delay on the way, hidden from us unless the NAS stamps its records. */
  delay: fc.constantFrom(0, 0, 0, 40_000, 700_000),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** One thing that happens to a line, in the order of arrival. */
export type Step =
  | { readonly at: number; readonly record: AccountingRecord }
  | { readonly at: number; readonly answer: 'ack' | 'nak' };

/** Which clocks the NAS sends, whether it sends gigawords, and whether it echoes our Class. */
interface NasWays {
  readonly stamps: boolean;
  readonly sessionTime: boolean;
  readonly gigawords: boolean;
  readonly echoes: boolean;
}
const nasWays: fc.Arbitrary<NasWays> = fc.record({
  stamps: fc.boolean(),
  sessionTime: fc.boolean(),
  gigawords: fc.boolean(),
  echoes: fc.boolean(),
});

const fresh = (login: number) => ({ login, seconds: 0, input: 0, output: 0, from: 0 });

/** What arrives of a day of two ports: growth, spikes, resets, wraps, both kinds of end, copies and answers to orders. */
function stepsOf(moves: readonly Move[], ways: NasWays): Step[] {
  const ports = [fresh(0), fresh(1)];
  const steps: Step[] = [];
  let clock = 0;
  let logins = 2;
  for (const one of moves) {
    clock += one.seconds;
    const at = T0 + clock * 1000;
    if (one.kind === 'ack' || one.kind === 'nak') {
      steps.push({ at, answer: one.kind });
      continue;
    }
    if (one.kind === 'copy') {
      const copied = steps.at(-one.back);
      if (copied !== undefined && 'record' in copied) steps.push(copyOf(copied.record, at, ways));
      continue;
    }
    if (one.kind === 'login' && logins < 7) {
      ports[one.port] = { ...fresh(logins), from: clock };
      logins += 1;
    }
    const run = ports[one.port]!;
    const elapsed = clock - run.from - run.seconds;
    run.seconds += elapsed;
    if (one.kind === 'reset') Object.assign(run, { input: 0, output: 0 });
    run.input += Math.min(one.input, elapsed * 1_000_000);
    run.output += Math.min(one.output, elapsed * 5_000_000);
    steps.push(recordStep(one, run, at, ways));
  }
  return steps;
}

function recordStep(one: Move, run: ReturnType<typeof fresh>, at: number, ways: NasWays): Step {
  const far = one.kind === 'spike' ? 90 * TB : 0;
  const zero = one.kind === 'zero-stop' ? 0 : 1;
  const counter = (value: number) => {
    const counted = (value + far) * zero;
    return one.kind === 'no-counters' ? undefined : octets(ways.gigawords ? counted : counted % 2 ** 32);
  };
  const isStart = one.kind === 'login';
  const kind = isStart ? 'start' : one.kind === 'stop' || one.kind === 'zero-stop' ? 'stop' : 'interim';
  const arrives = at + one.delay;
  const made = ways.stamps ? at : arrives;
  const record = recordOf(
    { kind, seconds: 0 },
    {
      nasPort: String(run.login % 2),
      trafficClass: run.login % 3 === 2 ? 'domestic' : '',
      acctSessionId: `id-${run.login}`,
      classKey: ways.echoes ? run.login.toString(16).padStart(16, 'c') : undefined,
      gigawordsKnown: ways.gigawords,
      inputOctets: isStart ? undefined : counter(run.input),
      outputOctets: isStart ? undefined : counter(run.output),
      receivedAt: arrives,
      order: {
        eventTimestampSeconds: ways.stamps ? Math.floor(at / 1000) + 3 : undefined,
        sessionTimeSeconds: ways.sessionTime && !isStart ? run.seconds : undefined,
        at: made,
      },
    },
  );
  return { at: arrives, record };
}

/** The same packet again: its time is the one of its stamp, else that of its arrival. */
function copyOf(record: AccountingRecord, at: number, ways: NasWays): Step {
  const order = ways.stamps ? record.order : { ...record.order, at };
  return { at, record: { ...record, receivedAt: at, order } };
}

/** Such streams, for one NAS and its ways each. */
export const streams = fc
  .tuple(fc.array(move, { minLength: 1, maxLength: 24 }), nasWays)
  .map(([moves, ways]) => stepsOf(moves, ways).toSorted((left, right) => left.at - right.at));

/** What a line went through. */
export interface Run {
  readonly state: LineState;
  readonly events: readonly EngineEvent[];
  readonly effects: readonly Effect[];
  /** The order that each answer of the NAS was about; the same answers come whatever becomes of us. */
  readonly answered: readonly (Effect | undefined)[];
}

/** Lets the steps happen; `answered` by another run's NAS, else each answer is about the newest order. */
export function run(from: LineState, steps: readonly Step[], plan: Plan, answered?: Run['answered']): Run {
  let state = from;
  const events: EngineEvent[] = [];
  const effects: Effect[] = [];
  const answers = answered ?? [];
  const own: (Effect | undefined)[] = [];
  steps.forEach((step, index) => {
    const effect = answered === undefined ? effects.at(-1) : answers[index];
    own.push(effect);
    const change = stepChange(state, step, effect, plan);
    if (change === undefined) return;
    state = change.state!;
    events.push(...change.events);
    effects.push(...change.effects);
  });
  return { state, events, effects, answered: own };
}

function stepChange(
  state: LineState,
  step: Step,
  effect: Effect | undefined,
  plan: Plan,
): LineChange | undefined {
  const context = contextOf(step.at, plan);
  if ('record' in step) return accountRecord(state, step.record, context);
  if (effect === undefined) return undefined;
  const result = { result: step.answer, kind: effect.kind, errorCause: 503, attempts: 1, latencyMs: 5 };
  return effectDone(state, effect, result, context);
}

/** A line whose grants begin and end within the day, as its service does. */
export const LINE = lineOf(
  [
    grantOf('a', 1 * GB, { until: T0 + 30 * HOUR_MS }),
    grantOf('b', 1 * GB, { from: T0 + 5 * HOUR_MS, kind: 'timed', until: T0 + 12 * HOUR_MS }),
    grantOf('c', 1 * GB, { until: undefined, consumed: (GB / 2) as never }),
    grantOf('d', 1 * GB, { tier: 1 }),
  ],
  { expiresAt: T0 + 14 * HOUR_MS },
);
const ALL_DAY = { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440 };
/** Reports are far apart here, and no session is to be silent by that. */
const rarely = (changes: Partial<Plan>) => planOf({ interimSeconds: 86_400, ...changes });
/** Plans of every kind. */
export const PLANS: Readonly<Record<string, Plan>> = {
  both: rarely({}),
  'free nights': rarely({
    windows: [{ ...ALL_DAY, fromMinute: 120, toMinute: 800, percent: 0, speed: undefined }],
  }),
  '33 percent': rarely({ windows: [{ ...ALL_DAY, percent: 33, speed: undefined }] }),
  'cut at the end': rarely({ exhausted: 'disconnect' }),
  'domestic at half, slower in two steps': rarely({
    classes: [{ name: 'domestic', percent: 50 }],
    tiers: [{ downKbps: 1_024, upKbps: 256, octets: octets(GB) }],
  }),
  'fast evenings': rarely({
    windows: [{ ...ALL_DAY, fromMinute: 1_080, percent: 100, speed: { downKbps: 160_000, upKbps: 40_000 } }],
  }),
  'captive at the end': rarely({ exhausted: 'captive', expired: 'captive' }),
  'no speed named': rarely({ speed: undefined }),
};

/** All that is paid for, shown or found again by: everything but what is told anew by the next record or by time. */
export function figuresOf({ grants, sessions }: LineState) {
  return { grants, sessions: sessions.map(figuresOfSession).sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

function figuresOfSession(session: Session) {
  const { key, usage, acctSessionId, nasPort, startedAt, updatedAt, closeCause, applied, nasBoot } = session;
  const { segmentFrom, ...counters } = session.counters;
  return {
    ...{ key, usage, acctSessionId, nasPort, startedAt, updatedAt, closeCause, applied, nasBoot, counters },
    segmentFrom: counters.segment === 0 ? undefined : segmentFrom,
    total: totalOctets(session.counters),
    isClosed: session.state === 'closed',
  };
}
