import { depositOf } from '../../engine/ledger/account.ts';
import type { Order, OrderKind } from '../../engine/orders/order.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import type { Agent, AgentParticulars } from '../../engine/subscribers/agent.ts';
import type { Result } from '../../engine/values/result.ts';
import { rial } from '../../engine/values/rial.ts';
import { NOON, OrderWorld } from './order-world.ts';

export const BY = { actor: 'sara', reason: 'as agreed' };

/** Shorter words for what tests do with agents. */
export class AgentWorld {
  readonly ledger: Ledger;
  readonly orders: OrderWorld;
  #references = 0;

  private constructor(orders: OrderWorld) {
    this.orders = orders;
    this.ledger = orders.ledger;
  }

  /** @param ledger empty. */
  static async begin(ledger: Ledger): Promise<AgentWorld> {
    return new AgentWorld(await OrderWorld.begin(ledger));
  }

  async agent(
    commissionPercent: number,
    parent?: Agent,
    more: Partial<AgentParticulars> = {},
  ): Promise<Agent> {
    const named = { kind: 'agent', name: 'نمایندگی کرج', mobile: '' } as const;
    const particulars = { ...named, parentId: parent?.id, commissionPercent, ...more };
    return value(await this.ledger.agents.createAgent(particulars, BY, NOON));
  }

  async deposit({ id: agentId }: Agent, amount: number): Promise<void> {
    this.#references += 1;
    const reference = `r${this.#references}`;
    const deposit = { agentId, into: 'bank', amount: rial(amount), reference };
    value(await this.ledger.agents.deposit(deposit, BY, NOON));
  }

  /** What is left of a deposit. */
  async left({ id }: Agent): Promise<number> {
    return (await this.ledger.money.balance(depositOf(id)))?.balance ?? 0;
  }

  /** A customer of an agent, with a line of this name. */
  async customer(username: string, agent?: Agent): Promise<number> {
    const id = await this.orders.customer(username);
    await this.ledger.agents.assignCustomer(id, agent?.id, BY, NOON);
    return id;
  }

  async place(username: string, agent: Agent, offerCode = 'm5', kind: OrderKind = 'service'): Promise<Order> {
    const request = { username, kind, offerCode, months: 1 };
    const by = { role: agent.kind, actor: `agent:${agent.id}` };
    return value(await this.ledger.orders.place(request, by, NOON));
  }

  pay(order: Pick<Order, 'id'>, agent: Agent) {
    return this.ledger.orders.payFromDeposit(order.id, agent.id, `agent:${agent.id}:till`, NOON);
  }

  /** Takes back all that an order's invoice charges, or some rows of it; the service is kept. */
  async refund(order: Pick<Order, 'id'>, key: string, rows?: readonly number[]): Promise<void> {
    const found = await this.ledger.invoices.invoices({ orderId: order.id, limit: 10 });
    const stored = found.find(({ invoice }) => invoice.kind === 'invoice');
    const takenBack = rows === undefined ? 'all' : { rows, lineRental: false };
    const request = { invoice: stored!.invoice, takenBack, service: 'keep', key } as const;
    value(await this.ledger.invoices.refund(request, BY, NOON + 1));
  }

  /** What the audit trail says of a subject, newest first. */
  async trail(subject: string): Promise<readonly string[]> {
    return (await this.ledger.people.auditTrail({ subject, limit: 100 })).map(({ action }) => action);
  }
}

/** The value of what did not fail. */
export function value<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
