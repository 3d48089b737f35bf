import { expect, it } from 'vitest';
import type { NewLine } from '../../engine/subscribers/agent-store.ts';
import { type AgentWorld, BY, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

const PLAN = 'نامحدود';

/** Lines that are added to customers of agents. */
export function addedLines(get: GetWorld): void {
  const line = (customerId: number, username: string): NewLine => ({
    ...{ customerId, username, password: 'secret', plan: PLAN },
    contract: { county: 'کرج', exchange: 'شهید قندی', phone: '2634567890' },
  });

  it('adds a line without a service, which begins when one is sold', async () => {
    const { agents } = get().ledger;
    const seller = await get().agent(10);
    const customer = await get().customer('added-before', seller);
    const added = value(await agents.createLine(line(customer, 'added'), BY, NOON));
    expect(added).toMatchObject({
      ...{ username: 'added', customerId: customer, planName: PLAN, expiresAt: undefined },
      ...{ status: 'active', county: 'کرج', exchange: 'شهید قندی', phone: '2634567890' },
    });
    const stored = await get().orders.line('added');
    expect(stored.grants).toEqual([]);
    expect(stored.profile).toMatchObject({ planName: PLAN, status: 'active' });
    expect(await get().trail('line:added')).toEqual(['line.contract', 'line.create']);
    const traffic = { username: 'added', kind: 'traffic', offerCode: 'x1', months: 1 } as const;
    const by = { role: 'agent', actor: 'a' } as const;
    expect(await get().ledger.orders.place(traffic, by, NOON)).toMatchObject({ error: 'no-running-service' });
    await get().deposit(seller, 660_000);
    value(await get().pay(await get().place('added', seller), seller));
    const sold = await get().orders.line('added');
    expect(sold.profile.expiresAt).toBeGreaterThan(NOON);
    expect(sold.grants).toHaveLength(1);
  });

  it('adds nothing for nobody, of no plan, or in the place of another line', async () => {
    const { agents } = get().ledger;
    const customer = await get().customer('not-replaced');
    const other = await get().customer('of-another');
    const before = await get().orders.line('not-replaced');
    const error = async (wanted: NewLine) => {
      const made = await agents.createLine(wanted, BY, NOON);
      return made.ok ? undefined : made.error;
    };
    expect(await error(line(999_999, 'never'))).toBe('no-such-customer');
    expect(await error({ ...line(customer, 'never'), plan: 'none' })).toBe('no-such-plan');
    expect(await get().ledger.line('never')).toBeUndefined();
    expect(await error(line(other, 'not-replaced'))).toBe('username-taken');
    expect(await get().orders.line('not-replaced')).toEqual(before);
    expect(await get().ledger.people.linesOf(other)).toHaveLength(1);
  });

  it('gives a username once that many want at the same time, a document too', async () => {
    const { agents, people } = get().ledger;
    const customers = [await get().customer('wants-1'), await get().customer('wants-2')];
    for (let round = 0; round < 3; round += 1) {
      const username = `wanted-${round}`;
      const declared = { username, password: 'declared', plan: PLAN, name: 'سند' };
      const [applied, ...made] = await Promise.all([
        get().ledger.apply({ lines: [declared] }, NOON),
        ...Array.from({ length: 6 }, (_, index) =>
          agents.createLine(line(customers[index % 2]!, username), BY, NOON),
        ),
      ]);
      expect(applied.ok).toBe(true);
      const winners = made.filter(({ ok }) => ok);
      expect(winners.length).toBeLessThanOrEqual(1);
      expect(made.filter((one) => !one.ok && one.error === 'username-taken')).toHaveLength(
        6 - winners.length,
      );
      const owner = (await people.customerLine(username))!.customerId;
      expect(owner).toBe(winners[0]?.ok ? winners[0].value.customerId : undefined);
      expect((await get().orders.line(username)).displayName).toBe('سند');
    }
  });
}
