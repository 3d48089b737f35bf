import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import type { Plan } from '../../../engine/catalog/plan.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { EngineEvent, UsageEvent } from '../../../engine/pipeline/engine-event.ts';
import type { LineChange, LineContext } from '../../../engine/pipeline/line-change.ts';
import { wakeLine } from '../../../engine/pipeline/wake-line.ts';
import { type AccessDecision, decideAccess } from '../../../engine/policy/decide-access.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { lookupOf, planOf } from '../pipeline/samples.ts';

/** Where a login comes from; '' is not told. */
export interface Place {
  readonly port: string;
  readonly station: string;
}

/** A session as its NAS knows it, whatever became of it here. */
export interface Dialled extends Place {
  readonly key: string;
  readonly startedAt: number;
  input: number;
  output: number;
  over: boolean;
}

/** A line in the hands of one NAS: logins, reports and the passing of time, each by the rule that the packet path runs. */
export class DialledLine {
  state: LineState;
  now = T0;
  boot = 0;
  readonly dialled: Dialled[] = [];
  readonly usage: UsageEvent[] = [];
  readonly effects: Effect[] = [];
  private readonly plan: Plan;

  constructor(state: LineState, plan: Plan = planOf()) {
    this.state = state;
    this.plan = plan;
  }

  /** Decides a login, and takes over its sessions when it is accepted. */
  login(place: Place): AccessDecision {
    // The first digits spread the interim intervals: these leave the plan's as it is.
    const key = `8000${(this.dialled.length + 1).toString(16).padStart(4, '0')}${seconds(this.now).toString(16)}`;
    const decision = decideAccess(this.state, lookupOf(this.plan), () => this.boot, {
      now: this.now,
      nas: 'bras',
      nasBoot: this.boot,
      nasAddress: '10.0.0.1',
      nasPort: place.port,
      callingStationId: place.station,
      sessionKey: key,
    });
    if (decision.accepted) {
      this.state = { ...this.state, sessions: decision.sessions };
      this.effects.push(...decision.effects);
      this.dialled.push({ ...place, key, startedAt: this.now, input: 0, output: 0, over: false });
    }
    return decision;
  }

  /** One accounting record of a session, with the counters as they stand. */
  report(kind: AccountingRecord['kind'], session: Dialled): LineChange {
    if (kind === 'stop') session.over = true;
    const change = accountRecord(this.state, this.recordOf(kind, session), this.context());
    this.take(change);
    return change;
  }

  /** Time goes on, and what is due by then is looked at. */
  pass(ms: number): void {
    this.now += ms;
    this.take(wakeLine(this.state, this.context()));
  }

  private take(change: LineChange): void {
    if (change.state === undefined) throw new Error('nothing here removes the line');
    this.state = change.state;
    this.usage.push(...(change.events as readonly EngineEvent[]).filter((event) => event.type === 'usage'));
    this.effects.push(...change.effects);
  }

  private context(): LineContext {
    return { now: this.now, plans: lookupOf(this.plan), bootOf: () => this.boot };
  }

  private recordOf(kind: AccountingRecord['kind'], session: Dialled): AccountingRecord {
    const elapsed = seconds(this.now - session.startedAt);
    return recordOf(
      { kind, seconds: elapsed },
      {
        classKey: session.key,
        acctSessionId: `id-${session.key}`,
        nasPort: session.port,
        callingStationId: session.station,
        nasBoot: this.boot,
        receivedAt: this.now,
        order: { eventTimestampSeconds: seconds(this.now), sessionTimeSeconds: elapsed, at: this.now },
        ...(kind !== 'start' && { inputOctets: octets(session.input), outputOctets: octets(session.output) }),
      },
    );
  }
}

/** Upload and download together. */
export function totalOf(session: Session): number {
  const { inputOctets, outputOctets } = totalOctets(session.counters);
  return inputOctets + outputOctets;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
