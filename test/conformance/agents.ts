import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentDeposit } from '../../engine/ledger/business-events.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { MINUTE_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { changedAgents } from './agent-changes.ts';
import { addedLines } from './agent-lines.ts';
import { refundedAgents } from './agent-refunds.ts';
import { racingAgents, sellingAgents } from './agent-sales.ts';
import { movingScopes, thingScopes } from './agent-scopes.ts';
import { walletsOfCustomers } from './agent-wallets.ts';
import { AgentWorld, BY, value } from './agent-world.ts';
import { MONTH, NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

/** What every ledger promises about agents. The tests follow one ledger through its life, in order. */
export function agentSuite(name: string, open: () => Promise<Ledger>): void {
  describe(`agents on ${name}`, () => {
    let world: AgentWorld;
    beforeAll(async () => {
      world = await AgentWorld.begin(await open());
      const odd = {
        kind: 'extra',
        code: 'odd',
        name: 'ناهموار',
        price: 333_337,
        octets: 1,
        validity: 'service',
      } as const;
      const uneven = {
        kind: 'prepaid',
        code: 'uneven',
        name: 'نابرابر',
        plan: 'نامحدود',
        term: MONTH,
        price: 777_773,
      } as const;
      await world.orders.declare({ offers: [odd, uneven] }, NOON);
    }, 60_000);
    afterAll(() => world.ledger.close());
    tree(() => world);
    deposits(() => world);
    sellingAgents(() => world);
    refundedAgents(() => world);
    changedAgents(() => world);
    walletsOfCustomers(() => world);
    addedLines(() => world);
    racingAgents(() => world);
    movingScopes(() => world);
    thingScopes(() => world);
    tokens(() => world);
    it('leaves books without a fault', async () => {
      expect(await world.orders.faults()).toBe(0);
    });
  });
}

function tree(get: GetWorld): void {
  it('keeps shares below those above, and nobody above himself', async () => {
    const { ledger, agent } = { ledger: get().ledger, agent: get().agent.bind(get()) };
    const top = await agent(20);
    const middle = await agent(15, top);
    const low = await agent(10, middle);
    const change = (id: number, wanted: Parameters<typeof ledger.agents.changeAgent>[1]) =>
      ledger.agents.changeAgent(id, wanted, BY, NOON);
    const error = async (id: number, wanted: Parameters<typeof change>[1]) => {
      const changed = await change(id, wanted);
      return changed.ok ? undefined : changed.error;
    };
    expect(await error(top.id, { parentId: low.id })).toBe('would-be-above-itself');
    expect(await error(top.id, { parentId: top.id })).toBe('would-be-above-itself');
    expect(await error(low.id, { commissionPercent: 16 })).toBe('more-than-parent');
    expect(await error(middle.id, { commissionPercent: 9 })).toBe('less-than-below');
    expect(await error(middle.id, { parentId: 999_999 })).toBe('no-such-parent');
    expect(await error(999_999, { name: 'x' })).toBe('no-such-agent');
    expect(value(await change(middle.id, { parentId: null }))).toMatchObject({ parentId: undefined });
    expect(value(await change(middle.id, { state: 'suspended' }))).toMatchObject({ state: 'suspended' });
    value(await change(middle.id, { name: 'دیگر' }));
    expect(await get().trail(`agent:${middle.id}`)).toEqual([
      'agent.update',
      'agent.suspend',
      'agent.move',
      'agent.create',
    ]);
  });

  it('lets no two moves at once make a circle', async () => {
    const { agents } = get().ledger;
    for (let round = 0; round < 5; round += 1) {
      const [left, right] = [await get().agent(10), await get().agent(10)];
      const moves = await Promise.all([
        agents.changeAgent(left.id, { parentId: right.id }, BY, NOON),
        agents.changeAgent(right.id, { parentId: left.id }, BY, NOON),
      ]);
      expect(moves.filter(({ ok }) => ok)).toHaveLength(1);
    }
  });
}

function deposits(get: GetWorld): void {
  it('takes a deposit once for its reference, and tells who took it', async () => {
    const { agents, money } = get().ledger;
    const { id: agentId } = await get().agent(10);
    const deposit = { agentId, into: 'cash', amount: rial(500), reference: 'receipt-1' };
    const both = [await agents.deposit(deposit, BY, NOON), await agents.deposit(deposit, BY, NOON)];
    expect(both.map((one) => value(one).deposit)).toEqual([500, 500]);
    expect(await agents.deposit({ ...deposit, amount: rial(501) }, BY, NOON)).toEqual({
      ok: false,
      error: 'reference-taken',
    });
    expect((await money.balance('gateway:cash'))!.balance).toBe(500);
    const [entry, ...more] = await get().ledger.people.auditTrail({ subject: `agent:${agentId}`, limit: 2 });
    expect(entry).toMatchObject({
      ...{ actor: 'sara', reason: 'as agreed', action: 'agent.deposit' },
      ...{ before: { deposit: 0 }, after: { deposit: 500, reference: 'receipt-1' } },
    });
    expect(more.map(({ action }) => action)).toEqual(['agent.create']);
    expect(await agents.deposit({ ...deposit, agentId: 999_999 }, BY, NOON)).toMatchObject({ ok: false });
  });

  it('takes a deposit once, however its reference is typed, also when it was taken before that was so', async () => {
    const { agents, money } = get().ledger;
    const { id: agentId } = await get().agent(10);
    const left = async () => (await agents.agent(agentId))!.deposit;
    const told = { agentId, into: 'bank', amount: rial(500) };
    for (const reference of ['00123', '123', '۱۲۳', '٠123']) {
      value(await agents.deposit({ ...told, reference }, BY, NOON));
    }
    expect(await left()).toBe(500);
    const taken = { ok: false, error: 'reference-taken' };
    expect(await agents.deposit({ ...told, amount: rial(501), reference: '0123' }, BY, NOON)).toEqual(taken);
    const former = { key: 'agent-deposit:bank:۰۰۷۷', actor: 'sara', reason: '' };
    value(await money.post(agentDeposit(former, agentId, { bank: true, amount: rial(7) }), NOON));
    for (const reference of ['77', '۰۰۷۷'])
      value(await agents.deposit({ ...told, amount: rial(7), reference }, BY, NOON));
    expect(await agents.deposit({ ...told, reference: '077' }, BY, NOON)).toEqual(taken);
    expect(await left()).toBe(507);
    for (const reference of ['770', '0']) value(await agents.deposit({ ...told, reference }, BY, NOON));
    value(await agents.deposit({ ...told, into: 'cash', reference: '77' }, BY, NOON));
    expect(await left()).toBe(2_007);
  });

  it('lets a deposit go below 0 as far as its limit', async () => {
    const { agents } = get().ledger;
    const seller = await get().agent(0);
    await get().customer('on-limit', seller);
    const order = await get().place('on-limit', seller);
    expect(await get().pay(order, seller)).toEqual({ ok: false, error: 'insufficient-deposit' });
    value(await agents.setDepositLimit(seller.id, rial(660_000), BY, NOON));
    expect(await get().pay(order, seller)).toMatchObject({ ok: true });
    expect(await agents.agent(seller.id)).toMatchObject({ deposit: -660_000, creditLimit: 660_000 });
    expect(await agents.setDepositLimit(seller.id, rial(1), BY, NOON)).toEqual({
      ok: false,
      error: 'owes-more',
    });
  });
}

function tokens(get: GetWorld): void {
  const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');

  it('knows whose a token is until it is taken back or its agent suspended', async () => {
    const { agents } = get().ledger;
    const { id: agentId } = await get().agent(10, undefined, { kind: 'reseller' });
    const draft = { name: 'till', agentId, scope: 'own', digest: digestOf('a') } as const;
    const token = value(await agents.createToken(draft, BY, NOON));
    const principal = {
      kind: 'agent',
      actor: `agent:${agentId}:till`,
      agentId,
      role: 'reseller',
      scope: 'own',
    };
    expect(await agents.principalOf(digestOf('a'), NOON)).toEqual(principal);
    expect(await agents.principalOf(digestOf('b'), NOON)).toBeUndefined();
    await agents.principalOf(digestOf('a'), NOON + MINUTE_MS - 1);
    expect((await agents.tokens(agentId))[0]!.lastUsedAt).toBe(NOON);
    await agents.principalOf(digestOf('a'), NOON + MINUTE_MS);
    expect((await agents.tokens(agentId))[0]!.lastUsedAt).toBe(NOON + MINUTE_MS);
    const again = await agents.createToken({ ...draft, digest: digestOf('c') }, BY, NOON);
    expect(again).toEqual({ ok: false, error: 'name-taken' });
    value(await agents.changeAgent(agentId, { state: 'suspended' }, BY, NOON));
    expect(await agents.principalOf(digestOf('a'), NOON)).toBeUndefined();
    value(await agents.changeAgent(agentId, { state: 'active' }, BY, NOON));
    expect(await agents.principalOf(digestOf('a'), NOON)).toEqual(principal);
    expect(await agents.revokeToken(token.id, BY, NOON)).toMatchObject({ revokedAt: NOON });
    expect(await agents.revokeToken(token.id, BY, NOON + 1)).toMatchObject({ revokedAt: NOON });
    expect(await agents.principalOf(digestOf('a'), NOON)).toBeUndefined();
    expect(await get().trail(`agent:${agentId}`)).toEqual([
      ...['token.revoke', 'agent.resume', 'agent.suspend', 'token.create', 'agent.create'],
    ]);
  });

  it('gives staff names of their own', async () => {
    const { agents } = get().ledger;
    const draft = { name: 'sara', agentId: undefined, scope: 'tree', digest: digestOf('s') } as const;
    value(await agents.createToken(draft, BY, NOON));
    expect(await agents.principalOf(digestOf('s'), NOON)).toEqual({ kind: 'staff', actor: 'staff:sara' });
    expect(await agents.createToken({ ...draft, agentId: 999_999 }, BY, NOON)).toMatchObject({ ok: false });
    expect(await agents.revokeToken(999_999, BY, NOON)).toBeUndefined();
  });
}
