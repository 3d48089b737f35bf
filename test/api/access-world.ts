import { createHash, randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import type { Agent } from '../../engine/subscribers/agent.ts';
import { AgentWorld, BY, value } from '../conformance/agent-world.ts';
import type { Operation } from './described.ts';
import { appOf, openWorld, START, TOKEN, type World } from './world.ts';

/** Whoever asks. */
export type Caller =
  | 'nobody'
  | 'staff'
  | 'named staff'
  | 'owner'
  | 'agent above'
  | 'agent above, own only'
  | 'other branch'
  | 'suspended'
  | 'revoked';

/** A username that stands in whatever is told of the owner's things. */
export const MINE = 'line-of-the-owner';

/** Shops of agents, with something of everything in the owner's. */
export class AccessWorld {
  readonly world: World;
  readonly app: Hono;
  readonly agents: AgentWorld;
  readonly owner: Agent;
  readonly customer: number;
  readonly #tokens: ReadonlyMap<Caller, string>;
  readonly #ids: Readonly<Record<string, number>>;
  readonly #invoice: string;

  private constructor(made: {
    readonly world: World;
    readonly agents: AgentWorld;
    readonly owner: Agent;
    readonly customer: number;
    readonly tokens: ReadonlyMap<Caller, string>;
    readonly ids: Readonly<Record<string, number>>;
    readonly invoice: string;
  }) {
    this.world = made.world;
    this.agents = made.agents;
    this.owner = made.owner;
    this.customer = made.customer;
    this.#tokens = made.tokens;
    this.#ids = made.ids;
    this.#invoice = made.invoice;
    const { ledger, clock } = made.world;
    const principals = { find: (digest: string) => ledger.agents.principalOf(digest, clock.now()) };
    this.app = appOf({ ...made.world.deps, principals });
  }

  static async open(): Promise<AccessWorld> {
    const world = await openWorld();
    const agents = await AgentWorld.begin(world.ledger);
    const above = await agents.agent(20);
    const owner = await agents.agent(10, above);
    const [other, suspended] = [await agents.agent(10), await agents.agent(10, owner)];
    const customer = await agents.customer(MINE, owner);
    for (const one of [above, owner]) await agents.deposit(one, 1_000_000_000);
    const order = await agents.place(MINE, owner);
    value(await agents.pay(order, owner));
    const [payment] = await world.ledger.payments.payments({ customer, limit: 1 });
    const upload = { customerId: customer, type: 'other', fileName: MINE, mediaType: 'image/jpeg' } as const;
    const content = new Uint8Array([0xff, 0xd8]);
    const document = value(await world.ledger.people.addDocument({ ...upload, content }, BY, START));
    const [stored] = await world.ledger.invoices.invoices({ customer, limit: 1 });
    const { series, number } = stored!.invoice;
    await world.deps.onApplied();
    const tokens = new Map<Caller, string>([['staff', TOKEN]]);
    const give = async (caller: Caller, agent: Agent | undefined, scope: 'own' | 'tree' = 'tree') => {
      const draft = { name: caller, agentId: agent?.id, scope, digest: digestOf(caller) };
      tokens.set(caller, caller.replaceAll(/\W/g, '-'));
      return value(await world.ledger.agents.createToken(draft, BY, START));
    };
    await give('named staff', undefined);
    await give('owner', owner);
    await give('agent above', above);
    await give('agent above, own only', above, 'own');
    await give('other branch', other);
    await give('suspended', suspended);
    const { id: token } = await give('revoked', owner);
    await world.ledger.agents.revokeToken(token, BY, START);
    value(await world.ledger.agents.changeAgent(suspended.id, { state: 'suspended' }, BY, START));
    const ids = {
      ...{ customers: customer, payments: payment!.id, documents: document.id, agents: owner.id },
      ...{ tokens: token, orders: order.id },
    };
    return new AccessWorld({ world, agents, owner, customer, tokens, ids, invoice: `${series}/${number}` });
  }

  /** Calls an operation about the owner's things. */
  async call(operation: Operation, caller: Caller): Promise<Response> {
    const order = await this.agents.place(MINE, this.owner, 'x1', 'traffic');
    const path = operation.path
      .replace('{username}', MINE)
      .replace('{series}/{number}', this.#invoice)
      .replace(
        /\/orders\/\{id\}/,
        operation.method === 'get' ? `/orders/${this.#ids.orders}` : `/orders/${order.id}`,
      )
      .replaceAll(/\/(\w+)\/\{id\}/g, (_, name: string) => `/${name}/${this.#ids[name]}`)
      .replaceAll(/\{\w+\}/g, 'none');
    const token = this.#tokens.get(caller);
    const sent = BODIES[operation.operationId];
    const headers: Record<string, string> = { 'idempotency-key': randomUUID() };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const body = sent?.(await this.#revision());
    if (body !== undefined && !(body instanceof FormData)) headers['content-type'] = 'application/json';
    return this.app.request(path, {
      ...{ method: operation.method.toUpperCase(), headers },
      body: body === undefined || body instanceof FormData ? (body ?? null) : JSON.stringify(body),
    });
  }

  /** What a named member of staff gets for a call below /api/v1. */
  async asNamedStaff(method: string, path: string, body?: object): Promise<Response> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.#tokens.get('named staff')}`,
      'idempotency-key': randomUUID(),
    };
    if (body !== undefined && !(body instanceof FormData)) headers['content-type'] = 'application/json';
    const sent = body === undefined || body instanceof FormData ? (body ?? null) : JSON.stringify(body);
    return this.app.request(`/api/v1${path}`, { method, headers, body: sent });
  }

  async #revision(): Promise<number> {
    return (await this.world.ledger.people.customer(this.customer))!.revision;
  }
}

/** What is sent to what agents may call; staff's other calls are sent nothing, and change nothing. */
export const BODIES: Readonly<Record<string, (revision: number) => object | undefined>> = {
  quoteOrder: () => ({ username: MINE, kind: 'traffic', offerCode: 'x1' }),
  placeOrder: () => ({ username: MINE, kind: 'traffic', offerCode: 'x1' }),
  payFromDeposit: () => ({}),
  addCustomer: () => ({ name: 'مشتری تازه' }),
  addLine: () => ({ username: `new-${randomUUID()}`, password: 'p', plan: 'نامحدود' }),
  changeCustomer: (revision) => ({ revision, education: `دیپلم ${revision}` }),
  uploadDocument: () => {
    const form = new FormData();
    form.set('type', 'other');
    form.set('file', new File([Buffer.from(ONE_PIXEL, 'base64')], 'a.png', { type: 'image/png' }));
    return form;
  },
};

const ONE_PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

function digestOf(caller: Caller): string {
  return createHash('sha256').update(caller.replaceAll(/\W/g, '-')).digest('hex');
}
