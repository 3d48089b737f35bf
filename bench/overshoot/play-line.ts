import { isOpen } from '../../engine/accounting/session-life.ts';
import type { Plan } from '../../engine/catalog/plan.ts';
import type { PlanHistory } from '../../engine/catalog/plan-history.ts';
import { accountRecord } from '../../engine/pipeline/account-record.ts';
import { effectDone } from '../../engine/pipeline/effect-done.ts';
import { concludeChange, type LineChange, type LineContext } from '../../engine/pipeline/line-change.ts';
import { wakeLine } from '../../engine/pipeline/wake-line.ts';
import { decideAccess } from '../../engine/policy/decide-access.ts';
import type { Effect } from '../../engine/policy/effect.ts';
import type { LineState } from '../../engine/policy/line-state.ts';
import { octets } from '../../engine/values/octets.ts';
import type { Random } from '../fleet/random.ts';
import { NasSession } from './nas-session.ts';
import type { Scenario } from './scenario.ts';
import { trafficOf } from './traffic.ts';
import type { Variant } from './variant.ts';

/** How a line's volume ended. */
export interface LineOutcome {
  /** Octets at full speed beyond what was left. */
  readonly overshotOctets: number;
  /** The same by the engine's books; they agree where every session was ended. */
  readonly bookedOctets: number;
  /** Volume that was left when the last session had ended: a cut that came too early. */
  readonly unusedOctets: number;
  readonly intervalsSeconds: readonly number[];
  readonly caps: readonly (number | undefined)[];
  /** CoA- and Disconnect-Requests. */
  readonly orders: number;
  /** Seconds for which some session was slower than it had paid for, while there was volume. */
  readonly slowedSeconds: number;
  readonly isOver: boolean;
}

const START_MS = Date.UTC(2026, 0, 10, 6);
const NAIVE_INTERVAL_MS = 300_000;
const LONGEST_PLAY_MS = 24 * 3_600_000;
const DAY_MS = 86_400_000;
const LOGINS_WITHIN_MS = 300_000;
const USERNAME = 'line';

interface Coming {
  readonly at: number;
  readonly run: () => void;
}

/** Plays one line from login to the end of its volume, through the rules of the engine and a NAS made of figures. */
export function playLine(scenario: Scenario, variant: Variant): LineOutcome {
  return new LinePlay(scenario, variant).run();
}

class LinePlay {
  readonly #scenario: Scenario;
  readonly #variant: Variant;
  readonly #delays: Random;
  readonly #losses: Random;
  readonly #history: PlanHistory;
  readonly #sessions: NasSession[] = [];
  /** Sessions whose newest report was lost. */
  readonly #silent = new Set<NasSession>();
  readonly #caps: (number | undefined)[] = [];
  #coming: Coming[] = [];
  #state: LineState;
  #wakeAt: number | undefined;
  #now = START_MS;
  #orders = 0;
  #slowedMs = 0;

  constructor(scenario: Scenario, variant: Variant) {
    this.#scenario = scenario;
    this.#variant = variant;
    this.#delays = scenario.random.fork('delays');
    this.#losses = scenario.random.fork('losses');
    const plan = planOf(scenario, variant);
    this.#history = { name: plan.name, versions: [{ from: 0, plan }] };
    this.#state = lineOf(scenario, plan);
    const logins = scenario.random.fork('logins');
    for (let number = 1; number <= scenario.sessions; number++) {
      const at = START_MS + logins.integer(0, LOGINS_WITHIN_MS);
      this.#coming.push({ at, run: () => this.#login(number) });
    }
  }

  run(): LineOutcome {
    while (!this.#isOver() && this.#now - START_MS < LONGEST_PLAY_MS) this.#step();
    const used = this.#sessions.reduce((sum, session) => sum + session.fullSpeedOctets, 0);
    const booked = this.#state.sessions.reduce((sum, { usage }) => sum + usage.overshotOctets, 0);
    const unused = this.#state.grants.reduce((sum, grant) => sum + grant.octets - grant.consumed, 0);
    return {
      overshotOctets: Math.max(0, used - this.#scenario.leftOctets),
      bookedOctets: booked,
      unusedOctets: unused,
      intervalsSeconds: this.#sessions.map((session) => session.interimSeconds),
      caps: this.#caps,
      orders: this.#orders,
      slowedSeconds: Math.round(this.#slowedMs / 1000),
      isOver: this.#isOver(),
    };
  }

  #isOver(): boolean {
    return this.#coming.length === 0 && this.#sessions.every((session) => session.isPastVolume);
  }

  #step(): void {
    let at = this.#wakeAt ?? Number.POSITIVE_INFINITY;
    for (const coming of this.#coming) at = Math.min(at, coming.at);
    for (const session of this.#sessions) at = Math.min(at, session.nextAt);
    this.#advance(Math.max(at, this.#now));
    for (const session of this.#sessions) if (session.endedAt === undefined) this.#report(session);
    const due = this.#coming.filter((coming) => coming.at <= this.#now);
    this.#coming = this.#coming.filter((coming) => coming.at > this.#now);
    for (const coming of due.sort((left, right) => left.at - right.at)) coming.run();
    if (this.#wakeAt !== undefined && this.#wakeAt <= this.#now) {
      this.#take(wakeLine(this.#state, this.#context()));
    }
  }

  #advance(now: number): void {
    if (this.#state.sessions.some((session) => isOpen(session) && this.#isSlowed(session.applied.downKbps))) {
      this.#slowedMs += now - this.#now;
    }
    this.#now = now;
    for (const session of this.#sessions) session.advance(now);
  }

  #isSlowed(downKbps: number): boolean {
    const left = this.#state.grants.some((grant) => grant.consumed < grant.octets);
    return left && downKbps < this.#scenario.speed.downKbps;
  }

  #report(session: NasSession): void {
    if (session.isCapped) this.#end(session);
    if (session.endedAt !== undefined || session.nextReportAt > this.#now) return;
    session.reported();
    this.#send(session, 'interim');
  }

  #end(session: NasSession): void {
    session.end();
    this.#send(session, 'stop');
  }

  #send(session: NasSession, kind: 'start' | 'interim' | 'stop'): void {
    const told = session.record(kind, USERNAME);
    if (kind === 'interim' && this.#isLost(session)) return;
    this.#later(this.#reportDelayMs(), () => {
      this.#take(accountRecord(this.#state, { ...told, receivedAt: this.#now }, this.#context()));
    });
  }

