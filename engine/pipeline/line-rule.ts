import type { Anomaly } from '../accounting/record.ts';
import type { AccessDecision } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import type { LineChange } from './line-change.ts';

/** Outcome of a rule: the change to store, `undefined` for none, and what the caller wants to know. */
export interface RuleResult<T> {
  readonly change: LineChange | undefined;
  readonly result: T;
}

/** A pure rule about one line; it may run several times, on ever newer states. */
export type LineRule<T> = (state: LineState | undefined) => RuleResult<T>;

/** The rule of a login. */
export type LoginRule = LineRule<AccessDecision>;

/** The rule of an accounting record; its result is what is odd about it, `undefined` when there is no such line. */
export type AccountingRule = LineRule<readonly Anomaly[] | undefined>;
