import type { Anomaly } from '../accounting/record.ts';
import type { AccessDecision } from '../policy/decide-access.ts';
import type { LineState } from '../policy/line-state.ts';
import { StoreAway } from '../values/store-away.ts';
import type { AccountingRule, LineRule, LoginRule } from './line-rule.ts';
import type { SessionAccounting } from './session-accounting.ts';

/** Answers packets in the engine's place while the store is away. */
export interface StandIn {
  /** Packets whose answer waits. */
  readonly waiting: number;
  /** True while packets about the line go here at once. */
  holds(username: string): boolean;
  /** The store could not be reached for the line. */
  storeIsAway(username: string): void;
  /** State of the line as far as it is known. @throws StoreAway when it is known nowhere. */
  peek(username: string): LineState;
  /** Like the engine's; rejects with `StoreAway` when the line is known nowhere. */
  login(username: string, rule: LoginRule): Promise<AccessDecision>;
  /** Like the engine's, also for a line that is known nowhere: whether there is such a line shows later. */
  account(accounting: SessionAccounting, rule: AccountingRule): Promise<readonly Anomaly[]>;
}

/** What the stand-in needs of a packet whose rule met a store that is away. */
export type Substitutable = SessionAccounting | 'login';

/** Who goes on for a line whose store failed. @throws the failure itself when nobody stands in for it. */
export function standInFor(standIn: StandIn | undefined, username: string, failure: unknown): StandIn {
  if (standIn === undefined || !(failure instanceof StoreAway)) throw failure;
  standIn.storeIsAway(username);
  return standIn;
}

/** The stand-in's answer to a packet whose rule met a failing store; rejects with the failure when there is none. */
export async function handOver(
  standIn: StandIn | undefined,
  username: string,
  rule: LineRule<unknown>,
  packet: Substitutable | undefined,
  failure: unknown,
): Promise<unknown> {
  if (packet === undefined) throw failure;
  const deputy = standInFor(standIn, username, failure);
  return packet === 'login'
    ? deputy.login(username, rule as LoginRule)
    : deputy.account(packet, rule as AccountingRule);
}