  #isLost(session: NasSession): boolean {
    if (this.#silent.delete(session) || !this.#losses.chance(this.#scenario.lost)) return false;
    this.#silent.add(session);
    return true;
  }

  #login(number: number): void {
    const { random, shape } = this.#scenario;
    const decision = decideAccess(
      this.#state,
      (name) => (name === this.#history.name ? this.#history : undefined),
      () => 0,
      {
        now: this.#now,
        nas: 'bras',
        nasBoot: 0,
        nasAddress: '10.0.0.1',
        nasPort: String(number),
        callingStationId: `station-${number}`,
        sessionKey: `${random.fork(`key ${number}`).uint32().toString(16).padStart(8, '0')}0000000${number}`,
      },
    );
    if (!decision.accepted) return;
    const { profile } = decision;
    const capOctets = this.#variant.cap ? profile.volumeCapOctets : undefined;
    this.#caps.push(capOctets);
    const intervalMs = this.#variant.adaptive ? profile.interimSeconds * 1000 : NAIVE_INTERVAL_MS;
    const traffic = trafficOf(shape, random.fork(`traffic ${number}`), this.#now);
    const session = new NasSession(number, profile, { intervalMs, capOctets }, traffic, this.#now);
    this.#sessions.push(session);
    const next = { ...this.#state, sessions: decision.sessions };
    this.#take(concludeChange(next, [], decision.effects, this.#context()));
    this.#send(session, 'start');
  }

  #take(change: LineChange): void {
    this.#state = change.state!;
    this.#wakeAt = change.wakeAt;
    this.#leaveVolume();
    for (const effect of change.effects) this.#later(this.#orderDelayMs(), () => this.#obey(effect));
  }

  /** Where the floor of a landing is the speed after the volume, the NAS need not be told that it has ended. */
  #leaveVolume(): void {
    for (const { key, applied } of this.#state.sessions) {
      if (applied.mode !== 'full') this.#sessions.find((session) => session.key === key)?.leaveVolume();
    }
  }

  /** The NAS has the order, and its answer is back. */
  #obey(effect: Effect): void {
    const session = this.#sessions.find(({ key }) => key === effect.sessionKey);
    if (session === undefined || session.endedAt !== undefined) return;
    this.#orders++;
    if (effect.kind === 'change-speed') session.change(effect.service);
    else this.#end(session);
    const answer = { kind: effect.kind, result: 'ack', errorCause: 0, attempts: 1, latencyMs: 0 } as const;
    this.#take(effectDone(this.#state, effect, answer, this.#context()));
  }

  #later(delayMs: number, run: () => void): void {
    this.#coming.push({ at: this.#now + delayMs, run });
  }

  /** One in fifty is sent a second time. */
  #reportDelayMs(): number {
    return this.#delays.integer(1, 200) + (this.#delays.chance(0.02) ? 3_000 : 0);
  }

  #orderDelayMs(): number {
    return this.#delays.integer(5, 300) + (this.#delays.chance(0.02) ? 3_000 : 0);
  }

  #context(): LineContext {
    return {
      now: this.#now,
      plans: (name) => (name === this.#history.name ? this.#history : undefined),
      bootOf: () => 0,
    };
  }
}

function planOf(scenario: Scenario, { softLanding }: Variant): Plan {
  return {
    name: 'plan',
    days: 30,
    quota: { octets: octets(scenario.quotaOctets), charge: 'both', per: 'term' },
    speed: scenario.speed,
    tiers: [],
    exhausted: scenario.exhausted,
    expired: 'disconnect',
    windows: [],
    classes: [],
    concurrentSessions: scenario.sessions,
    locksFirstMac: false,
    softLanding,
    pool: undefined,
    interimSeconds: NAIVE_INTERVAL_MS / 1000,
  };
}

function lineOf({ leftOctets }: Scenario, plan: Plan): LineState {
  const from = START_MS - DAY_MS;
  const until = START_MS + 20 * DAY_MS;
  return {
    profile: {
      username: USERNAME,
      lineId: 1,
      revision: 1,
      status: 'active',
      sealedPassword: '',
      planName: plan.name,
      expiresAt: until,
      reserve: undefined,
      concurrentSessions: undefined,
      macLock: '',
      staticIp: '',
      framedRoutes: [],
      framedIpv6Prefix: '',
      delegatedIpv6Prefix: '',
    },
    grants: [
      {
        id: 'volume',
        kind: 'service',
        octets: octets(leftOctets),
        consumed: octets(0),
        from,
        until,
        priority: 100,
        tier: 0,
        createdAt: from,
      },
    ],
    sessions: [],
    forgotten: undefined,
  };
}
