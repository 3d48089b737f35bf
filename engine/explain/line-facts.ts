import type { PlanLookup } from '../catalog/plan-history.ts';
import type { LineState } from '../policy/line-state.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import type { Instant } from '../values/instant.ts';
import type { EffectRow, StatusRow } from './past-stores.ts';

/** An answered Access-Request. */
export interface LoginRow {
  readonly at: Instant;
  readonly nas: string;
  readonly callingStationId: string;
  readonly outcome: 'accept' | 'reject';
  readonly reason: RejectReason | '';
  readonly count: number;
}

/** All that is known of a line as of one instant. */
export interface LineFacts {
  readonly username: string;
  readonly at: Instant;
  /** `undefined` when there was no line of this name. */
  readonly state: LineState | undefined;
  readonly source: 'counters' | 'history';
  readonly plans: PlanLookup;
  readonly bootOf: (nas: string) => number;
  /** The change that made the status what it was. */
  readonly status: StatusRow | undefined;
  /** Answers up to `at`, newest first. */
  readonly logins: readonly LoginRow[];
  /** Orders that ended up to shortly after `at`, newest first. */
  readonly effects: readonly EffectRow[];
  /** Set when the figures need history that is not kept so far back: those are as near as the days allow. */
  readonly keptSince: Instant | undefined;
}
