import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';
import type { Agent, AgentParticulars, AgentState, PlacementFault } from './agent.ts';
import type { ChangeNote } from './audit-trail.ts';
import type { CustomerLine, LineContract } from './customer.ts';
import type { Scope, ScopeStore } from './scope.ts';
import type { TokenStore } from './token-store.ts';

/** Why an agent was not stored. */
export type AgentConflict = 'no-such-agent' | 'no-such-parent' | PlacementFault;

/** A change of an agent; what is absent stays. `null` puts the agent at the top. */
export interface AgentChange {
  readonly parentId?: number | null | undefined;
  readonly kind?: AgentParticulars['kind'] | undefined;
  readonly name?: string | undefined;
  readonly mobile?: string | undefined;
  readonly commissionPercent?: number | undefined;
  readonly state?: AgentState | undefined;
}

/** Which agents to list, by number. */
export interface AgentFilter {
  readonly scope: Scope;
  readonly limit: number;
  /** Only agents of a higher number: `next` of the page before. */
  readonly after?: number | undefined;
}

/** Money that an agent pays in advance «شارژ نمایندگی». */
export interface AgentDeposit {
  readonly agentId: number;
  /** Where it is: our bank account, the cash desk, or a gateway of this name. */
  readonly into: string;
  readonly amount: Rial;
  /**
   * How the bank, the gateway or the receipt calls it; a deposit counts once per place and reference, with zeros before it or
   * without, in whichever digits (`traceKey`).
   */
  readonly reference: string;
}

/** Why a deposit was not taken. */
export type DepositRefusal =
  | 'no-such-agent'
  /** The reference is that of another deposit. */
  | 'reference-taken';

/** A line that is added to a customer. */
export interface NewLine {
  readonly customerId: number;
  readonly username: string;
  /** In the clear. */
  readonly password: string;
  /** Of which the line is until something is bought for it. */
  readonly plan: string;
  /** As `checkLineContract` gives it. */
  readonly contract: Partial<LineContract>;
}

/** Why a line was not added. */
export type NewLineFault = 'no-such-customer' | 'username-taken' | 'no-such-plan';

/** How far an agent's deposit may go below 0 was not changed. */
export type LimitRefusal = 'no-such-agent' | 'owes-more';

/** A period of a report, and which rows of it: newest first, `before` is the last one's entry of the page before. */
export interface ReportFilter {
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  readonly limit: number;
  readonly before?: number | undefined;
}

/** A sale of an agent, or of one below, that earned him something. */
export interface CommissionRow {
  /** Entry of the ledger. */
  readonly entry: number;
  readonly at: Instant;
  readonly orderId: number;
  /** Below 0 where the sale was refunded and some was given back. */
  readonly amount: number;
}

/** What moved an agent's deposit within a period; opening + deposits - sales + commission + other = closing. */
export interface AgentReport {
  readonly opening: number;
  readonly deposits: number;
  /** What was paid from the deposit for customers. */
  readonly sales: number;
  readonly saleCount: number;
  /** Earned, less what was taken back. */
  readonly commission: number;
  /** Everything else, such as a correction by staff. */
  readonly other: number;
  readonly closing: number;
  readonly rows: readonly CommissionRow[];
}

/** Agents, their deposits and what they earn. Each change is one transaction with its row in the audit trail. */
export interface AgentStore extends ScopeStore, TokenStore {
  createAgent(
    particulars: AgentParticulars,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<Agent, AgentConflict>>;
  changeAgent(
    id: number,
    change: AgentChange,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<Agent, AgentConflict>>;
  agent(id: number): Promise<Agent | undefined>;
  agents(filter: AgentFilter): Promise<readonly Agent[]>;
  /** Takes a deposit, once: the same one again gives the agent as it is. */
  deposit(deposit: AgentDeposit, by: ChangeNote, now: Instant): Promise<Result<Agent, DepositRefusal>>;
  setDepositLimit(
    id: number,
    limit: Rial,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<Agent, LimitRefusal>>;
  /** `undefined` when there is no such agent. */
  report(id: number, filter: ReportFilter): Promise<AgentReport | undefined>;
  /** Gives a customer to an agent, `undefined` to the house. False when there is no such customer or agent. */
  assignCustomer(
    customerId: number,
    agentId: number | undefined,
    by: ChangeNote,
    now: Instant,
  ): Promise<boolean>;
  /**
   * Adds a line to a customer, without a term: it is refused online until a service is bought for it. A line that is there
   * already is never changed by it.
   */
  createLine(line: NewLine, by: ChangeNote, now: Instant): Promise<Result<CustomerLine, NewLineFault>>;
  /** Whose customer it is; `undefined` for the house's own and for nobody. */
  agentOf(customerId: number): Promise<number | undefined>;
}

/** A ledger that has agents. */
export interface AgentLedger {
  readonly agents: AgentStore;
}
